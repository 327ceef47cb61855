"""The advice about a scalar of the wrong notation is the edit that --fix makes, and works if it is followed by hand."""

import re
from pathlib import Path

import pytest

from oauthgit.model.finding import Finding
from oauthgit.model.selection import EVERYTHING
from oauthgit.pipeline import load
from oauthgit.pipeline.operations.fix import apply_fixes, write

NUMBERS = [
    *("0", "7", "-7", "+7", "-0", "+0", "31612345678", "+31612345678", "-31612345678", "007", "+007", "0123", "0o17"),
    *(
        "0x1F",
        "+0x1F",
        "0b101",
        "1_000",
        "+1_000",
        "190:20:30",
        "-1:30",
        "1.5",
        "+1.5",
        ".5",
        "1.",
        "1e5",
        "1E+5",
        "-.inf",
    ),
    *(".nan", "123456789012345678", "1234567890123456789", "12345678901234567890123", "2027_06_30", "20270630"),
]
WORDS = ["true", "True", "TRUE", "false", "False", "yes", "Yes", "NO", "on", "Off", "y", "N"]
SETTINGS = {
    "client_id": ("crm: {client_id: {value}, token_endpoint: https://crm.example.com/oauth/token,"),
    "require_pkce": (
        "crm: {require_pkce: {value}, client_id: crm, token_endpoint: https://crm.example.com/oauth/token,"
    ),
    "token_endpoint": ("crm: {token_endpoint: {value}, client_id: crm,"),
    "client_secret_expires_on": (
        "crm: {client_secret_expires_on: {value}, client_id: crm, token_endpoint: https://crm.example.com/oauth/token,"
    ),
    "token_endpoint_auth_method": (
        "crm: {token_endpoint_auth_method: {value}, client_id: crm, token_endpoint: https://crm.example.com/oauth/token,"
    ),
    "provider": ("crm: {provider: {value}, client_id: crm, token_endpoint: https://crm.example.com/oauth/token,"),
}
_PLACE = "configs/branches/M/MAIN.yaml"
_ADVISED = re.compile(
    r"(?:Quote it: |Write )(\"[^\"]*\"|true|false|https://\S+|\d{4}-\d\d-\d\d|\d+)(?: without quotes)?\."
)
_EXAMPLE = re.compile(r"such as ([^ ]+)\.$")


def _write(root: Path, setting: str, value: str) -> Path:
    path = root / _PLACE
    path.parent.mkdir(parents=True, exist_ok=True)
    line = SETTINGS[setting].replace("{value}", value)
    path.write_text(
        f"kind: branch\nmodel: M\nbranch: MAIN\noauth_servers:\n  {line} grant_types: [client_credentials], scopes: [a]}}\n"
    )
    return path


def _errors(root: Path) -> list[Finding]:
    return [finding for finding in load(root).findings if finding.code in {"OG104", "OG202", "OG204", "OG206"}]


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("value", [*NUMBERS, *WORDS])
def test_advice_is_what_the_fix_writes_and_it_works(value: str, setting: str, tmp_path: Path) -> None:
    path = _write(tmp_path, setting, value)
    before = path.read_text()
    for finding in _errors(tmp_path):
        advised = _ADVISED.fullmatch(finding.remedy)
        if advised:
            path.write_text(
                before.replace(f" {value},", f" {advised[1]},", 1).replace(f"{{{value},", f"{{{advised[1]},")
            )
            assert _errors(tmp_path) == [], f"following the advice leaves a finding: {finding.remedy}"
            by_hand = path.read_text()
        elif example := _EXAMPLE.search(finding.remedy):
            _write(tmp_path, setting, example[1])
            assert _errors(tmp_path) == [], f"the example of the advice has a finding: {finding.remedy}"
        path.write_text(before)
        if finding.fix is None:
            continue
        result = apply_fixes(tmp_path, EVERYTHING)
        assert write(result) == {}
        assert [found.remedy for found in result.skipped] == []
        written = path.read_text()
        if advised:
            assert written == by_hand, finding.remedy
        else:
            assert finding.remedy == "Put it in double quotes."
            assert f'"{value}"' in written


@pytest.mark.parametrize("value", ["+31612345678", "007", "True", "1e5", "-0"])
def test_advice_in_a_list_keeps_the_text(value: str, tmp_path: Path) -> None:
    path = _write(tmp_path, "client_id", "crm")
    path.write_text(path.read_text().replace("scopes: [a]", f"scopes: [a, {value}]"))
    (finding,) = _errors(tmp_path)
    assert finding.remedy == f'Quote it: "{value}".'


def test_advice_for_a_list_quotes_its_items(tmp_path: Path) -> None:
    path = _write(tmp_path, "client_id", "crm")
    path.write_text(path.read_text().replace("scopes: [a]", "scopes: api.read no 5"))
    (finding,) = _errors(tmp_path)
    assert finding.remedy == 'Write a list: [api.read, "no", "5"].'
    assert write(apply_fixes(tmp_path, EVERYTHING)) == {}
    assert 'scopes: [api.read, "no", "5"]' in path.read_text()


@pytest.mark.parametrize("value", ["010", "+5", "0x10", "ten", "1_0", "True"])
def test_advice_for_a_whole_number_is_one(value: str, tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    policy = tmp_path / "configs/oauthgit.yaml"
    policy.write_text(f"kind: policy\nsmoke: {{timeout: {value}}}\n")
    for finding in _errors(tmp_path):
        assert finding.remedy == "Write a whole number in decimal digits, such as 15."
    policy.write_text("kind: policy\nsmoke: {timeout: '010'}\n")
    (finding,) = _errors(tmp_path)
    assert (finding.remedy, finding.fix) == ("Write a whole number in decimal digits, such as 15.", None)
