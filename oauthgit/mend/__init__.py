"""Apply the fixes of findings to the content of a file, in memory.

Text outside of the edits does not change.
"""

from collections.abc import Sequence

from oauthgit.mend.difference import difference
from oauthgit.mend.edits import Lines, applied, compatible
from oauthgit.mend.insertion import inserted
from oauthgit.mend.removal import removals
from oauthgit.mend.writing import NotCertainError, written
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.fix import Edit, Insert, Remove, Rewrite, Unique
from oauthgit.model.formats.json_pointer import child, value_at

__all__ = ["difference", "mend"]


def mend(
    content: bytes, document: Document | None, findings: Sequence[Finding]
) -> tuple[bytes, list[Finding], dict[Finding, str]]:
    """Return the content with fixes applied, the fixed findings, and the skipped ones.

    Each skipped finding has the reason. ``document`` is the parsed ``content``, or None if the parser refused it. Of fixes
    whose edits touch each other, one is applied: a finding that is in neither result waits for the next call.
    """
    lines = Lines(content.decode())
    left: dict[Finding, str] = {}
    proposed: list[tuple[tuple[Edit, ...], list[Finding]]] = []
    dead = {finding: gone for finding in findings if document and (gone := _gone(document, finding))}
    if document is not None and dead:
        removal = removals(lines, document, set().union(*dead.values()))
        proposed.append((removal.edits, [finding for finding, gone in dead.items() if gone <= removal.pointers]))
        left |= {finding: removal.left[each] for finding, gone in dead.items() for each in gone & removal.left.keys()}
    for finding in findings:
        fix = finding.fix
        if isinstance(fix, Rewrite):
            proposed.append((fix.edits, [finding]))
        elif document is None:
            left[finding] = "the file cannot be read as it is"
        elif fix is not None and not isinstance(fix, Remove | Unique):
            try:
                at = finding.location.pointer
                edit = (
                    inserted(lines, document, at, fix)
                    if isinstance(fix, Insert)
                    else written(lines, document.marks[at], fix)
                )
                proposed.append(((edit,), [finding]))
            except NotCertainError as error:
                left[finding] = str(error)
    chosen: list[Edit] = []
    done: list[Finding] = []
    for edits, owners in proposed:
        if compatible(edits, chosen):
            chosen += [edit for edit in edits if edit not in chosen]
            done += owners
    return applied(lines, chosen).encode(), done, left


def _gone(document: Document, finding: Finding) -> set[str]:
    """Return the pointers of the entries that the fix of a finding removes."""
    pointer = finding.location.pointer
    if isinstance(finding.fix, Remove):
        return {pointer}
    items = value_at(document.data, pointer) if isinstance(finding.fix, Unique) else ()
    return {child(pointer, number) for number, item in enumerate(items) if item in items[:number]}
