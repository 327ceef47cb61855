"""Read a strict part of YAML without a parser, and leave the rest to ``build``.

All parsers read this part in the same way. It contains the YAML that SOPS writes and people write for settings: block
mappings and lists, scalars, flow collections of scalars on one line, and block scalars. A text that may contain anything
else, or a finding of ``build``, is given up and not reported. No places are kept, because few are needed.
"""

from functools import lru_cache
from typing import Any, Final

from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.workspace import File, Kind
from oauthgit.parse.comments import may_be_reported, may_cut, perhaps_comments
from oauthgit.parse.limits import DEPTH, KEY_LENGTH, NODES
from oauthgit.parse.line_patterns import BREAK, ITEM, MEMBER, GivenUpError, split_lines
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
from oauthgit.parse.suppressions import may_suppress
from oauthgit.parse.text import has_joints

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_AMBIGUOUS: Final = WORDS | CONSTANTS.keys()
_OPEN: Final = frozenset(("kind", "sops"))
"""Keys at the top of a secrets file whose values are not secret."""

NOT_FAST: Final = object()
"""The result for a text that may contain other YAML."""


def parse_fast(file: File, text: str) -> Any:
    """Return the data in ``text``, equal to that of ``build``, or ``NOT_FAST``.

    Data is returned only if ``build`` has no finding, no comment holds a secret or looks like a suppression, and no secret
    is in plain text. ``text`` is the result of :func:`read_text` for ``file``, without a finding.
    """
    if "\t" in text or has_joints(text) or _may_be_too_much(text):
        return NOT_FAST
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "#" in text:
        comments = perhaps_comments(text)
        if may_be_reported(file.kind, comments) or may_suppress("\n".join(comments)) or may_cut(file.kind, text):
            return NOT_FAST
    try:
        return _Reader(file.kind).read(text) or NOT_FAST
    except GivenUpError:
        return NOT_FAST


def _may_be_too_much(text: str) -> bool:
    """Return True if there may be more values than ``build`` reads.

    A line has at most two, and one more for each sign of a flow collection.
    """
    return len(text) > NODES and 2 * text.count("\n") + sum(map(text.count, ",[{")) > NODES - 5


