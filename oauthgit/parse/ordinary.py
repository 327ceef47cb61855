"""Ordinary files to data at once: a strict part of YAML that no two parsers read differently; all else is left to them.

What is read here is what SOPS writes and what people write for settings: block mappings and lists, scalars, flow
collections of scalars on one line, blocks. Whatever is not surely one of these is given up, never reported: it goes
through ``build``, and so does whatever ``build`` would have something to say of. No place is kept, for few are asked for.
"""

import re
from functools import lru_cache
from typing import Any, Final

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.workspace import File, Kind
from oauthgit.parse.bounds import DEPTH, KEY_LENGTH, NODES
from oauthgit.parse.comments import may_be_told, perhaps_comments
from oauthgit.parse.directives import may_direct
from oauthgit.parse.scalar import (
    CONSTANTS,
    NUMBER_STARTS,
    WORDS,
    expressions,
    is_client_secret,
    is_ordinary,
    is_secret,
    is_variable,
    resolve,
)

_FIRST: Final = r"[^\ \n:\#\-?,\[\]{}&*!|>'\"%@`]"
"""What a plain scalar begins with in most cases: anything but YAML's indicators."""
_PLAIN: Final = rf"(?:{_FIRST}|-++(?=[A-Za-z0-9]))[^\ \n:\#]*+(?:(?:\ ++|[:\#])[^\ \n:\#]++)*+"
_KEY: Final = r"[A-Za-z_]\w*+(?::?[\w./<>\-]++)*+|\"[\w.\-]++\""
_SINGLE: Final = r"'(?:[^'\n]++|'')*+'"
_IN_FLOW: Final = r"[^\ \n:\#?,\[\]{}'\"]"
_ITEM: Final = rf"(?:{_FIRST}{_IN_FLOW}*+(?:(?:\ ++|:){_IN_FLOW}++)*+|\"[^\"\\\n]*+\"|{_SINGLE})"
_NAME: Final = r"[A-Za-z_]\w*+"
_BLANK: Final = r"(?:\ *+\#[^\n]*+\n|\n)*+"
_LINE: Final = regex(
    rf"""
    (\ *+) (-\ ++)?+ (?: ({_KEY}) : (?=[\ \n]) )?+ \ *+
    (
        {_PLAIN} (?: \n\1\ ++{_PLAIN}(?=\n) )*+
      | " [^"\\\n]*+ (?: \n\ ++[^\ "\\\n][^"\\\n]*+ )*+ "
      | {_SINGLE}
      | \[ \ *+ (?: {_ITEM} \ *+ (?: ,(?!\ *+\])\ *+ | (?=\]) ) )*+ \]
      | \{{ \ *+ (?: {_NAME}:\ ++{_ITEM} \ *+ (?: ,(?!\ *+\}})\ *+ | (?=\}}) ) )*+ \}}
      | [|>]-?+ (?: \n (?: \1\ [^\n]*+ )?+ (?=\n) )*+
    )?+
    \ *+ (?: (?<=\ )\#[^\n]*+ )?+ \n {_BLANK}
    | [\s\S]++                               # all the rest, if it is anything else
    """,
    re.VERBOSE | re.ASCII,
)
"""One line by its indentation, dash, key and value, and the blank lines and comments below it."""
_HEAD: Final = regex(rf"{_BLANK}(?:---\n{_BLANK})?+", re.VERBOSE)
_ITEMS: Final = regex(_ITEM, re.VERBOSE)
_MEMBERS: Final = regex(rf"({_NAME}):\ ++({_ITEM})", re.VERBOSE | re.ASCII)
_BREAK: Final = regex(r"\n +")
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_READ_OTHERWISE: Final = WORDS | CONSTANTS.keys()
_OPEN: Final = frozenset(("kind", "sops"))
"""What is no secret at the top of a secrets file."""

NOT_ORDINARY: Final = object()
"""Comes back for a text that is not surely ordinary."""


