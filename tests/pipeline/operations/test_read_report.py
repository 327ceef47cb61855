"""Reading reports: valid ones are accepted, everything else is refused."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from oauthgit.model.report import Report
from oauthgit.model.verdict import Stamp
from oauthgit.pipeline.operations import read_report as part
from oauthgit.pipeline.operations.read_report import part_of
from oauthgit.report import json as report_json
from support.malicious_text import FINDINGS, REPORTS, SMOKE, SUMMARY, VALIDATE, VERDICTS
from support.paths import REPOSITORY

SCHEMA = Draft202012Validator(json.loads((REPOSITORY / "schema/report.schema.json").read_bytes()))
STAMPED = VERDICTS[0]._replace(stamp=Stamp("c" * 40, "0.1.0", "2026-11-28T04:23:00Z", "0" * 64))
SUPPRESSED = FINDINGS[-1]._replace(until="2027-01-31")
WRITTEN: dict[str, Any] = json.loads(
    report_json.render(SMOKE._replace(findings=(FINDINGS[1], SUPPRESSED), verdicts=(STAMPED, VERDICTS[2])))
)


def read(document: Any) -> Report:
    return part_of(json.dumps(document).encode())


@pytest.mark.parametrize("report", [VALIDATE, SMOKE, REPORTS["empty"]], ids=["validate", "smoke", "empty"])
def test_written_report_survives_a_round_trip(report: Report) -> None:
    text = report_json.render(report)
    again = part_of(text.encode())
    assert report_json.render(again) == text
    assert [finding.fingerprint for finding in again.findings] == [finding.fingerprint for finding in report.findings]


def test_version_1_is_read_without_stamps() -> None:
    document = copy.deepcopy(WRITTEN)
    document["schema_version"] = 1
    for each in (*document["findings"], *document["verdicts"]):
        each.pop("until", None)
        each.pop("stamp", None)
    again = read(document)
    assert [verdict.stamp for verdict in again.verdicts or ()] == [None, None]
    assert all(verdict.claimed for verdict in again.verdicts or ())
    document["verdicts"][0]["stamp"] = None
    with pytest.raises(ValueError, match="must have exactly the members"):
        read(document)


@pytest.mark.parametrize("name", ["effective", "explain", "secrets", "requests"])
def test_other_kinds_of_reports_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="only reports of validate, smoke and login can be joined"):
        part_of(report_json.render(REPORTS[name]).encode())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' * 100_000, "not JSON"),
        (json.dumps(WRITTEN).encode()[:-20], "it is incomplete"),
        (b"[]", "not a JSON report of oauthgit"),
        (b"{}", "not a JSON report of oauthgit"),
        (b'{"schema_version": 3}', "not of schema_version 1 or 2"),
        (b'{"schema_version": true}', "not of schema_version 1 or 2"),
        (b'{"schema_version": 1}', "must have exactly the members"),
        (b'{"schema_version": 1, "findings": [], "summary": NaN}', "not JSON as"),
        (b'{"schema_version": 1, "findings": [' + b"9" * 5_000 + b'], "summary": {}}', "not JSON as"),
    ],
)
def test_invalid_report_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        part_of(content)


def test_oversized_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(WRITTEN).encode()
    monkeypatch.setattr(part, "SIZE", len(text))
    assert part_of(text).findings
    with pytest.raises(ValueError, match="larger than"):
        part_of(text + b" ")


def places(data: Any) -> list[list[Any]]:
    """Return the path to every value of a document, outermost first."""
    found: list[list[Any]] = [[]]
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += [[key, *way] for way in places(value)]
    return found


WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "OG301\n",
    "ERROR",
    [],
    ["x"],
    [1],
    {},
    {"x": 1},
    10**400,
    "0" * 32,
]


def with_value(way: list[Any], value: Any) -> Any:
    document = copy.deepcopy(WRITTEN)
    holder = document
    for token in way[:-1]:
        holder = holder[token]
    if not way:
        return value
    holder[way[-1]] = value
    return document


def without(way: list[Any]) -> Any:
    document = copy.deepcopy(WRITTEN)
    holder = document
    for token in way[:-1]:
        holder = holder[token]
    del holder[way[-1]]
    return document


def accepts(document: Any) -> bool:
    with suppress(ValueError):
        return bool(read(document))
    return False


def assert_as_the_schema(document: Any) -> None:
    """Fail if reader and schema disagree, except on numbers beyond all limits."""
    allowed = SCHEMA.is_valid(document)
    if accepts(document) != allowed:
        assert allowed, "the reader accepts what the schema refuses"
        assert str(10**400) in json.dumps(document)


def changes(where: Callable[[Any], list[list[Any]]]) -> list[list[Any]]:
    ways = where(WRITTEN)
    assert len(ways) > 100
    return ways


@pytest.mark.no_cover
def test_reader_and_schema_agree_on_any_changed_value() -> None:
    for way in changes(places):
        for value in WRONG:
            if (
                way[-1:] not in (["code"], ["version"]) or value != "OG301\n"
            ):  # the schema's $ accepts a trailing line feed, the reader does not
                assert_as_the_schema(with_value(way, value))


def test_code_with_a_line_feed_is_refused() -> None:
    document = copy.deepcopy(WRITTEN)
    document["findings"][0]["code"] = "OG301\n"
    assert not accepts(document)
    document = copy.deepcopy(WRITTEN)
    document["verdicts"][0]["stamp"]["version"] = "0.1.0\n"
    assert not accepts(document)


def test_reader_and_schema_agree_on_any_changed_member() -> None:
    for way in changes(places)[1:]:
        assert_as_the_schema(without(way))
        assert_as_the_schema(with_value([*way[:-1], "another"] if isinstance(way[-1], str) else way, {}))


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
documents = st.recursive(
    leaves, lambda each: st.lists(each) | st.dictionaries(st.text(max_size=5), each), max_leaves=20
)


@given(documents)
def test_any_json_is_refused_without_quoting_it(document: Any) -> None:
    for made in (
        document,
        {"schema_version": 1, "findings": document, "summary": {}},
        {**WRITTEN, "verdicts": [document]},
    ):
        with pytest.raises(ValueError, match=r"^(it|findings|verdicts|summary)") as refused:
            read(made)
        assert len(str(refused.value)) < 250


@pytest.mark.no_cover
def test_thousands_of_findings_are_read_in_seconds() -> None:
    many = tuple(FINDINGS[1]._replace(message=f"message {number}") for number in range(5_000))
    assert len(part_of(report_json.render(Report(many, SUMMARY)).encode()).findings) == 5_000