class _Reader:
    """Hold the state of one pass; ``masked`` is true while values are secrets."""

    def __init__(self, kind: Kind) -> None:
        self.guarded = kind is not Kind.POLICY and kind is not Kind.PROVIDER
        self.encrypted = self.masked = kind is Kind.SECRETS
        self.foreign = kind is Kind.WORKFLOW
        self.words = kind is Kind.POLICY or kind is Kind.WORKFLOW

    def read(self, text: str) -> dict[str, Any]:
        """Read line by line.

        ``level`` is twice the column of ``holder``, plus one if that is a list, which may stand in the column of its key.
        ``outer`` are the collections around it. ``hole`` is its key whose value may be on the lines below.
        """
        root: dict[str, Any] = {}
        holder: Any = root
        level, hole = 0, ""
        outer: list[tuple[int, Any]] = []
        for indent, dash, key, value in split_lines(text):
            wanted = 2 * len(indent) + (dash != "")
            while wanted < level:
                (level, holder), hole = outer.pop(), ""
            if wanted > level:
                outer.append((level, holder))
                level, holder = wanted, _fill(holder, hole, [] if dash else {})
            if dash and not key:
                holder.append(_conceal(value) if self.masked else self.value(value, level // 2))
                hole = ""
                continue
            if dash:
                outer.append((level, holder))
                level, holder = wanted - 1 + 2 * len(dash), _add(holder)
            if not key or len(outer) > DEPTH - 3:
                raise GivenUpError
            hole = self.put(holder, key.strip('"'), value, level // 2)
        return root

    def put(self, holder: dict[str, Any], key: str, value: str, column: int) -> str:
        """Put a value into a mapping at ``column``, and return its key if it may follow."""
        if key in holder:
            raise GivenUpError
        if self.encrypted and not column:
            self.masked = key not in _OPEN
        looks = 0 if self.foreign and key in WORDS else _looks(key)
        if looks and self.guarded:
            holder[key] = _of_variables(value) if self.foreign else _secret(value, client=looks == _CLIENT_SECRET)
        elif not value:
            holder[key] = None
            return key
        else:
            holder[key] = _conceal(value) if self.masked else self.value(value, column)
        return ""

    def value(self, text: str, column: int) -> Any:
        """Return the value of ``text``, which is no secret, in a collection at ``column``."""
        first = text[:1]
        if "\n" in text:
            if first in "|>":
                return _block(text, column)
            if " \n" in text or min(map(len, BREAK.findall(text))) <= column + 1:
                raise GivenUpError
            text = BREAK.sub(" ", text)
        if first in _LETTERS and text not in _AMBIGUOUS:
            return text
        if first == "[":
            if '"' in text or "'" in text:
                return [self.scalar(item) for item in ITEM.findall(text)]
            inner = text[1:-1].strip(" ")
            return [self.scalar(item.strip(" ")) for item in inner.split(",")] if inner else []
        if first == "{":
            members = MEMBER.findall(text)
            data = {key: self.scalar(item) for key, item in members}
            if len(data) != len(members) or (max(map(_looks, data), default=0) and self.guarded):
                raise GivenUpError
            return data
        return self.scalar(text)

    def scalar(self, text: str) -> Any:
        """Return the value of a scalar on one line; give up an ambiguous one."""
        if text in CONSTANTS:
            return CONSTANTS[text]
        first = text[0]
        if first == '"':
            return text[1:-1]
        if first == "'":
            return text[1:-1].replace("''", "'")
        if first in "|>":
            raise GivenUpError
        if first in NUMBER_STARTS:
            value, disputed = resolve(text)
            if disputed and not self.foreign:
                raise GivenUpError
            return value
        if text in WORDS and not self.words:
            raise GivenUpError
        return text


def _fill(holder: Any, hole: str, new: Any) -> Any:
    """Put a new collection under the key ``hole`` and return it."""
    if not hole:
        raise GivenUpError
    holder[hole] = new
    return new


def _add(items: Any) -> dict[str, Any]:
    """Add a mapping to a list and return it."""
    new: dict[str, Any] = {}
    items.append(new)
    return new


_CLIENT_SECRET: Final = 2


@lru_cache(maxsize=1024)
def _looks(key: str) -> int:
    """Return 2 for ``client_secret``, 1 for other secrets, else 0; give up an odd key."""
    if is_ordinary(key):
        return 0
    if len(key) > KEY_LENGTH or key in _AMBIGUOUS:
        raise GivenUpError
    return _CLIENT_SECRET if is_client_secret(key) else int(is_secret(key))


def _secret(text: str, *, client: bool) -> Any:
    """Return null, ciphertext, or for a ``client`` secret the variable that holds it."""
    if client and text[:1] == "{":
        (key, name), *others = MEMBER.findall(text) or [("", "")]
        if others or key != "from_env" or name in CONSTANTS or not is_variable(name):
            raise GivenUpError
        return {key: name}
    return _conceal(text)


def _of_variables(text: str) -> str | None:
    """Return null, ciphertext, or the expressions in place of a secret in a workflow."""
    if "$" not in text:
        return _conceal(text)
    found = expressions(text) if text[0] == "$" and "\n" not in text else ""
    if not found:
        raise GivenUpError
    return found


def _conceal(text: str) -> str | None:
    """Return ciphertext or null; give up a possible secret in plain text."""
    if is_ciphertext(text) and "\n" not in text:
        return text
    if text in CONSTANTS and CONSTANTS[text] is None:
        return None
    raise GivenUpError


def _block(text: str, column: int) -> str:
    """Return the text of a block scalar; give up one with unusual indentation.

    All lines are indented at least as deeply as the first, and in a folded block exactly as deeply.
    """
    header, *lines = text.rstrip("\n").split("\n")
    first = lines[0] if lines else ""
    width = len(first) - len(first.lstrip(" "))
    indent = " " * width
    if width <= column or any(line and (not line.startswith(indent) or not line.strip(" ")) for line in lines):
        raise GivenUpError
    lines = [line[width:] for line in lines]
    folded = header[0] == ">"
    if folded and any(line[:1] in {"", " "} for line in lines):
        raise GivenUpError
    body = (" " if folded else "\n").join(lines)
    return body if header[1:] == "-" else body + "\n"
