"""Parse expressions of GitHub Actions, as far as conditions need it."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from oauthgit.model.formats.lazy_regex import regex

_OPEN: Final = "${{"
_CLOSE: Final = "}}"
_LONGEST: Final = 2_000
"""The maximum length of a condition in characters; a longer one proves nothing."""
_TOKEN: Final = regex(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>&&|\|\||==|!=|[!(),])|(?P<path>[\w.*-]+(?:\s*\[\s*'[\w-]+'\s*\][\w.*-]*)*))"
)
_INDEX: Final = regex(r"\s*\[\s*'([\w-]+)'\s*\]")


class Node(NamedTuple):
    """Represent a part of an expression.

    ``kind`` is ``or``, ``and``, ``not``, ``==``, ``!=``, ``call``, ``text`` (a literal) or ``path`` (a context, a
    number or a word). ``name`` is the text, the path or the function, in lower case because comparisons ignore
    case.
    """

    kind: str
    name: str = ""
    parts: tuple["Node", ...] = ()


def expressions(text: str) -> Iterator[str]:
    """Yield the text between the braces of each expression in ``text``."""
    start = text.find(_OPEN)
    while start >= 0:
        end = text.find(_CLOSE, start)
        end = len(text) if end < 0 else end
        yield text[start + len(_OPEN) : end]
        start = text.find(_OPEN, end)


def read_condition(text: str) -> Node | None:
    """Return the tree of a condition after ``if:``.

    None means that it is not supported, too long, or always true. Text around the braces, even a line break, makes
    the whole a non-empty text, which is always true.
    """
    stripped = text.strip()
    if _OPEN in text:
        if not (text.startswith(_OPEN) and text.endswith(_CLOSE) and text.count(_OPEN) == 1):
            return None
        stripped = text[len(_OPEN) : -len(_CLOSE)]
    if len(stripped) > _LONGEST:
        return None
    try:
        reader = _Reader(list(_tokens(stripped)))
        tree = reader.either()
    except (ValueError, RecursionError):
        return None
    return None if reader.tokens else tree


def _tokens(text: str) -> Iterator[Node]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError
        at = match.end()
        if match["text"] is not None:
            yield Node("text", match["text"][1:-1].replace("''", "'").lower())
        elif match["sign"]:
            yield Node("sign", match["sign"])
        else:
            yield Node("path", _INDEX.sub(r".\1", match["path"]).lower())


class _Reader:
    """Parse tokens from left to right; raise ValueError for unsupported ones."""

    def __init__(self, tokens: list[Node]) -> None:
        self.tokens = tokens[::-1]

    def either(self) -> Node:
        return self._read_joined("||", "or", lambda: self._read_joined("&&", "and", self.comparison))

    def _read_joined(self, sign: str, kind: str, read: Callable[[], Node]) -> Node:
        parts = [read()]
        while self._takes(sign):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Node(kind, parts=tuple(parts))

    def comparison(self) -> Node:
        left = self.single()
        for sign in ("==", "!="):
            if self._takes(sign):
                return Node(sign, parts=(left, self.single()))
        return left

    def single(self) -> Node:
        if self._takes("!"):
            return Node("not", parts=(self.single(),))
        if self._takes("("):
            inner = self.either()
            self._needs(")")
            return inner
        if not self.tokens or self.tokens[-1].kind == "sign":
            raise ValueError
        node = self.tokens.pop()
        if node.kind == "path" and self._takes("("):
            return Node("call", node.name, tuple(self._arguments()))
        return node

    def _arguments(self) -> Iterator[Node]:
        if self._takes(")"):
            return
        yield self.either()
        while self._takes(","):
            yield self.either()
        self._needs(")")

    def _takes(self, sign: str) -> bool:
        if self.tokens and self.tokens[-1] == Node("sign", sign):
            self.tokens.pop()
            return True
        return False

    def _needs(self, sign: str) -> None:
        if not self._takes(sign):
            raise ValueError
