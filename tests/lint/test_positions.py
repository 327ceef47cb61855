"""Generated documents: the text at a finding belongs to its pointer, and an inserted item changes nothing else.

The documents are written here, in every style of YAML, and PyYAML reads the cut text: neither side uses our parser.
"""

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, note, settings
from hypothesis import strategies as st

from oauthgit.discover.layout import classify
from oauthgit.fix import fix
from oauthgit.model.finding import Finding
from oauthgit.model.fix import Insert
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.location import Location
from oauthgit.model.workspace import Workspace
from oauthgit.parse import parse
from oauthgit.pipeline.check import check

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

BRANCH = "configs/branches/M/MAIN.yaml"
FILES = {
    "configs/oauthgit.yaml": "kind: policy\n",
    "configs/iam_applications/prod.yaml": "kind: iam_application\napplication: prod\nmodel: M\nbranch: MAIN\n"
    "environment: production\nredirect_uri: https://app.example.com/oauth-callback\n",
}
PLAIN = re.compile(r"[^\W\d_][\w./-]*(:[\w/.]+)*( [^\W\d_][\w./-]*)*")
WIDE = ["é", "e\u0301", "\U0001f600", "\u5ba2\u6237\u7aef", "\U0001f469\U0001f3fd", "x"]
WORDS = st.sampled_from(
    [*WIDE, "api.read", "a,b", "changeme", "${X}", "it's", 'say "x"', "a: b", "c #d", "0123", "yes"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
URLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["http://", "https:/", "https://u:p@", "https://"]),
    st.sampled_from(["crm.example.com", "\u5ba2\U0001f600.example.com", "127.1", "localhost"]),
    st.sampled_from(["/t", "/a/../t", "/t#x", "/t?client_secret=e\u0301", " x"]),
)
GRANTS = st.sampled_from(["authorization_code", "client_credentials", "Refresh-Token \u5ba2"])
SERVERS = st.fixed_dictionaries(
    {"client_id": TEXTS},
    optional={
        "token_endpoint": URLS,
        "issuer": URLS,
        "authorization_endpoint": URLS,
        "scopes": st.lists(TEXTS, min_size=1, max_size=4) | TEXTS,
        "grant_types": st.lists(GRANTS, min_size=1, max_size=2),
        "user_login": st.fixed_dictionaries({}, optional={"prompt": TEXTS, "request_refresh_token": TEXTS, "x": TEXTS}),
        "require_pkce": TEXTS,
        "client_secret": TEXTS,
        "client-id": TEXTS,
        "token_endpont": URLS,
        "\u5ba2\U0001f600": TEXTS,
    },
)  # fmt: skip
TAB = "\x01"
"""A tab between tokens: YAML 1.2 allows it (section 6.2), PyYAML does not, so a blank replaces it there."""

GAPS = st.sampled_from([" ", " ", "  ", f" {TAB}", TAB])
COMMENTS = st.sampled_from(["", "", " # why", f"{TAB}# \u5ba2\t\U0001f600 '", '  # e\u0301: "{'])


class Writer:
    """Write data as YAML in random styles."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def one_in(self, number: int) -> bool:
        return self.draw(st.integers(1, number)) == 1

    def quoted(self, text: str, fold: str | None) -> str:
        """Return a quoted text; ``fold`` replaces blanks, and YAML reads it as a blank again."""
        if self.one_in(2):
            written = text.replace("'", "''")
            return "'" + (written if fold is None else written.replace(" ", fold)) + "'"
        written = text.replace("\\", "\\\\").replace('"', '\\"')
        if self.one_in(2):
            written = written.replace("\u00e9", "\\u00e9").replace("\U0001f600", "\\U0001F600")
        return '"' + (written if fold is None else written.replace(" ", fold)) + '"'

    def scalar(self, text: str, indent: int, *, flow: bool) -> str:
        """Return a text in one of the styles that are allowed here."""
        fold = self.pick(None, "\n" + " " * indent, "\n" + " " * indent + "\t")
        block = not flow and not text.startswith(" ")
        plain = PLAIN.fullmatch(text) is not None
        style = self.pick("quoted", *(["plain"] * 2 if plain else []), *(["literal", "folded"] if block else []))
        if style == "plain":
            return text if fold is None else text.replace(" ", fold.replace("\t", TAB))
        if style == "quoted":
            return self.quoted(text, fold)
        body = text if style == "literal" or fold is None else text.replace(" ", "\n" + " " * indent)
        sign = {"literal": "|", "folded": ">"}[style]
        return f"{sign}-{self.draw(COMMENTS)}\n{' ' * indent}{body}"

    def key(self, text: str) -> str:
        return text if PLAIN.fullmatch(text) and not self.one_in(3) else self.quoted(text, None)

    def flow(self, value: Any, indent: int) -> str:
        """Return a value in brackets or braces, on one line or several."""
        if isinstance(value, str):
            return self.scalar(value, indent, flow=True)
        gap = self.pick("", " ", TAB, f"{self.draw(COMMENTS)}\n{' ' * indent}")
        comma = "," + (gap or " ")
        if isinstance(value, list):
            return f"[{gap}{comma.join(self.flow(item, indent) for item in value)}{gap}]"
        pairs = (f"{self.key(key)}:{self.draw(GAPS)}{self.flow(item, indent)}" for key, item in value.items())
        return f"{{{gap}{comma.join(pairs)}{gap}}}"

    def block(self, data: dict[str, Any], indent: int) -> str:
        """Return the lines of a mapping in block style."""
        lines = ""
        for key, value in data.items():
            if self.one_in(4):
                lines += " " * indent + self.pick("# own \u5ba2\tline", "") + "\n"
            lines += " " * indent + self.key(key) + self.pick("", "", " ") + ":"
            if isinstance(value, str) or not value or self.one_in(2):
                written = self.flow(value, indent + 2) if value and not isinstance(value, str) else None
                written = written or (self.scalar(value, indent + 2, flow=False) if value else "{}")
                tail = "" if written[:1] in {"|", ">"} else self.draw(COMMENTS)
                lines += f"{self.draw(GAPS)}{written}{tail}\n"
            elif isinstance(value, dict):
                lines += f"{self.draw(COMMENTS)}\n{self.block(value, indent + self.pick(1, 2, 4))}"
            else:
                inner = " " * (indent + self.pick(0, 2))
                items = (self.scalar(item, len(inner) + 2, flow=False) for item in value)
                tails = (item + ("" if item[:1] in {"|", ">"} else self.draw(COMMENTS)) for item in items)
                lines += (
                    self.draw(COMMENTS) + "\n" + "".join(f"{inner}-{self.pick(' ', '  ')}{item}\n" for item in tails)
                )
        return lines


@st.composite
def sources(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """Draw the data of a branch, and its text."""
    servers = draw(st.dictionaries(st.sampled_from(["crm", "erp", "\u5ba2\u6237"]), SERVERS, min_size=1, max_size=2))
    data = {"kind": "branch", "model": "M", "branch": "MAIN", "oauth_servers": servers}
    writer = Writer(draw)
    text = writer.flow(data, 1) + "\n" if writer.one_in(3) else writer.block(data, 0)
    text = draw(st.sampled_from(["", "", "\ufeff"])) + draw(st.sampled_from(["", "# \U0001f600\n", "---\n"])) + text
    return data, text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def read(text: str) -> Any:
    """Return the data that PyYAML reads, with every scalar as text."""

    def plain(node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {plain(key): plain(value) for key, value in node.value}
        return [plain(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else node.value

    return plain(yaml.compose(text, Loader=yaml.SafeLoader))


def cut(text: str, place: Location) -> str:
    """Return the text at a location as a separate document: earlier columns become blanks, to keep the indentation."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_column - 1]
    lines[0] = " " * (place.column - 1) + lines[0][place.column - 1 :]
    return "\n".join(lines)


