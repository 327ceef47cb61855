"""Write Markdown in which text from outside is shown and not interpreted.

Plain words of ASCII letters stay prose. Everything else from outside is in code spans. There, renderers do not look for
markup, HTML, links, mentions, issue numbers, commits, math, emoji or attachments, so no list of these is needed
(CommonMark 0.31 section 6.1; GitHub Flavored Markdown section 4.10 for tables).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from oauthgit.model.formats import sanitize as display
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.location import Location

COMMENT: Final = 65_536
"""The maximum bytes of a comment on GitHub; GitLab and Azure DevOps allow more."""

JOB_SUMMARY: Final = 1_048_576
"""The maximum bytes of a step's job summary on GitHub; a longer one is dropped completely."""

_LONGEST: Final = 500
"""The maximum characters of one text from outside, so that a long message does not push others out."""

# Seven letters from a to f could be a commit.
_PLAIN: Final = re.compile(
    r"""(?![("']*[A-Fa-f]{7,40}(?![A-Za-z]))[("']*[A-Za-z]+(?:['-][A-Za-z]+)*[)"']*[.,;:?!]?|[0-9]{1,6}[,;]?"""
)
_AROUND: Final = re.compile(r"""(?P<before>[("']*)(?P<inside>.*[^("').,;:?!].*?)(?P<after>[)"'.,;:?!]*)""", re.DOTALL)
_COMMAND: Final = re.compile(r"(?P<before>[(]?)`(?P<inside>(?:oauthgit|sops|git) [^`]+)`(?P<after>[).,;:]*)")
_WORD: Final = re.compile(r"[(]?`(?:oauthgit|sops|git) [^`]+`[).,;:]*(?!\S)|\S+")
_MOST_BACKTICKS: Final = 8


class Block(NamedTuple):
    """Hold a part of a document: a head, and rows of which the last may be left out.

    The head is kept or left out as a whole. ``noun`` names one row, ``nouns`` several.
    """

    head: str
    rows: tuple[str, ...] = ()
    noun: str = ""
    nouns: str = ""


def prose(text: str) -> str:
    """Return outside text for a sentence or cell, with code spans around non-words."""
    words = _WORD.findall(_cut(redact_urls(text)))
    runs = groupby(words, _kind)
    return " ".join(" ".join(run) if kind is True else _quote(" ".join(run)) for kind, run in runs)


def _kind(word: str) -> bool | str:
    """Return True for a plain word, a command itself, and False for any other word."""
    return word if _COMMAND.fullmatch(word) else _PLAIN.fullmatch(word) is not None


def code(text: str) -> str:
    """Return outside text, such as a name or path, as one code span, if not empty."""
    return _span(_cut(redact_urls(text)))


def place(location: Location) -> str:
    """Return a place as a code span: ``file:line:column``."""
    return code(f"{escape(location.file)}:{location.line}:{location.column}")


def some(names: Sequence[str], most: int = 3) -> str:
    """Return the first of ``names`` as code spans, and the number of the others."""
    return display.list_some([code(name) for name in names], most)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], noun: str) -> Block:
    """Return a table of cells in Markdown.

    Cells with text from outside must be made by :func:`prose` or :func:`code`.
    """
    line = f"{_row(head)}|{'---|' * len(head)}\n"
    return Block(line, tuple(map(_row, rows)), noun, f"{noun}s")


def bullets(head: str, items: Iterable[str], noun: str) -> Block:
    """Return a list of Markdown items below the line ``head``.

    Items with text from outside must be made by :func:`prose` or :func:`code`.
    """
    return Block(f"{head}\n\n", tuple(f"- {item}\n" for item in items), noun, f"{noun}s")


def document(blocks: Sequence[Block], limit: int) -> str:
    """Return ``blocks`` as paragraphs in at most ``limit`` bytes of UTF-8.

    Rows that do not fit are left out, from the end of the document on, and a line below counts them.
    """
    # Reserve the bytes for all notices first.
    room = limit - sum(_size(f"{block.head}\n{_notice(block, len(block.rows), limit)}\n") for block in blocks)
    parts = []
    for block in blocks:
        kept: list[str] = []
        for row in block.rows:
            size = _size(row)
            if size > room:
                room = 0  # later rows are not more important than the row that did not fit
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
    return f"**{number} more {noun}** left out: at most {limit:,} bytes fit here. The text report shows them.\n"


def _row(cells: Sequence[str]) -> str:
    """Return a row; pipes are escaped in code spans too, as tables require."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _quote(text: str) -> str:
    """Return a code span, with surrounding quotes, brackets and stops outside of it."""
    around = _COMMAND.fullmatch(text) or _AROUND.fullmatch(text)
    return f"{around['before']}{_span(around['inside'])}{around['after']}" if around else _span(text)


def _span(text: str) -> str:
    if not text:
        return ""
    # CI runners that print this execute "##[" and "##vso[".
    text = re.sub("#(?=#)", "# ", text)
    # Older renderers read a backslash before an escaped pipe as an escape of the escape, and end the cell.
    text = text.replace("\\|", "\\ |")
    text = re.sub(f"`{{{_MOST_BACKTICKS}}}(?=`)", r"\g<0> ", text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _size(text: str) -> int:
    return len(text.encode())
