"""Merge the reports of several jobs; equal findings and verdicts count once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from oauthgit import __version__
from oauthgit.discover import find_root
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.report import Report, Summary
from oauthgit.pipeline.operations.read_report import SIZE, part_of
from oauthgit.pipeline.operations.report import folder_of
from oauthgit.triage import in_order


def merge_reports(files: Iterable[str], own: Report | None = None) -> Report:
    """Return the reports in ``files`` as one, with the ``own`` report of this run.

    Equal findings at one place become one, with all targets and the highest severity. It is suppressed only if all of
    them are. All jobs checked the same project in parallel, so the counts and seconds are the maximum of all parts.

    Raises:
        UsageError: A file cannot be read, or is no JSON report that can be joined.

    """
    parts = [*([own] if own else []), *map(_read, files)]
    reported = [part.verdicts for part in parts if part.verdicts is not None]
    root = find_root(".")
    return Report(
        _findings(finding for part in parts for finding in part.findings),
        Summary(*map(max, zip(*(part.summary for part in parts), strict=True))),
        verdicts=tuple(dict.fromkeys(verdict for verdicts in reported for verdict in verdicts)) if reported else None,
        lines=own.lines if own else {},
        conditions=tuple(dict.fromkeys(condition for part in parts for condition in part.conditions)),
        folder=folder_of(root) if root else "",
        version=__version__,
    )


def _read(file: str) -> Report:
    try:
        with Path(file).open("rb") as stream:
            return part_of(stream.read(SIZE + 1))
    except OSError as error:
        raise UsageError(f"the report {escape(file)} cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise UsageError(f"{escape(file)} cannot be joined: {error}") from None


def _findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    same = defaultdict(list)
    for finding in findings:
        same[finding.fingerprint, finding.location].append(finding)
    return in_order(map(_one, same.values()))


def _one(findings: Sequence[Finding]) -> Finding:
    worst = max(findings, key=lambda finding: (finding.suppressed is None, finding.severity))
    targets = dict.fromkeys(target for finding in findings for target in finding.targets)
    return worst._replace(targets=tuple(targets))