def at(data: Any, pointer: str) -> Any:
    for token in split(pointer):
        data = data[int(token)] if isinstance(data, list) else data[token]
    return data


@settings(max_examples=100, deadline=None)
@given(sources())
def test_finding_is_located_at_its_pointer(source: tuple[dict[str, Any], str]) -> None:
    data, text = source
    note(text.replace(TAB, "\t"))
    assert read(text.removeprefix("\ufeff").replace(TAB, " ")) == data, "the writer above is wrong"
    made = []
    for path, content in {**FILES, BRANCH: text}.items():
        file = classify(path)
        assert not isinstance(file, Finding)
        made.append(file._replace(content=content.replace(TAB, "\t").encode()))
    findings = check(Workspace("", tuple(made)), [], today="2026-11-24").findings
    assert [finding.code for finding in findings if finding.code in {"OG002", "OG100"}] == []
    for finding in findings:
        for place in (finding.location, *(related.location for related in finding.related)):
            if place.file == BRANCH and place.pointer:
                note(f"{finding.code} {place}: {finding.message}")
                reported = read(cut(text, place).replace(TAB, " "))
                assert reported in (at(data, place.pointer), split(place.pointer)[-1])


def test_document_in_every_style_has_findings() -> None:
    """Guard the property above: the generated documents have findings, at values and at keys."""
    found: set[str] = set()

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(sources())
    def run(source: tuple[dict[str, Any], str]) -> None:
        file = classify(BRANCH)
        assert not isinstance(file, Finding)
        given_files = (file._replace(content=source[1].replace(TAB, "\t").encode()),)
        found.update(each.code for each in check(Workspace("", given_files), [], today="2026-11-24").findings)

    run()
    assert {"OG113", "OG201", "OG202", "OG204", "OG402", "OG446", "OG501"} <= found


@st.composite
def lists(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """Draw a branch with one server that has a list of scopes, and its text."""
    items = draw(st.lists(TEXTS, max_size=4))
    data = {"kind": "branch", "oauth_servers": {"crm": {"client_id": "x", "scopes": items, "issuer": "y"}}}
    writer = Writer(draw)
    text = writer.flow(data, 1) + "\n" if writer.one_in(3) or not items else writer.block(data, 0)
    return data, text.replace(TAB, " ").replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=100, deadline=None)
@given(lists(), st.sampled_from(["first", "last"]))
def test_inserted_item_changes_nothing_else(source: tuple[dict[str, Any], str], where: str) -> None:
    data, text = source
    note(text)
    file = classify(BRANCH)
    assert not isinstance(file, Finding)
    document, _ = parse(file._replace(content=text.encode()))
    assert document is not None
    place = document.locate("/oauth_servers/crm/scopes")
    finding = Finding("OG441", "", place, fix=Insert("openid", first=where == "first"))
    content, done, left = fix(text.encode(), document, [finding])
    note(content.decode())
    if not done:
        assert set(left.values()) <= LEFT
        return
    items = data["oauth_servers"]["crm"]["scopes"]
    items.insert(0 if where == "first" else len(items), "openid")
    assert read(content.decode()) == data
    assert COMMENT.findall(content.decode()) == COMMENT.findall(text)
    assert ("\r\n" in text) == ("\r\n" in content.decode()), "line ends are unchanged"
    assert content.count(b"\n") == content.count(b"\r\n") or "\r\n" not in text


LEFT = {
    "the last item of the list does not end at the end of a line",
    "the items of the list are not on the lines of their dashes",
}
COMMENT = re.compile("# (?:own|why|\u5ba2|e\u0301)")
