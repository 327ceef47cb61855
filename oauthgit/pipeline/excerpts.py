"""Mask the lines that a report shows of files with findings."""

from collections.abc import Collection, Iterable
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.schema import harmless_keys
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import mask_lines

_OF_WORKFLOWS: Final = frozenset(("on", "uses", "ref", "repository", "runs-on"))
"""Keys of a workflow whose values name events, actions and commits, and so may be shown."""


def list_shown(findings: Iterable[Finding]) -> dict[str, set[int]]:
    """Return the numbers of the lines with findings and of those above, by file."""
    shown: dict[str, set[int]] = {}
    for finding in findings:
        line = finding.location.line
        shown.setdefault(finding.location.file, set()).update((max(line - 1, 1), line))
    return shown


def mask_excerpt(file: File, document: Document | None, shown: Collection[int]) -> dict[int, str]:
    """Return lines of a file by number, masked; ``document`` is None if it has none."""
    return mask_lines(file, document, _OF_WORKFLOWS if file.kind is Kind.WORKFLOW else harmless_keys(), shown)
