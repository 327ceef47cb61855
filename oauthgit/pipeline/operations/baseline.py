"""Compare the findings of a project with a baseline."""

from pathlib import Path
from typing import Final, NamedTuple

from oauthgit import rules
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.local_path import relative_path
from oauthgit.model.location import Location
from oauthgit.model.project import Project
from oauthgit.pipeline.findings import grade
from oauthgit.pipeline.paths import is_below
from oauthgit.triage import in_order, is_enabled
from oauthgit.triage.baseline import Entry, baseline_of, match_baseline, read_baseline
from oauthgit.triage.unsuppressible import why_unsuppressible

LIMIT: Final = 16 << 20


class BaselineResult(NamedTuple):
    """Hold a project with known findings suppressed, and the number of stale ones."""

    project: Project
    stale: int


def apply_baseline(project: Project, file: str, *, with_history: bool) -> BaselineResult:
    """Return ``project`` with the findings of the baseline ``file`` suppressed.

    An entry is stale only if this run could have found it: it was selected, and earlier commits count only
    ``with_history``. An entry for a finding that cannot be suppressed is a finding (OG006).

    Raises:
        UsageError: The file is missing, or no baseline.

    """
    text, entries = entries_in(file)
    forbidden = [entry for entry in entries if _why(entry)]
    match = match_baseline(project.findings, [entry for entry in entries if not _why(entry)], rules.load)
    selection, severities = project.selection, project.policy["rules"]
    if not with_history:
        selection = selection._replace(ignore=(*selection.ignore, "OG701"))
    gone = sum(
        entry.times
        for entry in match.stale
        if is_enabled(entry.code, selection, severities)
        and (not selection.paths or is_below(entry.file, selection.paths))
    )
    named = relative_path(file, project.workspace.root)
    forbidden_entries = grade([_finding(entry, named, text) for entry in forbidden])
    return BaselineResult(project._replace(findings=in_order((*match.findings, *forbidden_entries))), gone)


def entries_in(file: str) -> tuple[str, tuple[Entry, ...]]:
    """Return the text of a baseline and its entries.

    Raises:
        UsageError: The file is missing, or no baseline.

    """
    try:
        with Path(file).open("rb") as stream:
            content = stream.read(LIMIT + 1)
        if len(content) > LIMIT:
            raise UsageError(f"{file} is too large for a baseline")
        text = content.decode()
        entries = read_baseline(text)
    except OSError as error:
        raise UsageError(
            f"the baseline {file} cannot be read ({error.strerror}); --write-baseline {file} makes one"
        ) from None
    except ValueError as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise UsageError(f"{file} is no baseline: {why}; restore it, or write it with --write-baseline") from None
    return text, entries


def baseline(project: Project) -> str:
    """Return the text of a baseline that holds what there is in ``project`` now."""
    return baseline_of(project.findings, rules.load)


def _why(entry: Entry) -> str:
    return why_unsuppressible(rules.load(entry.code)) if entry.code in rules.modules() else ""


def place_of(entry: Entry, file: str, text: str) -> Location:
    """Return where an entry stands in the ``text`` of the baseline ``file``."""
    at = max(0, text.find(entry.fingerprint))
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return Location(file, line, column, line, column + len(entry.fingerprint))


def _finding(entry: Entry, file: str, text: str) -> Finding:
    return Finding(
        "OG006",
        f"{entry.code} cannot be held by a baseline: it {_why(entry)}",
        place_of(entry, file, text),
        remedy="Fix what it finds, and remove the entry.",
    )
