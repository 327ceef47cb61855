"""Findings to edits, and edits to bytes: what a file would say with its fixes. Pure; nothing outside the edits changes."""

from collections.abc import Sequence

from oauthgit.mend.difference import difference
from oauthgit.mend.edits import Lines, applied, compatible
from oauthgit.mend.removal import removals
from oauthgit.mend.writing import NotCertainError, written
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.fix import Edit, Remove, Rewrite

__all__ = ["difference", "mend"]


def mend(
    content: bytes, document: Document | None, findings: Sequence[Finding]
) -> tuple[bytes, list[Finding], dict[Finding, str]]:
    """Return the content with fixes applied, the findings that they are for, and why others cannot be mended.

    ``document`` is what the parser made of ``content``, None where it refused. Fixes whose edits touch each other are
    applied one at a time: a finding that is in neither result waits for the next call.
    """
    lines = Lines(content.decode())
    left: dict[Finding, str] = {}
    proposed: list[tuple[tuple[Edit, ...], list[Finding]]] = []
    dead = [finding for finding in findings if isinstance(finding.fix, Remove)]
    if document is not None and dead:
        removal = removals(lines, document, {finding.location.pointer for finding in dead})
        proposed.append((removal.edits, [each for each in dead if each.location.pointer in removal.pointers]))
        left |= {each: removal.left[each.location.pointer] for each in dead if each.location.pointer in removal.left}
    for finding in findings:
        fix = finding.fix
        if isinstance(fix, Rewrite):
            proposed.append((fix.edits, [finding]))
        elif document is None:
            left[finding] = "the file cannot be read as it is"
        elif fix is not None and not isinstance(fix, Remove):
            try:
                proposed.append(((written(lines, document.marks[finding.location.pointer], fix),), [finding]))
            except NotCertainError as error:
                left[finding] = str(error)
    chosen: list[Edit] = []
    done: list[Finding] = []
    for edits, owners in proposed:
        if compatible(edits, chosen):
            chosen += [edit for edit in edits if edit not in chosen]
            done += owners
    return applied(lines, chosen).encode(), done, left
