"""Markdown as rendered by others: by GitHub's own parser, and by that of Azure DevOps and editors."""

from html.parser import HTMLParser
from typing import NamedTuple

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

_EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"]


class Rendering(NamedTuple):
    """The result of a renderer: elements by name, text in code and other text, and the cells of each row."""

    elements: set[str]
    attributes: set[str]
    codes: list[str]
    prose: str
    rows: list[list[str]]


def render_all(text: str) -> list[Rendering]:
    """Return the result of each renderer for ``text``; raw HTML and links become elements."""
    github = cmarkgfm.markdown_to_html_with_extensions(text, Options.CMARK_OPT_UNSAFE, _EXTENSIONS)
    other = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return [_read(github), _read(other)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Rendering(set(), set(), [], "", [])
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.elements.add(tag)
        self.found.attributes.update(name for name, _ in attrs)
        self.open.append(tag)
        if tag == "code":
            self.found.codes.append("")
        if tag == "tr":
            self.found.rows.append([])
        if tag in {"td", "th"}:
            self.found.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.found.elements.add(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.elements.add(decl)

    def handle_pi(self, data: str) -> None:
        self.found.elements.add(data)

    def unknown_decl(self, data: str) -> None:
        self.found.elements.add(data)

    def handle_data(self, data: str) -> None:
        if "code" in self.open:
            self.found.codes[-1] += data
        else:
            self.texts.append(data)
        if {"td", "th"} & set(self.open):
            self.found.rows[-1][-1] += data


def _read(html: str) -> Rendering:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found._replace(prose="\0".join(reader.texts))
