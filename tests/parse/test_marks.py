"""Generated documents: the text at a mark is its value or key, and nothing makes the parser raise an exception."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.model.document import Document
from oauthgit.model.location import Span
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import masked_lines, parse

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

PLAIN = st.from_regex(r"[a-df-mo-xz\U0001f600\u00e9][a-z0-9_/\U0001f600\u00e9]{0,8}", fullmatch=True).filter(
    lambda text: (
        "passw" not in text and "secret" not in text and text not in ("on", "off", "no", "true", "null", "false")
    )
)
KEYS = st.from_regex(r"k[a-z0-9_]{0,6}", fullmatch=True)
COMMENTS = st.sampled_from(["", "", " # comment", "\t# a\ttab: '"])
LEAVES = st.one_of(
    PLAIN,
    st.integers(-(10**17), 10**17).map(str),
    st.sampled_from(["true", "false", "null", "~", "''", '""', "2027-06-30", "https://x.example.com/a?b=c#d"]),
    PLAIN.map(lambda text: f"'{text}''s: # x'"),
    PLAIN.map(lambda text: f'"{text}\\n\\u00e9: \\" # x"'),
)
FLOWS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[ {', '.join(items)} ]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda items: "{" + ", ".join(f'"{key}": {value}' for key, value in items.items()) + "}"
        ),
    ),
    max_leaves=6,
)


def _indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line if line else line for line in lines]


@st.composite
def _mapping(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Draw the lines of a block mapping."""
    lines: list[str] = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=4, unique=True)):
        written = draw(st.sampled_from([key, f"'{key}'", f'"{key}"']))
        shape = draw(st.sampled_from(["flow", "none", "plain", "quoted", "literal", "folded", "list", "mapping"]))
        comment = draw(COMMENTS)
        words = draw(st.lists(PLAIN, min_size=2, max_size=3))
        if shape == "flow":
            lines.append(f"{written}:  {draw(FLOWS)}{comment}")
        elif shape == "plain":
            lines += [f"{written}: {words[0]}", *_indented(words[1:], 3)]
        elif shape == "quoted":
            lines += [f'{written}: "{words[0]}', "", *_indented([*words[1:-1], words[-1] + '"' + comment], 1)]
        elif shape in ("literal", "folded"):
            sign = draw(st.sampled_from(["", "-"]))
            indicator = "|" if shape == "literal" else ">"
            lines += [f"{written}: {indicator}{sign}", *_indented([words[0], "", f"  {words[1]}"], 2)]
            lines += draw(st.sampled_from([[], [""], ["", ""]]))
        elif shape == "list" and depth < 2:
            items = [line for flow in draw(st.lists(FLOWS, min_size=1, max_size=3)) for line in (f"- {flow}{comment}",)]
            lines += [f"{written}:{comment}", *_indented(items, draw(st.sampled_from([0, 2])))]
        elif shape == "mapping" and depth < 2:
            lines += [f"{written}:{comment}", *_indented(draw(_mapping(depth + 1)), draw(st.sampled_from([1, 2])))]
        else:
            lines.append(f"{written}:{comment}")
    return lines


@st.composite
def _sources(draw: st.DrawFn) -> str:
    lines = draw(_mapping())
    lines = draw(st.sampled_from([[], ["# caf\u00e9 \U0001f600"], ["---"]])) + lines
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + end.join(lines) + draw(st.sampled_from(["", end]))


def _file(content: bytes, kind: Kind = Kind.BRANCH) -> File:
    return File("configs/x.yaml", kind, "branch/A/B", {}, content)


def _parsed(text: str) -> Document:
    document, findings = parse(_file(text.encode()))
    assert {finding.code for finding in findings} <= {"OG110"}, (text, findings)
    assert document is not None
    return document


def _at(lines: list[str], span: Span) -> str:
    """Cut a span out of lines, using only the meaning of its four numbers."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first, last = lines[span.line - 1][span.column - 1 :], lines[span.end_line - 1][: span.end_column - 1]
    return "\n".join([first, *lines[span.line : span.end_line - 1], last])


def _leaves(data: Any, pointer: str = "") -> list[tuple[str, Any]]:
    children: list[tuple[Any, Any]] = []
    if isinstance(data, dict):
        children = list(data.items())
    elif isinstance(data, list):
        children = list(enumerate(data))
    else:
        return [(pointer, data)]
    return [leaf for name, value in children for leaf in _leaves(value, f"{pointer}/{name}")]


@given(_sources())
def test_text_at_a_mark_is_the_value_or_key(source: str) -> None:
    document = _parsed(source)
    lines = source.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for pointer, value in _leaves(document.data):
        text = _at(lines, document.marks[pointer].value)
        alone = _parsed(f"value: {text}\n").data["value"]
        if text.startswith(("|", ">")) and not source.endswith("\n"):
            # The last line end belongs to a block scalar's value only if the file has one.
            assert alone.removesuffix("\n") == value.removesuffix("\n")
        else:
            assert alone == value
    for pointer, mark in document.marks.items():
        if mark.key:
            assert _parsed(f"{_at(lines, mark.key)}: x").data == {pointer.rpartition("/")[2]: "x"}


@given(_sources())
def test_mark_of_a_value_is_inside_its_parent(source: str) -> None:
    document = _parsed(source)
    for pointer, mark in document.marks.items():
        holder = document.marks[pointer.rpartition("/")[0]].value
        assert holder[:2] <= (mark.key or mark.value)[:2] <= mark.value[:2] <= mark.value[2:] <= holder[2:]


@given(_sources())
def test_masking_moves_no_column(source: str) -> None:
    lines = source.removeprefix("\ufeff").replace("\r\n", "\n").removesuffix("\n").split("\n")
    for harmless in (frozenset[str](), frozenset({"k", "ka", "kb"})):
        masked = masked_lines(_file(source.encode()), harmless)
        assert [len(line) for line in masked] == [len(line) for line in lines]


def _survives(content: bytes) -> None:
    for kind in (Kind.BRANCH, Kind.SECRETS, Kind.POLICY):
        document, findings = parse(_file(content, kind))
        assert document is not None or findings
        lines = masked_lines(_file(content, kind), {"k", "client_id"})
        for finding in findings:
            assert finding.location.column <= len(lines[finding.location.line - 1]) + 1


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_without_exception(content: bytes) -> None:
    _survives(content)


@given(st.text(st.sampled_from("ab:-# \n\t'\"[]{},&*!|>?%@~\\\r\ufeff\x85\u202e\U0001f60001x."), max_size=60))
def test_any_yaml_characters_are_parsed_without_exception(text: str) -> None:
    _survives(text.encode())


@given(_sources(), st.integers(0, 10_000), st.integers(0, 4), st.binary(max_size=3))
def test_damaged_file_is_parsed_without_exception(source: str, at: int, length: int, instead: bytes) -> None:
    content = source.encode()
    at %= len(content)
    _survives(content[:at] + instead + content[at + length :])
