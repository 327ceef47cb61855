"""Read, write and apply baselines: known findings, so that only new ones count."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.model.finding import BASELINE, Finding
from oauthgit.model.formats.strict_json import read_json
from oauthgit.model.rule import Rule
from oauthgit.triage.unsuppressible import why_unsuppressible

_VERSION: Final = 1
_MAX_COUNT: Final = 1_000_000
_KEYS: Final = {"code", "file", "fingerprint", "count"}


class Entry(NamedTuple):
    """Describe a known finding and how many ``times`` it occurs, without its message."""

    file: str
    code: str
    fingerprint: str
    times: int


class BaselineMatch(NamedTuple):
    """Hold findings, the known ones suppressed, and the entries that matched none."""

    findings: tuple[Finding, ...]
    stale: tuple[Entry, ...]


def baseline_of(findings: Iterable[Finding], rule_of: Callable[[str], Rule]) -> str:
    """Return a baseline of ``findings`` that are not suppressed and can be suppressed."""
    counts = Counter(_same(finding) for finding in findings if _may_match(finding, rule_of))
    entries = [
        json.dumps({"code": code, "file": file, "fingerprint": fingerprint, "count": count})
        for (file, code, fingerprint), count in sorted(counts.items())
    ]
    body = ",\n".join(entries) + "\n" if entries else ""
    return f'{{"version": {_VERSION}, "entries": [\n{body}]}}\n'


def read_baseline(text: str) -> tuple[Entry, ...]:
    """Return the entries of a baseline.

    Raises:
        ValueError: It is not a baseline. The text of the error states the reason and quotes nothing.

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
        raise ValueError("its entries are not a list")  # noqa: TRY004 - one error for all faults of the text
    entries = tuple(_entry(number, item) for number, item in enumerate(data["entries"], 1))
    if len({entry[:3] for entry in entries}) < len(entries):
        raise ValueError("it names a finding twice")
    return entries


def match_baseline(
    findings: Sequence[Finding], entries: Iterable[Entry], rule_of: Callable[[str], Rule]
) -> BaselineMatch:
    """Suppress each finding that ``entries`` match, as often as an entry counts.

    Of equal findings the first in order are matched; the surplus is new. Findings that cannot be suppressed
    (:func:`why_unsuppressible`) are never matched.
    """
    left = Counter({entry[:3]: entry.times for entry in entries})
    match = []
    for finding in findings:
        same = _same(finding)
        held = left[same] > 0 and _may_match(finding, rule_of)
        left[same] -= held
        match.append(finding._replace(suppressed=BASELINE) if held else finding)
    return BaselineMatch(tuple(match), tuple(Entry(*same, count) for same, count in left.items() if count > 0))


def _same(finding: Finding) -> tuple[str, str, str]:
    return finding.location.file, finding.code, finding.fingerprint


def _may_match(finding: Finding, rule_of: Callable[[str], Rule]) -> bool:
    return finding.suppressed is None and not why_unsuppressible(rule_of(finding.code))


def _entry(number: int, item: Any) -> Entry:
    if not isinstance(item, dict) or item.keys() != _KEYS:
        raise ValueError(f"entry {number} does not have {', '.join(sorted(_KEYS))}")
    texts, count = (item["file"], item["code"], item["fingerprint"]), item["count"]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"code, file or fingerprint of entry {number} is not text")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= _MAX_COUNT:
        raise ValueError(f"the count of entry {number} is not a number from 1 to {_MAX_COUNT}")
    return Entry(*texts, count)
