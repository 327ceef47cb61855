"""Find secrets in comments (OG501, OG509), and comments that cut a value (OG122).

SOPS does not encrypt a comment that was added without it, git keeps it, and no schema checks it.
"""

import re
from collections.abc import Iterator
from typing import Final

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import command, readable_name_at
from oauthgit.model.formats.sops_metadata import is_plain_comment
from oauthgit.model.location import Location, Span
from oauthgit.model.workspace import LAYERS, Kind

_COMMENT: Final = regex(r"(?:(?<=\s)|^)#.*")
SECRET: Final = regex(r"""client[-_ ]?secret["']?\s*[:=]\s*["']?(?!ENC\[|[{<$*]|\.\.\.)[^\s"'#]{8,}""", re.IGNORECASE)
_FINE: Final = regex(r"#(?:ENC\[AES256_GCM,|\s*(?:oauthgit|yaml-language-server):|\W*$)")
_TOUCHING: Final = regex(r"(?:[^#]|(?<=\S)#)*[^\s#] +#[^\s#]")
_OF_PEOPLE: Final = (*LAYERS, Kind.POLICY)
_CUTTING: Final = regex(r"[ \t]+(#(?!\s*oauthgit|\s*yaml-language-server:)[^\s#].*)")
_NOT_PLAIN: Final = frozenset("\"'|>")


def perhaps_comments(text: str) -> list[str]:
    """Return the part of each line from the first ``#`` that may begin a comment."""
    found = (_COMMENT.search(line) for line in text.split("\n") if "#" in line)
    return [match[0] for match in found if match]


def may_be_reported(kind: Kind, comments: list[str]) -> bool:
    """Return True if :func:`commented_secrets` may find something in these comments."""
    if kind not in {*LAYERS, Kind.SECRETS}:
        return False
    if kind is Kind.SECRETS and not all(map(_FINE.match, comments)):
        return True
    return any("secret" in comment.casefold() and SECRET.search(comment) for comment in comments)


def commented_secrets(document: Document, text: str) -> list[Finding]:
    """Return a finding for each comment that holds a secret.

    In a secrets file, each comment that SOPS did not encrypt is a finding too.
    """
    if document.kind not in {*LAYERS, Kind.SECRETS} or "#" not in text:
        return []
    if document.kind is not Kind.SECRETS and not SECRET.search(text):
        return []
    findings = []
    lines = text.splitlines()
    selection = document.sops.selection if document.sops else {}
    plain_line = -1  # SOPS leaves comments plain by their text, and those on the lines directly below
    for place, comment in _comments(document, lines):
        is_plain = plain_line == place.line - 1 or is_plain_comment(comment, selection)
        plain_line = place.line if is_plain and not lines[place.line - 1][: place.column - 1].strip() else -1
        if SECRET.search(comment):
            message = "this comment contains a client secret in plain text, and git keeps it forever"
            remedy = "Replace it at the authorization server, and delete the comment."
            findings.append(Finding("OG501", message, place, remedy=remedy))
        elif document.kind is Kind.SECRETS and not is_plain and not _FINE.match(comment):
            message = "this comment in an encrypted file is in plain text, so a change to it is not detected"
            remedy = f"Delete it, or add it with {command('sops', 'edit', document.file)}, which encrypts comments too."
            findings.append(Finding("OG509", message, place, remedy=remedy))
    return findings


def may_cut(kind: Kind, text: str) -> bool:
    """Return True if :func:`cut_values` may find something in ``text``."""
    return kind in _OF_PEOPLE and any(" #" in line and _TOUCHING.match(line) for line in text.split("\n"))


def cut_values(document: Document, text: str) -> list[Finding]:
    """Return a finding for each comment without a blank behind plain text or nothing.

    Only text counts: a number or a boolean means the same without the comment.
    """
    if not may_cut(document.kind, text):
        return []
    lines = text.splitlines()
    spans = ((pointer, value, document.marks[pointer].value) for pointer, value in document.leaves)
    return [
        _report_cut(document, lines, pointer, span)
        for pointer, value, span in spans
        if (isinstance(value, str) and value != PLAINTEXT) or (value is None and span[:2] == span[2:])
        if not _NOT_PLAIN.intersection(lines[span.line - 1][span.column - 1 : span.column])
        if (match := _CUTTING.match(lines[span.end_line - 1], span.end_column - 1)) and not SECRET.search(match[1])
    ]


def _report_cut(document: Document, lines: list[str], pointer: str, span: Span) -> Finding:
    line = lines[span.end_line - 1]
    column = line.index("#", span.end_column - 1) + 1
    what = "is empty" if span[:2] == span[2:] else "ends before it"
    return Finding(
        "OG122",
        f"a comment begins here, so {readable_name_at(pointer)} {what}",
        Location(document.file, span.end_line, column, span.end_line, len(line) + 1, pointer),
        remedy="Write a blank after the #, or put the whole value in double quotes if the # belongs to it.",
    )


def _comments(document: Document, lines: list[str]) -> Iterator[tuple[Location, str]]:
    """Yield every comment; a ``#`` inside a key or a value does not begin one."""
    taken: dict[int, list[Span]] = {}
    for mark in document.marks.values():
        for span in filter(None, (mark.key, mark.value)):
            if span.line == span.end_line:
                taken.setdefault(span.line, []).append(span)
    for number, line in enumerate(lines, 1):
        for match in _COMMENT.finditer(line):
            column = match.start() + 1
            if not any(span.column <= column < span.end_column for span in taken.get(number, ())):
                yield Location(document.file, number, column, number, len(line) + 1), match[0]
