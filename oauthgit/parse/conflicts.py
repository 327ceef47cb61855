"""Find the markers of a merge conflict that was left in a file (OG120)."""

from typing import Final, NamedTuple

from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import list_some, quote
from oauthgit.model.location import Location
from oauthgit.model.workspace import File, Kind
from oauthgit.parse.limits import FINDINGS

MARKER: Final = regex(r"(<{7,}|>{7,}|\|{7,})(?=[ \t\r]|$)|(={7,})(?=\r?$)")
"""A line of git that begins or ends a side; conflicts inside of a common ancestor have longer markers."""
_SIGNS: Final = 7
"""So many signs of a marker are shown; git writes as many."""
_BETWEEN: Final = "=" * 7
_SHOWN: Final = 5
_MEANINGS: Final = {
    "<": "another conflict begins here",
    "|": "the common ancestor begins here",
    "=": "the other side begins here",
    ">": "the conflict ends here",
}


class _Mark(NamedTuple):
    """Represent a marker: the number of its line, and its signs."""

    line: int
    signs: str


def find_conflict(file: File, text: str) -> Finding | None:
    """Return the finding for all conflicts that git left in ``text``, or None.

    They are one mistake: a merge of the file that was not finished. Some of the markers may be deleted already.
    """
    lines = text.split("\n")
    marks = [_Mark(number, match[0]) for number, line in enumerate(lines, 1) if (match := MARKER.match(line))]
    conflicts = [each for each in _group(marks) if each[0].signs[0] != "=" or each[0].signs == _BETWEEN]
    if not conflicts:
        return None
    first, *others = (mark for conflict in conflicts for mark in conflict)
    return Finding(
        "OG120",
        f"git left a merge conflict here ({first.signs[:_SIGNS]}) in {_name_lines(conflicts)}, so it is not known which side "
        "counts",
        _locate(file.path, first),
        remedy=_advise(file),
        related=tuple(Related(_MEANINGS[mark.signs[0]], _locate(file.path, mark)) for mark in others[: FINDINGS - 1]),
    )


def _group(marks: list[_Mark]) -> list[list[_Mark]]:
    """Return the markers of each conflict; those inside of another one belong to it."""
    conflicts: list[list[_Mark]] = []
    is_open = False
    for mark in marks:
        outer = len(conflicts[-1][0].signs) if is_open else 0
        if not is_open or (mark.signs[0] == "<" and len(mark.signs) == outer):
            conflicts.append([])
            outer = len(mark.signs)
        conflicts[-1].append(mark)
        is_open = mark.signs[0] != ">" or len(mark.signs) != outer
    return conflicts


def _name_lines(conflicts: list[list[_Mark]]) -> str:
    ends = [(conflict[0].line, conflict[-1].line) for conflict in conflicts]
    if ends == [(ends[0][0], ends[0][0])]:
        return f"line {ends[0][0]}"
    return f"lines {list_some([f'{start} to {end}' for start, end in ends], _SHOWN)}"


def _locate(path: str, mark: _Mark) -> Location:
    return Location(path, mark.line, 1, mark.line, len(mark.signs) + 1)


def _advise(file: File) -> str:
    if file.kind is not Kind.SECRETS:
        return (
            "Keep the lines that apply, and delete the markers (<<<<<<<, |||||||, ======= and >>>>>>>) with the others."
        )
    return (
        "Take the whole file of one side, because SOPS signs it as a whole: git checkout --ours -- "
        f"{quote(file.path)} (or --theirs; after the merge, git checkout COMMIT). Then write each secret that the other side "
        f"changed: oauthgit secrets set {quote(file.layer)} SERVER."
    )
