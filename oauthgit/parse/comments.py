"""Find secrets in comments (OG501, OG509).

SOPS does not encrypt a comment that was added without it, git keeps it, and no schema checks it.
"""

import re
from collections.abc import Iterator
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import command
from oauthgit.model.location import Location, Span
from oauthgit.model.workspace import LAYERS, Kind

_COMMENT: Final = regex(r"(?:(?<=\s)|^)#.*")
SECRET: Final = regex(r"""client[-_ ]?secret["']?\s*[:=]\s*["']?(?!ENC\[|[{<$*]|\.\.\.)[^\s"'#]{8,}""", re.IGNORECASE)
_FINE: Final = regex(r"#(?:ENC\[AES256_GCM,|\s*(?:oauthgit|yaml-language-server):|\W*$)")


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
    for place, comment in _comments(document, text.splitlines()):
        if SECRET.search(comment):
            message = "this comment contains a client secret in plain text, and git keeps it for ever"
            remedy = "Replace it at the authorization server, and delete the comment."
            findings.append(Finding("OG501", message, place, remedy=remedy))
        elif document.kind is Kind.SECRETS and not _FINE.match(comment):
            message = "this comment in an encrypted file is in plain text, so a change to it is not detected"
            remedy = f"Delete it, or add it with {command('sops', 'edit', document.file)}, which encrypts comments too."
            findings.append(Finding("OG509", message, place, remedy=remedy))
    return findings


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
