"""Build HTML by functions; text is escaped unless it is markup already."""

from collections.abc import Iterable
from html import escape as escape_html
from typing import Final
from urllib.parse import quote

from oauthgit.model.formats.sanitize import redact_urls

_VOID: Final = frozenset(("meta", "input", "br"))
_OPEN_ENDED: Final = frozenset(("td", "th", "tr", "li", "dt", "dd", "tbody", "thead"))
"""Elements whose end tags HTML leaves out; a page with thousands of cells is a tenth smaller without them."""
_PROPER: Final = "https://"


class Markup(str):
    """Mark text as HTML, which is not escaped again."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Return text from outside for a place between tags or in a quoted attribute.

    Credentials in URLs are redacted, and unprintable characters are escaped. CI runners that print the page execute
    ``##[`` anywhere and ``::`` at the start of a line, so these are written as references.
    """
    escaped = value if isinstance(value, Markup) else escape_html(redact_urls(value))
    return Markup(escaped.replace("##", "#&#35;").replace("::", ":&#58;"))


def element(tag: str, /, *children: str, **attributes: str | bool | int | None) -> Markup:
    """Return an element; children and attributes are escaped, except markup.

    ``class_`` becomes ``class``, ``data_base`` becomes ``data-base``. True is an attribute without a value; False and None
    leave it out.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in _VOID:
        return Markup(f"<{tag}{written}>")
    inner = "".join(map(text, children))
    return Markup(f"<{tag}{written}>{inner}" if tag in _OPEN_ENDED else f"<{tag}{written}>{inner}</{tag}>")


def breakable(name: str) -> Markup:
    """Return a name that a line may end in after each slash."""
    return Markup(text(name).replace("/", "/<wbr>"))


def prose(sentence: str) -> Markup:
    """Return text in which what stands in backquotes is code."""
    parts = sentence.split("`")
    return join(element("code", part) if number % 2 else text(part) for number, part in enumerate(parts))


def join(parts: Iterable[str], between: str = "") -> Markup:
    """Return several parts as one, each escaped unless it is markup."""
    return Markup(text(between).join(map(text, parts)))


def link(url: str, *children: str, **attributes: str | bool | int | None) -> Markup:
    """Return a link within this page or to an https address, else only its text."""
    if url.startswith("#"):
        return element("a", *children, href=url, **attributes)
    if url.startswith(_PROPER):
        return element("a", *children, href=url, rel="noreferrer noopener", **attributes)
    return join(children)


def anchor(*names: str) -> str:
    """Return an id that is also its own fragment, with escapes as in URLs."""
    return (
        "/".join(quote(name.encode(errors="replace"), safe="/") for name in names[:-1])
        + "/"
        + quote(names[-1].encode(errors="replace"), safe="")
    )
