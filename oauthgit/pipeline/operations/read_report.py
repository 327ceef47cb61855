"""Read a JSON report of another job; only its form is trusted.

The accepted form is the one of ``schema/report.schema.json`` for findings and verdicts. The code checks it while it reads,
because a validator takes half a minute for 20,000 findings. Texts are kept as they are; every reporter escapes them again.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Final

from oauthgit.model.finding import Finding, Related, Severity
from oauthgit.model.formats.strict_json import read_json
from oauthgit.model.location import Location, Span
from oauthgit.model.report import Report, Summary
from oauthgit.model.verdict import Outcome, Stamp, Verdict

VERSIONS: Final = (1, 2)
"""The versions that can be read; the last one is written."""
SIZE: Final = 64 << 20
"""Largest size of a part, in bytes."""

_MAX_NUMBER: Final = 1_000_000_000
_CODE: Final = re.compile(r"OG[0-9]{3}")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{32}")
_SEVERITIES: Final = {severity.label: severity for severity in Severity}
_ELSEWHERE: Final = {
    "targets": "effective settings",
    "secrets": "the state of secrets",
    "drift": "drift from the platform",
    "requests": "the requests of a dry run",
}
"""Members of reports that cannot be joined, each with its content."""
_FINDING: Final = {*Finding._fields, "fingerprint"} - {"fix", "known_as", "comment"}
_VERDICT: Final = {*Verdict._fields, "verdict"} - {"outcome", "code", "remedy", "claimed"}
_NEW: Final = {"until", "stamp"}
"""Members that version 1 does not have; they count as null there."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMMIT: Final = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})?")
_VERSION: Final = re.compile(r"[0-9A-Za-z.+!-]{1,50}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def part_of(content: bytes) -> Report:
    """Return the report in a JSON document; findings keep its fingerprints.

    Raises:
        ValueError: It is not a report, has another version, or cannot be joined with others. The message states the
            place and the reason, and quotes nothing of the document.

    """
    if len(content) > SIZE:
        raise ValueError(f"it is larger than {SIZE >> 20} MiB")
    document = _parse(content)
    if not isinstance(document, dict) or "schema_version" not in document:
        raise ValueError("it is not a JSON report of oauthgit; --format json or --output json=FILE writes one")
    version = document["schema_version"]
    if version not in VERSIONS or isinstance(version, bool):
        raise ValueError(f"it is not of schema_version {' or '.join(map(str, VERSIONS))}, which this oauthgit reads")
    for name, what in _ELSEWHERE.items():
        if name in document:
            raise ValueError(f"it holds {what}; only reports of validate, smoke and login can be joined")
    members = _object(document, "it", {"schema_version", "findings", "summary"}, {"verdicts", "conditions"})
    new = _NEW if version == 1 else set()
    findings = _list(members["findings"], "findings", partial(_finding, absent=new))
    verdicts = _list(members["verdicts"], "verdicts", partial(_verdict, absent=new)) if "verdicts" in members else None
    conditions = _list(members.get("conditions", []), "conditions", _text)
    return Report(findings, _summary(members["summary"]), verdicts=verdicts, conditions=conditions)


def _parse(content: bytes) -> Any:
    try:
        return read_json(content)
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON, or it is incomplete: line {error.lineno}") from None
    except ValueError as error:
        raise ValueError(f"it is not JSON as oauthgit writes it: {error}") from None


def _finding(value: Any, where: str, absent: Collection[str]) -> Finding:
    members = _object(value, where, _FINDING - {*absent})
    code, fingerprint = _text(members["code"], where), _text(members["fingerprint"], where)
    if not _CODE.fullmatch(code) or not _FINGERPRINT.fullmatch(fingerprint):
        raise ValueError(f"{where} has no code such as OG301, or no fingerprint of 32 digits")
    return Finding(
        code,
        _text(members["message"], where),
        _location(members["location"], where),
        hint=_text(members["hint"], where),
        remedy=_text(members["remedy"], where),
        related=_list(members["related"], where, _read_related),
        targets=_list(members["targets"], where, _text),
        name=_text(members["name"], where),
        severity=_SEVERITIES[_one_of(members["severity"], where, _SEVERITIES)],
        suppressed=None if members["suppressed"] is None else _text(members["suppressed"], where),
        fixable="" if members["fixable"] is None else _one_of(members["fixable"], where, ("safe", "unsafe")),
        known_as=fingerprint,
        until=None if members.get("until") is None else _form(members["until"], where, _DAY),
    )


def _read_related(value: Any, where: str) -> Related:
    members = _object(value, where, {"message", "location"})
    return Related(_text(members["message"], where), _location(members["location"], where))


def _verdict(value: Any, where: str, absent: Collection[str]) -> Verdict:
    members = _object(value, where, _VERDICT - {*absent})
    status, milliseconds, sandbox = (members[name] for name in ("connector_status", "milliseconds", "sandbox"))
    if not isinstance(sandbox, bool):
        raise ValueError(f"{where} needs true or false for sandbox")  # noqa: TRY004 - one error for all
    return Verdict(
        _text(members["target"], where),
        _text(members["server"], where),
        _text(members["grant"], where),
        Outcome(_one_of(members["verdict"], where, tuple(Outcome))),
        _text(members["reason"], where),
        _location(members["location"], where),
        error=_text(members["error"], where),
        connector_status=None if status is None else _number(status, where, -_MAX_NUMBER),
        milliseconds=None if milliseconds is None else _number(milliseconds, where, 0),
        sandbox=sandbox,
        stamp=None if members.get("stamp") is None else _stamp(members["stamp"], where),
        claimed=True,
    )


def _stamp(value: Any, where: str) -> Stamp:
    members = _object(value, where, Stamp._fields)
    forms = {"commit": _COMMIT, "version": _VERSION, "time": _TIME, "settings": _DIGEST}
    return Stamp(**{name: _form(members[name], where, forms[name]) for name in Stamp._fields})


def _location(value: Any, where: str) -> Location:
    members = _object(value, where, set(Location._fields))
    file = _text(members["file"], where)
    line, column, end_line, end_column = (_number(members[name], where, 1) for name in Span._fields)
    return Location(file, line, column, end_line, end_column, _text(members["pointer"], where))


def _summary(value: Any) -> Summary:
    members = _object(value, "summary", {*Summary._fields, "findings"}, {"verdicts"})
    _counts(members["findings"], {*_SEVERITIES, "suppressed"})
    if "verdicts" in members:
        _counts(members["verdicts"], set(map(str, Outcome)))
    seconds = members["seconds"]
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= _MAX_NUMBER:
        raise ValueError("summary has no valid number of seconds")
    layers, targets, servers = (_number(members[name], "summary", 0) for name in ("layers", "targets", "servers"))
    return Summary(layers, targets, servers, float(seconds))


def _counts(value: Any, names: Collection[str]) -> None:
    for number in _object(value, "summary", names).values():
        _number(number, "summary", 0)


def _object(value: Any, where: str, names: Collection[str], others: Collection[str] = ()) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not set(names) <= value.keys() <= {*names, *others}:
        raise ValueError(f"{where} must have exactly the members {', '.join(sorted(names))}")
    return value


def _list(value: Any, where: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{where} is not a list")  # noqa: TRY004 - one error for every mistake in the text
    return tuple(read(item, f"{where}/{number}") for number, item in enumerate(value))


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{where} has something else where a text must be")  # noqa: TRY004 - as above
    return value


def _form(value: Any, where: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(_text(value, where)):
        raise ValueError(f"{where} has a day, time, commit, version or digest in another form than oauthgit writes")
    return str(value)


def _number(value: Any, where: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MAX_NUMBER:
        raise ValueError(f"{where} must have a whole number of at least {least}")
    return value


def _one_of(value: Any, where: str, words: Collection[str]) -> str:
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"{where} has a word that is not one of {', '.join(filter(None, words))}")
    return value
