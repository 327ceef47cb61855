"""Secrets that were commented out: SOPS leaves them, git keeps them, and no schema sees them (OG501, OG509)."""

import re
from collections.abc import Iterator
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.location import Location, Span
from oauthgit.model.workspace import LAYERS, Kind

_COMMENT: Final = regex(r"(?:(?<=\s)|^)#.*")
SECRET: Final = regex(r"""client[-_ ]?secret["']?\s*[:=]\s*["']?(?!ENC\[|[{<$*]|\.\.\.)[^\s"'#]{8,}""", re.IGNORECASE)
_FINE: Final = regex(r"#(?:ENC\[AES256_GCM,|\s*(?:oauthgit|yaml-language-server):|\W*$)")


def perhaps_comments(text: str) -> list[str]:
    """Return whatever may be a comment in ``text``: of each line what follows the first ``#`` that may begin one."""
    found = (_COMMENT.search(line) for line in text.split("\n") if "#" in line)
    return [match[0] for match in found if match]


def may_be_told(kind: Kind, comments: list[str]) -> bool:
    """Tell whether :func:`commented_secrets` may have something to say of a text with no comments but these."""
    if kind not in {*LAYERS, Kind.SECRETS}:
        return False
    if kind is Kind.SECRETS and not all(map(_FINE.match, comments)):
        return True
    return any("secret" in comment.casefold() and SECRET.search(comment) for comment in comments)


def commented_secrets(document: Document, text: str) -> list[Finding]:
    """Return a finding for each comment that holds a secret, and in a secrets file for each that SOPS did not encrypt."""
    if document.kind not in {*LAYERS, Kind.SECRETS} or "#" not in text:
        return []
    if document.kind is not Kind.SECRETS and not SECRET.search(text):
        return []
    findings = []
    for place, comment in _comments(document, text.splitlines()):
        if SECRET.search(comment):
            message = "a client secret stands here in a comment, in plain text, and git keeps it for ever"
            remedy = "Replace it at the authorization server, and delete the comment."
            findings.append(Finding("OG501", message, place, remedy=remedy))
        elif document.kind is Kind.SECRETS and not _FINE.match(comment):
            message = "a comment of an encrypted file stands in plain text, and nothing notices if it is changed"
            remedy = "Delete it, or add it with sops edit, which encrypts comments too."
            findings.append(Finding("OG509", message, place, remedy=remedy))
    return findings


def _comments(document: Document, lines: list[str]) -> Iterator[tuple[Location, str]]:
    """Yield every comment; a ``#`` inside a key or a value begins none."""
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
