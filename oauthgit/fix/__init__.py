"""Apply the fixes of findings to the content of a file, in memory.

Text outside of the edits does not change.
"""

from collections.abc import Sequence

from oauthgit.fix.edits import Lines, apply_edits, compatible
from oauthgit.fix.insert import insert_item
from oauthgit.fix.remove import remove_entries
from oauthgit.fix.replace import NotCertainError, replace_value
from oauthgit.fix.unified_diff import format_diff
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.fix import Edit, Insert, Remove, Rewrite, Unique
from oauthgit.model.formats.json_pointer import child, value_at

__all__ = ["fix", "format_diff"]


def fix(
    content: bytes, document: Document | None, findings: Sequence[Finding]
) -> tuple[bytes, list[Finding], dict[Finding, str]]:
    """Return the content with fixes applied, the fixed findings, and the skipped ones.

    Each skipped finding has the reason. ``document`` is the parsed ``content``, or None if the parser refused it. Of fixes
    whose edits touch each other, one is applied: a finding that is in neither result waits for the next call.
    """
    lines = Lines(content.decode())
    left: dict[Finding, str] = {}
    proposed: list[tuple[tuple[Edit, ...], list[Finding]]] = []
    dead = {finding: gone for finding in findings if document and (gone := _removed_pointers(document, finding))}
    if document is not None and dead:
        removal = remove_entries(lines, document, set().union(*dead.values()))
        proposed.append((removal.edits, [finding for finding, gone in dead.items() if gone <= removal.pointers]))
        left |= {
            finding: removal.skipped[each] for finding, gone in dead.items() for each in gone & removal.skipped.keys()
        }
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
                    insert_item(lines, document, at, fix)
                    if isinstance(fix, Insert)
                    else replace_value(lines, document.marks[at], fix)
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
    return apply_edits(lines, chosen).encode(), done, left


def _removed_pointers(document: Document, finding: Finding) -> set[str]:
    """Return the pointers of the entries that the fix of a finding removes."""
    pointer = finding.location.pointer
    if isinstance(finding.fix, Remove):
        return {pointer}
    items = value_at(document.data, pointer) if isinstance(finding.fix, Unique) else ()
    return {child(pointer, number) for number, item in enumerate(items) if item in items[:number]}
