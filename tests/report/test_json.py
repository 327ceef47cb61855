import json as json_parser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.report import Report, effective
from oauthgit.report import json
from support.malicious_text import CREDENTIALS, EFFECTIVE, EXPLAIN_ALL, FINDINGS, NASTY, REPORTS, SMOKE, VALIDATE
from support.paths import REPOSITORY

SCHEMA = json_parser.loads((REPOSITORY / "schema" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
GOLDEN = Path(__file__).parent / "golden"


def parsed(report: Report) -> Any:
    return json_parser.loads(json.render(report))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from strings(member)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def test_report_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", REPORTS)
def test_every_golden_file_is_valid(name: str) -> None:
    VALIDATOR.validate(json_parser.loads((GOLDEN / f"{name}.json").read_bytes()))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.update(extra=1),
        lambda document: document["findings"][0].update(extra=1),
        lambda document: document["findings"][0].pop("fingerprint"),
        lambda document: document["findings"][0]["location"].update(line=0),
        lambda document: document["verdicts"][0].update(verdict="fine"),
        lambda document: document["summary"]["verdicts"].pop("not-run"),
        lambda document: document.update(schema_version=1),
        lambda document: document.pop("summary"),
    ],
)
def test_schema_refuses_other_documents(spoil: Any) -> None:
    document = parsed(SMOKE)
    VALIDATOR.validate(document)
    spoil(document)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(document)


def test_every_part_of_the_schema_is_described() -> None:
    def bare(part: Any, path: str) -> Iterator[str]:
        for name, member in part.get("properties", {}).items():
            if not {"description", "$ref"} & set(member):
                yield f"{path}.{name}"
            yield from bare(member, f"{path}.{name}")

    assert [*bare(SCHEMA, ""), *(name for part in SCHEMA["$defs"] for name in bare(SCHEMA["$defs"][part], part))] == []
    assert [name for name, part in SCHEMA["$defs"].items() if "description" not in part] == []


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_document_is_ascii_and_parsed_text_is_printable(report: Report) -> None:
    assert json.render(report).isascii()
    assert [text for text in strings(parsed(report)) if escape(text) != text] == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("validate", {"findings"}),
        ("smoke", {"findings", "verdicts", "conditions"}),
        ("effective", {"findings", "targets"}),
        ("explain", {"findings", "targets"}),
        ("secrets", {"findings", "secrets"}),
    ],
)
def test_inapplicable_parts_are_absent(name: str, parts: set[str]) -> None:
    assert set(parsed(REPORTS[name])) == parts | {"schema_version", "summary"}


def test_finding_has_all_its_fields() -> None:
    reported = parsed(VALIDATE)["findings"][1]
    finding = FINDINGS[1]
    assert reported.pop("location") == finding.location._asdict()
    assert reported.pop("related") == [
        {"message": related.message, "location": related.location._asdict()} for related in finding.related
    ]
    assert reported == {
        "code": "OG301",
        "name": "dead-override",
        "severity": "warning",
        "message": "client_id equals the inherited value",
        "hint": "",
        "targets": list(finding.targets),
        "remedy": "Remove the line.",
        "suppressed": None,
        "until": None,
        "fingerprint": finding.fingerprint,
        "fixable": "safe",
    }


def test_suppressed_findings_have_reasons_and_their_own_count() -> None:
    document = parsed(VALIDATE)
    assert document["findings"][-2]["suppressed"] == f"known, see {redact_urls(CREDENTIALS)} {redact_urls(NASTY)}"
    assert document["summary"]["findings"] == {"error": 12, "warning": 1, "note": 1, "suppressed": 2}


def test_effective_settings_are_plain_data_without_secrets() -> None:
    targets = parsed(EFFECTIVE)["targets"]
    assert targets == {settings.target: effective(settings) for settings in EFFECTIVE.targets or ()}
    secrets = [
        server["client_secret"]
        for target in targets.values()
        for server in target["oauth_servers"].values()
        if "client_secret" in server
    ]
    assert [secret["state"] for secret in secrets] == ["encrypted", "inline", "from_env", "plain", "encrypted"]
    assert secrets[0] == {
        "state": "encrypted",
        "pinned": True,
        "file": "configs/iam_applications/insights-prod.secrets.yaml",
    }
    assert secrets[2]["name"] == "EXACT_SECRET"


def test_explanation_names_the_origin_and_replaced_values() -> None:
    explained = parsed(EXPLAIN_ALL)["targets"]["iam_application/insights-prod"]["oauth_servers"]["exact_online"]
    pkce = explained["require_pkce"]
    assert (pkce["value"], pkce["origin"]) == (True, {"layer": "default", "location": None})
    assert [(origin["layer"], origin["value"], origin["location"]["line"]) for origin in pkce["replaced"]] == [
        ("iam_application/insights-prod", None, 13),
        ("branch/INSIGHTS/MAIN", False, 14),
    ]
    assert explained["user_login.prompt"]["value"] == "login"
    assert explained["issuer"]["value"] is None
    assert explained["issuer"]["origin"]["location"]["line"] == 25
