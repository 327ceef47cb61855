"""Find secrets in plain text in files of earlier commits, parseable or not."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.formats.json_pointer import leaves, split
from oauthgit.model.formats.placeholder import is_no_secret
from oauthgit.model.formats.sops_ciphertext import PATTERN
from oauthgit.model.location import Location, Span
from oauthgit.model.schema import harmless_keys
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from oauthgit.parse.comments import SECRET
from oauthgit.parse.scalar import is_secret
from oauthgit.parse.text import BOM, WIDE

_SECRET_WORD: Final = re.compile(rb"(?i)s[-_]*e[-_]*c[-_]*r[-_]*e[-_]*t|p[-_]*a[-_]*s[-_]*s[-_]*w|[\\\x00]")
_CIPHERTEXT: Final = re.compile(
    rb"(?:- )?(?:[A-Za-z_][\w.-]*:|kind: secrets|(?:[A-Za-z_][\w.-]*: )?" + PATTERN[1:-1].encode() + rb"|#ENC\[.*\])?"
)


def plaintext_secrets(file: File) -> list[Location]:
    """Return the places of secrets in plain text, without placeholders and references.

    The pointer is empty for a secret in a comment. It is also empty in a file that does not parse, in which lines are
    matched by their form. In a secrets file, every value is a secret unless its key is known to be harmless; in other
    files, every value under a key named as a secret. A file that is ciphertext throughout is not parsed.
    """
    if file.kind is Kind.POLICY or not _may_hold_one(file):
        return []
    document, findings = parse(file)
    lines = _lines(file.content)
    if document is None:
        return list(_by_looks(file.path, lines, range(1, len(lines) + 1)))
    if isinstance(document.data, dict) and document.data.get("kind") == Kind.POLICY:
        return []
    commented = [finding.location.line for finding in findings if finding.code == "OG501"]
    return [*_values(document, lines), *_by_looks(file.path, lines, commented)]


def _may_hold_one(file: File) -> bool:
    if file.kind is not Kind.SECRETS:
        return _SECRET_WORD.search(file.content) is not None
    head, found, tail = file.content.partition(b"\nsops:")
    is_ciphertext = found and all(_CIPHERTEXT.fullmatch(line.strip()) for line in head.split(b"\n"))
    return not is_ciphertext or any(line[:1].strip() for line in tail.split(b"\n"))


def _lines(content: bytes) -> list[str]:
    coding = next((name for mark, name in WIDE if content.startswith(mark)), "UTF-8")
    return content.decode(coding, errors="replace").removeprefix(BOM).split("\n")


def _values(document: Document, lines: Sequence[str]) -> Iterator[Location]:
    harmless = harmless_keys()
    for pointer, value in leaves(document.data):
        if value != PLAINTEXT:
            continue
        name = next((token for token in reversed(split(pointer)) if not token.isdecimal()), "")
        place = document.marks[pointer].value
        if (name not in harmless or is_secret(name)) and not is_no_secret(_bare(_cut(lines, place))):
            yield Location.of(document.file, place, pointer)


def _by_looks(path: str, lines: Sequence[str], numbers: Sequence[int]) -> Iterator[Location]:
    for number in numbers:
        found = SECRET.search(lines[number - 1])
        if found and not is_no_secret(_bare(re.split("[:=]", found[0], maxsplit=1)[1])):
            yield Location(path, number, found.start() + 1, number, found.end() + 1)


def _cut(lines: Sequence[str], span: Span) -> str:
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    return " ".join(line.strip() for line in lines[span.line : span.end_line])


def _bare(text: str) -> str:
    return text.strip().strip("\"'").strip()
