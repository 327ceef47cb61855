"""Markdown that shows text from outside and never obeys it.

Plain words of ASCII letters stay prose. Everything else from outside stands in code spans: there no renderer looks for
markup, HTML, links, mentions, issue numbers, commits, math, emoji or attachments, and none of them needs a list of what it
would have looked for (CommonMark 0.31 section 6.1; GitHub Flavored Markdown section 4.10 for tables).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from oauthgit.model.formats import sanitize as display
from oauthgit.model.formats.sanitize import printable, shown
from oauthgit.model.location import Location

COMMENT: Final = 65_536
"""Bytes of a comment on GitHub; those of GitLab and Azure DevOps may be longer."""

JOB_SUMMARY: Final = 1_048_576
"""Bytes of a step's job summary on GitHub, beyond which all of it is dropped."""

_LONGEST: Final = 500
"""Characters of one text from outside: a message that quotes a novel does not push the others out."""

# Seven letters of a to f could be a commit.
_PLAIN: Final = re.compile(
    r"""(?![("']*[A-Fa-f]{7,40}(?![A-Za-z]))[("']*[A-Za-z]+(?:['-][A-Za-z]+)*[)"']*[.,;:?!]?|[0-9]{1,6}[,;]?"""
)
_AROUND: Final = re.compile(r"""(?P<before>[("']*)(?P<inside>.*[^("').,;:?!].*?)(?P<after>[)"'.,;:?!]*)""", re.DOTALL)
_MOST_BACKTICKS: Final = 8


class Block(NamedTuple):
    """A part of a document: lines that stand or fall together, and then ``rows``, of which the last may be left out.

    ``noun`` says what one row is, and ``nouns`` what several are.
    """

    head: str
    rows: tuple[str, ...] = ()
    noun: str = ""
    nouns: str = ""


def prose(text: str) -> str:
    """Return text from outside for a sentence or the cell of a table: plain words as they are, all else in code spans."""
    words = _cut(shown(text)).split()
    runs = groupby(words, lambda word: _PLAIN.fullmatch(word) is not None)
    return " ".join(" ".join(run) if plain else _quoted(" ".join(run)) for plain, run in runs)


def code(text: str) -> str:
    """Return text from outside as one code span, for a name, a path or a value; nothing for an empty text."""
    return _span(_cut(shown(text)))


def place(location: Location) -> str:
    """Return a place as a code span: ``file:line:column``."""
    return code(f"{printable(location.file)}:{location.line}:{location.column}")


def some(names: Sequence[str], most: int = 3) -> str:
    """Return the first of ``names`` as code spans, and how many there are beyond ``most``."""
    return display.some([code(name) for name in names], most)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], noun: str) -> Block:
    """Return a table; cells are Markdown, made by :func:`prose` and :func:`code` where they come from outside."""
    line = f"{_row(head)}|{'---|' * len(head)}\n"
    return Block(line, tuple(map(_row, rows)), noun, f"{noun}s")


def bullets(head: str, items: Iterable[str], noun: str) -> Block:
    """Return a list below the line ``head``; items are Markdown, made by :func:`prose` and :func:`code`."""
    return Block(f"{head}\n\n", tuple(f"- {item}\n" for item in items), noun, f"{noun}s")


def document(blocks: Sequence[Block], limit: int) -> str:
    """Return ``blocks`` as paragraphs in at most ``limit`` bytes of UTF-8.

    Rows that do not fit are left out, from the end of the document on, and a line below says how many of what.
    """
    # The notices take their bytes from the rows, so room for all of them is set aside first.
    room = limit - sum(_size(f"{block.head}\n{_notice(block, len(block.rows), limit)}\n") for block in blocks)
    parts = []
    for block in blocks:
        kept: list[str] = []
        for row in block.rows:
            size = _size(row)
            if size > room:
                room = 0  # what stands further down is not more important than what did not fit
                break
            room -= size
            kept.append(row)
        left = len(block.rows) - len(kept)
        notice = f"\n{_notice(block, left, limit)}" if left else ""
        head = block.head if kept or not block.rows else ""
        parts.append(f"{head}{''.join(kept)}{notice if head else notice.lstrip()}")
    return "\n".join(parts)


def _notice(block: Block, number: int, limit: int) -> str:
    if not number:
        return ""
    noun = block.noun if number == 1 else block.nouns
    return f"**{number} more {noun}** left out: no more than {limit:,} bytes fit here. The text report shows them.\n"


def _row(cells: Sequence[str]) -> str:
    """Return a row; in a table a pipe is escaped also inside a code span."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _quoted(text: str) -> str:
    """Return a span whose quotation marks, brackets and stops stand outside of it, as in a sentence."""
    around = _AROUND.fullmatch(text)
    return f"{around['before']}{_span(around['inside'])}{around['after']}" if around else _span(text)


def _span(text: str) -> str:
    if not text:
        return ""
    # "##[" and "##vso[" speak to CI runners that print this.
    text = re.sub("#(?=#)", "# ", text)
    # A backslash before an escaped pipe would be read as the escape of that escape by older renderers, and end the cell.
    text = text.replace("\\|", "\\ |")
    text = re.sub(f"`{{{_MOST_BACKTICKS}}}(?=`)", r"\g<0> ", text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _size(text: str) -> int:
    return len(text.encode())
