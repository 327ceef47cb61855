"""A baseline: the findings that a project had when it began to use oauthgit, so that only new ones count."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.model.finding import BASELINE, Finding
from oauthgit.model.formats.strict_json import read_json
from oauthgit.model.rule import Rule
from oauthgit.triage.fixed import why_fixed

_VERSION: Final = 1
_MOST: Final = 1_000_000
_KEYS: Final = {"code", "file", "fingerprint", "count"}


class Entry(NamedTuple):
    """A finding that was there so many ``times``; of its words there is only the fingerprint."""

    file: str
    code: str
    fingerprint: str
    times: int


class Judged(NamedTuple):
    """Findings with those marked that the baseline holds, and what is left of its entries."""

    findings: tuple[Finding, ...]
    gone: tuple[Entry, ...]


def baseline_of(findings: Iterable[Finding], rule_of: Callable[[str], Rule]) -> str:
    """Return the baseline that holds ``findings``, without those that are suppressed already and those that stand."""
    counts = Counter(_same(finding) for finding in findings if _may_be_held(finding, rule_of))
    entries = [
        json.dumps({"code": code, "file": file, "fingerprint": fingerprint, "count": count})
        for (file, code, fingerprint), count in sorted(counts.items())
    ]
    body = ",\n".join(entries) + "\n" if entries else ""
    return f'{{"version": {_VERSION}, "entries": [\n{body}]}}\n'


def read_baseline(text: str) -> tuple[Entry, ...]:
    """Return the entries of a baseline.

    Raises:
        ValueError: It is none; the words say why, and quote nothing of it.

    """
    try:
        data = read_json(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is not JSON") from None
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from None
    if not isinstance(data, dict) or data.keys() != {"version", "entries"}:
        raise ValueError("it is not an object with version and entries")
    if data["version"] != _VERSION or isinstance(data["version"], bool):
        raise ValueError(f"its version is not {_VERSION}")
    if not isinstance(data["entries"], list):
        raise ValueError("its entries are not a list")  # noqa: TRY004 - one error for whatever is wrong with the text
    entries = tuple(_entry(number, item) for number, item in enumerate(data["entries"], 1))
    if len({entry[:3] for entry in entries}) < len(entries):
        raise ValueError("it names a finding twice")
    return entries


def hold(findings: Sequence[Finding], entries: Iterable[Entry], rule_of: Callable[[str], Rule]) -> Judged:
    """Mark each finding that ``entries`` hold as suppressed; one that occurs more often than it did is new.

    Of equal findings the first in order are held. What stands (:func:`why_fixed`) is not, whatever the entries say.
    """
    left = Counter({entry[:3]: entry.times for entry in entries})
    judged = []
    for finding in findings:
        same = _same(finding)
        held = left[same] > 0 and _may_be_held(finding, rule_of)
        left[same] -= held
        judged.append(finding._replace(suppressed=BASELINE) if held else finding)
    return Judged(tuple(judged), tuple(Entry(*same, count) for same, count in left.items() if count > 0))


def _same(finding: Finding) -> tuple[str, str, str]:
    return finding.location.file, finding.code, finding.fingerprint


def _may_be_held(finding: Finding, rule_of: Callable[[str], Rule]) -> bool:
    return finding.suppressed is None and not why_fixed(rule_of(finding.code))


def _entry(number: int, item: Any) -> Entry:
    if not isinstance(item, dict) or item.keys() != _KEYS:
        raise ValueError(f"entry {number} does not have {', '.join(sorted(_KEYS))}")
    texts, count = (item["file"], item["code"], item["fingerprint"]), item["count"]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"entry {number} has something other than text in code, file or fingerprint")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= _MOST:
        raise ValueError(f"the count of entry {number} is not a number from 1 to {_MOST}")
    return Entry(*texts, count)
