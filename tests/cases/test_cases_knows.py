"""Handed cases: ``validate`` says what it knows."""

import json
from pathlib import Path

import pytest

from oauthgit.model.finding import Finding
from oauthgit.pipeline import load
from support.git import start
from support.scripted_server import REFUSAL, fake
from support.service_project import finished, lay_out

HERE = Path(__file__).parent
SECRET = "Zk3vT9qLw2Xc7Rb5Hn8Jd4Mf6Gs1Pa0Y"


def _findings(case: str) -> list[Finding]:
    return list(load(HERE / case, today="2026-11-28").findings)


def test_case_16_number_with_sign_is_quoted_whole() -> None:
    (finding,) = _findings("16-number-with-sign")
    assert (finding.code, finding.remedy) == ("OG202", 'Quote it: "+31612345678".')


def test_case_13_placeholders_of_other_tools_are_found() -> None:
    found = {(finding.code, finding.location.file.rpartition("/")[2]) for finding in _findings("13-placeholders")}
    assert found == {("OG446", "MAIN.yaml"), ("OG446", "app-prod.yaml")}


def test_case_11_client_id_charset_names_the_character() -> None:
    found = {finding.location.file.rpartition("/")[2]: finding for finding in _findings("11-client-id-charset")}
    assert {name: finding.code for name, finding in found.items()} == {"MAIN.yaml": "OG450", "app-prod.yaml": "OG450"}
    assert "U+201C LEFT DOUBLE QUOTATION MARK" in found["MAIN.yaml"].message
    assert "U+200B ZERO WIDTH SPACE" in found["app-prod.yaml"].message


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (f"{SECRET}\n", "ends with U+000A LINE FEED"),
        (f" {SECRET}", "begins with U+0020 SPACE"),
        (f'"{SECRET}"', "stands in quotation marks (U+0022 QUOTATION MARK)"),
        (f"{SECRET}\u200b", "ends with U+200B ZERO WIDTH SPACE"),
        (f"\ufeff{SECRET}", "begins with U+FEFF BYTE ORDER MARK"),
    ],
)
def test_case_33_secret_with_newline_is_named(secret: str, words: str, tmp_path: Path) -> None:
    with fake(REFUSAL) as server:
        pin = {"env_secrets": {"CRM_SECRET": server.url}}
        lay_out(tmp_path, [server.url], client_secret={"from_env": "CRM_SECRET"}, policy=pin)
        (tmp_path / "configs/runtime_configurations/CRM/MAIN/dev.secrets.yaml").unlink()
        start(tmp_path)
        result = finished(tmp_path, "smoke", "--format", "json", CRM_SECRET=secret)
    report = json.loads(result.out)
    assert [finding["message"] for finding in report["findings"] if finding["code"] == "OG524"] == [
        f"the secret of crm {words}, which is sent as a part of it"
    ]
    assert [verdict["error"] for verdict in report["verdicts"]] == ["invalid_client"]
    assert result.code == 5
    assert SECRET not in result.out + result.err


def test_case_21_plain_secret_with_another_ending_is_found() -> None:
    findings = _findings("21-plain-secret-other-endings")
    assert {finding.code for finding in findings} == {"OG501"}
    names = [finding.location.file.removeprefix("configs/iam_applications/app-prod.") for finding in findings]
    assert names == ["env", "secrets.json", "secrets.yaml.bak"]
    assert SECRET not in repr(findings)