class _GivenUpError(Exception):
    """Something is not ordinary."""


def ordinary(file: File, text: str) -> Any:
    """Return the data in ``text``, exactly what ``build`` makes of it, or ``NOT_ORDINARY``.

    Data comes back only where ``build`` has no finding, where no comment holds a secret or speaks to this tool, and where
    no secret stands in plain text. ``text`` is what :func:`read_text` made of ``file`` without a finding.
    """
    if "\t" in text or _may_be_too_much(text):
        return NOT_ORDINARY
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "#" in text:
        comments = perhaps_comments(text)
        if may_be_told(file.kind, comments) or may_direct("\n".join(comments)):
            return NOT_ORDINARY
    try:
        return _Reader(file.kind).read(text) or NOT_ORDINARY
    except _GivenUpError:
        return NOT_ORDINARY


def _may_be_too_much(text: str) -> bool:
    """Tell whether there may be more values than ``build`` reads: two on a line, and one for each sign of a flow."""
    return len(text) > NODES and 2 * text.count("\n") + sum(map(text.count, ",[{")) > NODES - 5


class _Reader:
    """One pass: what the kind of a file says of its values, and whether they are secrets where the pass is now."""

    def __init__(self, kind: Kind) -> None:
        self.guarded = kind is not Kind.POLICY and kind is not Kind.PROVIDER
        self.encrypted = self.masked = kind is Kind.SECRETS
        self.foreign = kind is Kind.WORKFLOW
        self.words = kind is Kind.POLICY or kind is Kind.WORKFLOW

    def read(self, text: str) -> dict[str, Any]:
        """Read line by line.

        ``level`` is twice the column of ``holder``, and one more if that is a list, which may stand where its key does.
        ``outer`` are those around it, and ``hole`` is the key in it whose value may stand on the lines below.
        """
        root: dict[str, Any] = {}
        holder: Any = root
        level, hole = 0, ""
        outer: list[tuple[int, Any]] = []
        for indent, dash, key, value in _lines(text):
            wanted = 2 * len(indent) + (dash != "")
            while wanted < level:
                (level, holder), hole = outer.pop(), ""
            if wanted > level:
                outer.append((level, holder))
                level, holder = wanted, _filled(holder, hole, [] if dash else {})
            if dash and not key:
                holder.append(_concealed(value) if self.masked else self.value(value, level // 2))
                hole = ""
                continue
            if dash:
                outer.append((level, holder))
                level, holder = wanted - 1 + 2 * len(dash), _added(holder)
            if not key or len(outer) > DEPTH - 3:
                raise _GivenUpError
            hole = self.put(holder, key.strip('"'), value, level // 2)
        return root

    def put(self, holder: dict[str, Any], key: str, value: str, column: int) -> str:
        """Put a value under its key in a mapping at ``column``; return the key if a value may yet follow, else nothing."""
        if key in holder:
            raise _GivenUpError
        if self.encrypted and not column:
            self.masked = key not in _OPEN
        looks = 0 if self.foreign and key in WORDS else _looks(key)
        if looks and self.guarded:
            holder[key] = _of_variables(value) if self.foreign else _secret(value, client=looks == _CLIENT_SECRET)
        elif not value:
            holder[key] = None
            return key
        else:
            holder[key] = _concealed(value) if self.masked else self.value(value, column)
        return ""

    def value(self, text: str, column: int) -> Any:
        """Return the value that is written as ``text`` in a collection at ``column``, which holds no secret."""
        first = text[:1]
        if "\n" in text:
            if first in "|>":
                return _block(text, column)
            if " \n" in text or min(map(len, _BREAK.findall(text))) <= column + 1:
                raise _GivenUpError
            text = _BREAK.sub(" ", text)
        if first in _LETTERS and text not in _READ_OTHERWISE:
            return text
        if first == "[":
            if '"' in text or "'" in text:
                return [self.scalar(item) for item in _ITEMS.findall(text)]
            inner = text[1:-1].strip(" ")
            return [self.scalar(item.strip(" ")) for item in inner.split(",")] if inner else []
        if first == "{":
            members = _MEMBERS.findall(text)
            data = {key: self.scalar(item) for key, item in members}
            if len(data) != len(members) or (max(map(_looks, data), default=0) and self.guarded):
                raise _GivenUpError
            return data
        return self.scalar(text)

    def scalar(self, text: str) -> Any:
        """Return the value of a scalar on one line; give up one that parsers read differently."""
        if text in CONSTANTS:
            return CONSTANTS[text]
        first = text[0]
        if first == '"':
            return text[1:-1]
        if first == "'":
            return text[1:-1].replace("''", "'")
        if first in "|>":
            raise _GivenUpError
        if first in NUMBER_STARTS:
            value, disputed = resolve(text)
            if disputed and not self.foreign:
                raise _GivenUpError
            return value
        if text in WORDS and not self.words:
            raise _GivenUpError
        return text


def _lines(text: str) -> list[tuple[str, str, str, str]]:
    """Return the lines of a text; each is its indentation, dash, key and value, and a strange one has none of these."""
    if text[-1:] != "\n":
        if "|" in text or ">" in text:
            raise _GivenUpError  # the end of a block would be another
        text += "\n"
    head = _HEAD.match(text)
    return _LINE.findall(text, head.end() if head else 0)


def _filled(holder: Any, hole: str, new: Any) -> Any:
    """Put a new collection into a hole and return it."""
    if not hole:
        raise _GivenUpError
    holder[hole] = new
    return new


def _added(items: Any) -> dict[str, Any]:
    """Add a mapping to a list and return it."""
    new: dict[str, Any] = {}
    items.append(new)
    return new


_CLIENT_SECRET: Final = 2


@lru_cache(maxsize=1024)
def _looks(key: str) -> int:
    """Return 0 for a key that speaks of no secret, 1 for one that does, 2 for ``client_secret``; give up a strange one."""
    if is_ordinary(key):
        return 0
    if len(key) > KEY_LENGTH or key in _READ_OTHERWISE:
        raise _GivenUpError
    return _CLIENT_SECRET if is_client_secret(key) else int(is_secret(key))


def _secret(text: str, *, client: bool) -> Any:
    """Return what stands for a secret: null, ciphertext, or the name of the variable that holds it."""
    if client and text[:1] == "{":
        (key, name), *others = _MEMBERS.findall(text) or [("", "")]
        if others or key != "from_env" or name in CONSTANTS or not is_variable(name):
            raise _GivenUpError
        return {key: name}
    return _concealed(text)


def _of_variables(text: str) -> str | None:
    """Return the expressions of GitHub Actions that a workflow has in place of a secret, or null, or ciphertext."""
    if "$" not in text:
        return _concealed(text)
    found = expressions(text) if text[0] == "$" and "\n" not in text else ""
    if not found:
        raise _GivenUpError
    return found


def _concealed(text: str) -> str | None:
    """Return ciphertext or null; give up what may be a secret in plain text."""
    if is_ciphertext(text) and "\n" not in text:
        return text
    if text in CONSTANTS and CONSTANTS[text] is None:
        return None
    raise _GivenUpError


def _block(text: str, column: int) -> str:
    """Return a block, whose lines are all indented at least as the first; one that is folded has no other lines."""
    header, *lines = text.rstrip("\n").split("\n")
    first = lines[0] if lines else ""
    width = len(first) - len(first.lstrip(" "))
    indent = " " * width
    if width <= column or any(line and (not line.startswith(indent) or not line.strip(" ")) for line in lines):
        raise _GivenUpError
    lines = [line[width:] for line in lines]
    folded = header[0] == ">"
    if folded and any(line[:1] in {"", " "} for line in lines):
        raise _GivenUpError
    body = (" " if folded else "\n").join(lines)
    return body if header[1:] == "-" else body + "\n"
