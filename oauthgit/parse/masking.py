"""Mask the lines of a file for a report, except text that is known to be harmless."""

import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, NamedTuple

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.public_text import is_public_key, is_url, is_variable_name
from oauthgit.model.formats.sanitize import is_readable_name, mask
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.location import Span
from oauthgit.model.workspace import File, Kind
from oauthgit.parse.comments import SECRET
from oauthgit.parse.conflicts import MARKER
from oauthgit.parse.scalar import is_secret
from oauthgit.parse.text import BOM, CONTROL, HIDDEN

_INVISIBLE: Final = regex(f"[{CONTROL}{HIDDEN}\r]")
_KEPT_COMMENT: Final = regex(r"#\s*(?:oauthgit|yaml-language-server):")
_LINE: Final = regex(r"(\s*(?:- +)*([\"']?)([A-Za-z_][\w.-]{0,63})\2:(?!\S))(.*)", re.ASCII)

_LONG: Final = 512
_FREE_NAMES: Final = frozenset(("oauth_servers", "env_secrets", "rules"))
"""Settings below which users choose the keys."""
_HOLDERS: Final = _FREE_NAMES | {"creation_rules"}
"""Keys whose value is always a collection."""
_ESCAPE: Final = regex(r"\\(?![/.^$*+?()|{}\[\]dwsb-])|:\\")
"""A backslash that does not belong to a pattern of file names, and may hide a URL."""
_PREFIX: Final = regex(r"^(?:- +)?(?:recipient: +)?")
_FROM_ENV: Final = regex(r"\s*(?:client_secret: *\{ *)?from_env: *(\w+)(?: *\})?\s*")


class _Piece(NamedTuple):
    """Represent a key or a value: characters ``start`` to ``end`` of a line."""

    start: int
    end: int
    kept: bool


def mask_file(
    file: File, document: Document | None, harmless: AbstractSet[str], shown: Collection[int] | None
) -> dict[int, str]:
    """Return the masked lines of ``file`` by number.

    ``document`` is None if it does not parse. Lines whose numbers are not in ``shown`` are left out; None shows all.
    """
    text = file.content.decode(errors="replace").removeprefix(BOM)
    lines = re.split("\r?\n", text) if "\r" in text else text.split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    every = range(1, len(lines) + 1)
    numbers = every if shown is None else sorted(number for number in shown if number in every)
    if document:
        masked = _by_mark(lines, document, harmless, numbers)
    else:
        known = None if file.kind is Kind.WORKFLOW else harmless
        by_shape = dict(enumerate(_by_shape(lines, frozenset() if file.kind is Kind.SECRETS else harmless, known), 1))
        masked = ((number, by_shape[number]) for number in numbers)
    return {number: line if line.isprintable() else _INVISIBLE.sub("\ufffd", line) for number, line in masked}


def _by_mark(
    lines: list[str], document: Document, harmless: AbstractSet[str], shown: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Mask by the marks of values.

    The text between keys and values is punctuation, and the text after the last value may be a comment.

    Raises:
        KeyError: A value has no mark, and would be shown.

    """
    if unmarked := {pointer for pointer, _ in document.leaves}.difference(document.marks):
        raise KeyError(min(unmarked))
    pieces: dict[int, list[_Piece]] = {number: [] for number in shown}
    for pointer, mark in document.marks.on_lines(shown).items():
        tokens = split(pointer)
        if mark.key:
            _add(pieces, lines, mark.key, kept=is_readable_name(tokens[-1]))
        for key, value in _scalar_at(document.data, tokens):
            known = document.kind is Kind.WORKFLOW or _is_below_known_keys(tokens, harmless)
            kept = _is_open(key, value, harmless if known else ()) or (
                tokens[:1] == ("env_secrets",) and is_url(str(value))
            )
            _add(pieces, lines, mark.value, kept=kept)
    for number, found in pieces.items():
        line, done, stop = lines[number - 1], "", 0
        for piece in sorted(found):
            if piece.start < stop:  # several values of one alias
                continue
            text = line[piece.start : piece.end]
            done += line[stop : piece.start] + (_redact(text) if piece.kept else "*" * len(text))
            stop = piece.end
        before, sign, comment = line[stop:].partition("#")
        yield number, done + before + _comment(sign + comment)


def _scalar_at(data: Any, tokens: Sequence[str]) -> list[tuple[str, Any]]:
    """Return the scalar at a pointer, with its nearest key; nothing for other values."""
    key = ""
    for token in tokens:
        if isinstance(data, dict):
            key, data = token, data.get(token, {})
        else:
            data = data[int(token)] if isinstance(data, list) else {}
    return [] if isinstance(data, (dict, list)) else [(key, data)]


def _is_below_known_keys(tokens: Sequence[str], harmless: AbstractSet[str]) -> bool:
    """Return True if every key above a value is harmless.

    Such a key is a setting, the name of a server, or the number of an item.
    """
    return all(
        above in _FREE_NAMES or token in harmless or token in _HOLDERS or token.isdecimal()
        for above, token in zip(["", *tokens], tokens[:-1], strict=False)
    )


def _is_open(key: str, value: Any, harmless: Container[str]) -> bool:
    if value is None or isinstance(value, bool):
        return True
    text = str(value)
    if is_ciphertext(text) or (key == "from_env" and is_variable_name(text)):
        return True
    return (key in harmless or is_public_key(text)) and value != PLAINTEXT and not is_secret(key)


def _add(pieces: Mapping[int, list[_Piece]], lines: list[str], span: Span, *, kept: bool) -> None:
    """Add a key or a value to the pieces of its lines; one of several lines is masked."""
    if span.line == span.end_line:
        if span.line in pieces:
            pieces[span.line].append(_Piece(span.column - 1, span.end_column - 1, kept))
        return
    for number in pieces.keys() & range(span.line, span.end_line + 1):
        line = lines[number - 1]
        start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
        end = span.end_column - 1 if number == span.end_line else len(line)
        pieces[number].append(_Piece(start, max(start, end), kept=False))


def _by_shape(lines: list[str], harmless: AbstractSet[str], known: AbstractSet[str] | None) -> Iterator[str]:
    """Mask by the form of each line.

    A line that mentions a secret, or whose key is not in ``known``, guards the lines indented deeper: they are masked as a
    part of it. If ``known`` is None, every key is known.
    """
    guard: int | None = None
    above: list[tuple[int, str]] = []
    for line in lines:
        if marker := MARKER.match(line):  # it ends no mapping: both sides are indented as before
            yield marker[0] + _label(line[marker.end() :])
            continue
        body = line.lstrip()
        indent = len(line) - len(body)
        if guard is not None and body and indent <= guard:
            guard = None
        shape = _LINE.fullmatch(line)
        key = shape[3] if shape else ""
        mention = "secret" in line.lower() and key != "path_regex" and body.rstrip() != "env_secrets:"
        named = _FROM_ENV.fullmatch(line)
        if (named and is_variable_name(named[1])) or is_public_key(_PREFIX.sub("", body).strip()):
            yield line
        elif body.startswith("#") and guard is None:
            yield line[:indent] + _comment(body)
        elif shape is None or guard is not None or not is_readable_name(key):
            yield line[:indent] + "- " * body.startswith("- ") + _stars(body.removeprefix("- "))
        else:
            yield shape[1] + _rest(shape[4], kept=key in harmless and not mention)
        if guard is None and shape:
            above = [each for each in above if each[0] < indent]
            holder = above[-1][1] if above else ""
            above.append((indent, key))
            if known is not None and holder not in _FREE_NAMES and key not in known | _HOLDERS:
                guard = indent
        if guard is None and mention:
            guard = indent


def _label(text: str) -> str:
    """Return the label of a conflict marker; it is kept if it is the name of a branch."""
    return text if all(map(is_readable_name, text.strip().split("/"))) else _stars(text)


def _rest(text: str, *, kept: bool) -> str:
    """Return the masked text after a key: a value and a comment.

    The value is kept if it is ciphertext, or if ``kept`` is true and it is simple.
    """
    value, sign, comment = text.partition("#")
    simple = not any(hint in value for hint in ("{", "}", ": ")) and (not sign or value[-1:].isspace())
    if (kept and simple) or is_ciphertext(value.strip()) or is_public_key(value.strip()):
        return _redact(value) + _comment(sign + comment)
    return _stars(text)


def _redact(text: str) -> str:
    """Return text that is kept, without credentials in URLs.

    Text with escapes and long text are masked as a whole, because they may hide such a URL.
    """
    is_escaped = "\\" in text and ('"' in text or _ESCAPE.search(text) is not None)
    return _stars(text) if is_escaped or len(text) > _LONG else mask(text)


def _comment(text: str) -> str:
    """Return a comment, blank after its ``#`` unless it addresses a program.

    A comment with a secret is always blank.
    """
    kept = _KEPT_COMMENT.match(text) and not SECRET.search(text)
    return _redact(text) if kept else text[:1] + " " * len(text[1:])


def _stars(text: str) -> str:
    """Return ``text``, masked after its leading blanks."""
    body = text.lstrip()
    return text[: len(text) - len(body)] + "*" * len(body)
