"""Data and marks of accepted text; code and exact location of refused text."""

from time import perf_counter
from typing import Any

import pytest

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.location import Span
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse

PATH = "configs/branches/INSIGHTS/MAIN.yaml"


def _file(content: str | bytes, kind: Kind = Kind.BRANCH) -> File:
    raw = content if isinstance(content, bytes) else content.encode()
    return File(PATH, kind, "branch/INSIGHTS/MAIN", {"model": "INSIGHTS", "branch": "MAIN"}, raw)


def _document(content: str | bytes, kind: Kind = Kind.BRANCH) -> Document:
    document, findings = parse(_file(content, kind))
    assert findings == []
    assert document is not None
    return document


def _places(findings: list[Finding]) -> list[tuple[str, int, int, int, int, str]]:
    assert all(finding.location.file == PATH for finding in findings)
    return [(finding.code, *finding.location[1:]) for finding in findings]


def test_document_has_its_file() -> None:
    document = _document("kind: branch\n")
    assert document.file == PATH
    assert document.kind is Kind.BRANCH
    assert document.layer == "branch/INSIGHTS/MAIN"
    assert document.identity == {"model": "INSIGHTS", "branch": "MAIN"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("nULL", "nULL"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("0", 0),
        ("-0", 0),
        ("+7", 7),
        ("-15", -15),
        ("123456789012345678", 123456789012345678),
        ('"0123"', "0123"),
        ("'yes'", "yes"),
        ('""', ""),
        ("2027-06-30", "2027-06-30"),
        ("2027-06-30T10:00:00Z", "2027-06-30T10:00:00Z"),
        ("1.2.3", "1.2.3"),
        ("10.0.0.1:8080", "10.0.0.1:8080"),
        ("5f3c7a52-6c0e-4c0e-9a55-0d6e1f0f3a11", "5f3c7a52-6c0e-4c0e-9a55-0d6e1f0f3a11"),
        ("-", ["x"]),
        ("yesterday", "yesterday"),
        ("localhost:9443", "localhost:9443"),
        ("a b\n  c", "a b c"),
        ('"\\u00e9\\n"', "\u00e9\n"),
        ("|\n  x\n  y\n", "x\ny\n"),
        (">-\n  x\n  y\n", "x y"),
        ("[a, [b], {c: 1}]", ["a", ["b"], {"c": 1}]),
        ("{}", {}),
    ],
)
def test_scalar_is_read_as_yaml_1_2_core_without_floats(text: str, value: Any) -> None:
    source = f"key: {text}\n" if text != "-" else "key:\n- x\n"
    found = _document(source).data["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    ["0123", "-0123", "00", "0o17", "0x1F", "0X1f", "0b101", "1_000", "1e5", "12345678e9012", "190:20:30", "12:30"]
    + ["1.5", "1.", ".5", "-1.5e-3", ".inf", "-.INF", ".nan", "1234567890123456789", "12345678901234567890"]
    + [spelling for word in ("y", "n", "yes", "no", "on", "off") for spelling in (word, word.title(), word.upper())],
)
def test_og104_ambiguous_scalar_is_text_and_invalid(text: str) -> None:
    document, (finding,) = parse(_file(f"a:\n  client_id: {text}\n"))
    assert document is not None
    assert document.data == {"a": {"client_id": text}}
    assert document.invalid == {"/a/client_id"}
    assert _places([finding]) == [("OG104", 2, 14, 2, 14 + len(text), "/a/client_id")]
    assert text in finding.message
    assert f'"{text}"' in finding.remedy


def test_og104_does_not_quote_a_long_number() -> None:
    _, (finding,) = parse(_file(f"client_id: {'1' * 40}\n"))
    assert finding.code == "OG104"
    assert "11111" not in repr(finding)


@pytest.mark.parametrize("key", ["yes", "Off", "n", "true", "0123", "1.5"])
def test_og104_ambiguous_key_is_text_and_invalid(key: str) -> None:
    document, findings = parse(_file(f"{key}: x\n"))
    assert document is not None
    assert document.data == {key: "x"}
    assert document.invalid == {f"/{key}"}
    assert _places(findings) == [("OG104", 1, 1, 1, 1 + len(key), f"/{key}")]


def test_ambiguous_words_are_allowed_in_policy_and_sops() -> None:
    assert _document("rules: {OG301: off, on: no}\n", Kind.POLICY).data == {"rules": {"OG301": "off", "on": "no"}}
    sops = _document("sops:\n  version: 3.10\n  fp: 0123\n  shamir_threshold: 2\n", Kind.SECRETS).data["sops"]
    assert sops == {"version": "3.10", "fp": "0123", "shamir_threshold": 2}
    assert _places(parse(_file("smoke: {timeout: 1.5}\n", Kind.POLICY))[1]) == [
        ("OG104", 1, 18, 1, 21, "/smoke/timeout")
    ]


MARKED = """\
# a comment
kind: branch
empty:
empty_too:   # comment
list:
- one
- {two: 2,
   three: }
-
text: |  # header
  \U0001f600 first

  last

folded: >-
    x
    y
plain: a
  b
"quoted key": 'it''s'
a/b~c: [ ]
end: x"""


def test_every_value_and_key_has_its_span() -> None:
    document = _document(MARKED)
    spans = {pointer: (tuple(mark.value), mark.key and tuple(mark.key)) for pointer, mark in document.marks.items()}
    assert spans == {
        "": ((2, 1, 22, 7), None),
        "/kind": ((2, 7, 2, 13), (2, 1, 2, 5)),
        "/empty": ((3, 7, 3, 7), (3, 1, 3, 6)),
        "/empty_too": ((4, 11, 4, 11), (4, 1, 4, 10)),
        "/list": ((6, 1, 9, 2), (5, 1, 5, 5)),
        "/list/0": ((6, 3, 6, 6), None),
        "/list/1": ((7, 3, 8, 12), None),
        "/list/1/two": ((7, 9, 7, 10), (7, 4, 7, 7)),
        "/list/1/three": ((8, 11, 8, 11), (8, 4, 8, 9)),
        "/list/2": ((9, 2, 9, 2), None),
        "/text": ((10, 7, 13, 7), (10, 1, 10, 5)),
        "/folded": ((15, 9, 17, 6), (15, 1, 15, 7)),
        "/plain": ((18, 8, 19, 4), (18, 1, 18, 6)),
        "/quoted key": ((20, 15, 20, 22), (20, 1, 20, 13)),
        "/a~1b~0c": ((21, 8, 21, 11), (21, 1, 21, 6)),
        "/end": ((22, 6, 22, 7), (22, 1, 22, 4)),
    }


def test_windows_line_ends_do_not_move_a_mark() -> None:
    unix, windows = _document(MARKED), _document(MARKED.replace("\n", "\r\n"))
    assert (windows.data, windows.marks) == (unix.data, unix.marks)


def test_null_of_a_question_mark_key_is_after_its_key() -> None:
    assert _document("? a").marks["/a"].value == Span(1, 4, 1, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c\n", [("OG100", 1, 5, 1, 6, "")]),
        ("a: 1\n  b: 2\n", [("OG100", 2, 4, 2, 5, "")]),
        ("a: 'x\nb: 1\n\n", [("OG100", 1, 4, 1, 5, "")]),
        ("a: [1, 2\n\n", [("OG100", 1, 9, 1, 9, "")]),
        ("a: @x\n", [("OG100", 1, 4, 1, 5, "")]),
        ("a: [*.example.com]\n", [("OG100", 1, 5, 1, 6, "")]),
        ("a:\n- b\nc\n\n", [("OG100", 3, 1, 3, 2, "")]),
        ("a: | x\n", [("OG100", 1, 6, 1, 7, "")]),
        ("? [a]\n: b\n", [("OG100", 1, 3, 1, 4, "")]),
        ("? {a: b}\n: c\n", [("OG100", 1, 3, 1, 4, "")]),
        (": x\n", [("OG100", 1, 1, 1, 2, "")]),
        ("{? : x}\n", [("OG100", 1, 4, 1, 4, "/")]),
        ("~: x\n", [("OG100", 1, 1, 1, 2, "/~0")]),
        ("a: 1\nb: 2\na: 3\na: 4\n", [("OG101", 3, 1, 3, 2, "/a")]),
        ("{x: {a: 1, 'a': 2}}\n", [("OG101", 1, 12, 1, 15, "/x/a")]),
        ("a: &x 1\nb: *x\n", [("OG102", 1, 4, 1, 5, "/a"), ("OG102", 2, 4, 2, 6, "/b")]),
        ("&k a: 1\n", [("OG102", 1, 1, 1, 2, "")]),
        ("a: &x b\n*x : 1\n", [("OG102", 1, 4, 1, 5, "/a"), ("OG102", 2, 1, 2, 2, "")]),
        ("a:\n  <<: {b: 1}\n", [("OG103", 2, 3, 2, 5, "/a/<<")]),
        ("a:\n\tb: 1\n", [("OG106", 2, 1, 2, 2, "")]),
        ("a:\n  b: 1\n \tc: 2\n", [("OG106", 3, 2, 3, 3, "")]),
        ("---\na: 1\n---\nb: 1\n", [("OG107", 3, 1, 3, 2, "")]),
        ("a: 1\n...\nb: 1\n", [("OG100", 3, 1, 3, 2, "")]),
        ("a: !!str x\nb: !x [1]\n", [("OG108", 1, 4, 1, 5, "/a"), ("OG108", 2, 4, 2, 5, "/b")]),
        ("a: ! x\n", [("OG108", 1, 4, 1, 5, "/a")]),
        ("# c\n%YAML 1.1\n---\na: 1\n", [("OG108", 2, 1, 2, 2, "")]),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", [("OG108", 1, 1, 1, 2, "")]),
        (b"a: 1\nb: \xe9x\n", [("OG109", 2, 4, 2, 5, "")]),
        (b"\xef\xbb\xbf\xc3\xa9: \xed\xa0\x80\n", [("OG109", 1, 4, 1, 5, "")]),
        ("a: x\n".encode("utf-16"), [("OG109", 1, 1, 1, 1, "")]),
        ("a: x\n".encode("utf-32"), [("OG109", 1, 1, 1, 1, "")]),
        ("a: x\n".encode("utf-16-le"), [("OG109", 1, 2, 1, 3, "")]),
        (b"a: \0\n", [("OG109", 1, 4, 1, 5, "")]),
        (b"a: x\x1b[31m\x7f\n", [("OG111", 1, 5, 1, 6, ""), ("OG111", 1, 10, 1, 11, "")]),
        ("a: b\x85c: d\n", [("OG111", 1, 5, 1, 6, "")]),
        ("a: '\u2028\u2029'\n", [("OG111", 1, 5, 1, 6, ""), ("OG111", 1, 6, 1, 7, "")]),
        ("a: b\rc: d\r\n", [("OG111", 1, 5, 1, 6, "")]),
        (
            "# \u202e\n\U0001f600\u200b: \ufeff\n",
            [("OG112", 1, 3, 1, 4, ""), ("OG112", 2, 2, 2, 3, ""), ("OG112", 2, 5, 2, 6, "")],
        ),
        ("a: x\u2066y\u00adz\n", [("OG112", 1, 5, 1, 6, ""), ("OG112", 1, 7, 1, 8, "")]),
        ("a: " + "[" * 20 + "]" * 20, [("OG114", 1, 23, 1, 24, "/a" + "/0" * 19)]),
        ("k" * 129 + ": 1\n", [("OG114", 1, 1, 1, 2, "")]),
        ("", [("OG117", 1, 1, 1, 1, "")]),
        ("\n  \n# only a comment\n", [("OG117", 1, 1, 1, 1, "")]),
        ("---\n# nothing\n", [("OG117", 1, 1, 1, 1, "")]),
        ("null\n", [("OG117", 1, 1, 1, 1, "")]),
    ],
)
def test_ambiguous_yaml_is_refused_at_its_place(
    text: str | bytes, expected: list[tuple[str, int, int, int, int, str]]
) -> None:
    document, findings = parse(_file(text))
    assert document is None
    assert _places(findings) == expected
    assert all(finding.remedy.endswith(".") for finding in findings)


CODER = "\U0001f469\u200d\U0001f4bb"
EMOJI = (
    CODER,
    "\U0001f468\U0001f3fd\u200d\U0001f680",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\u2764\ufe0f\u200d\U0001f525",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f937\u200d\u2640\ufe0f",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
)


@pytest.mark.parametrize("emoji", EMOJI)
@pytest.mark.parametrize(
    "text", ["# {}\na: b\n", "a: b # by {} and {}\n", "a: | # {}\n  x\n", "a: [b, # {}\r\n  c]\r\n"]
)
@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.POLICY, Kind.SOPS_RULES, Kind.WORKFLOW])
def test_emoji_in_a_comment_is_accepted(emoji: str, text: str, kind: Kind) -> None:
    document, findings = parse(_file(text.replace("{}", emoji), kind))
    assert (document is not None, findings) == (True, [])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (f"a: {CODER}\n", [(1, 5)]),
        (f"a: 'x # {CODER}'\n", [(1, 10)]),
        (f"a: x#{CODER}\n", [(1, 7)]),
        (f"a: 'x # {CODER}' # {CODER}\n", [(1, 10)]),
        (f"'a # {CODER}': b # {CODER}\n", [(1, 7)]),
        (f"a: |\n  x # {CODER}\nb: c # {CODER}\n", [(2, 8)]),
        (f"a: 'x\n  # {CODER} y'\r\nb: c # {CODER}\r\n", [(2, 6)]),
        ("a: b # x\u200dy\n", [(1, 9)]),
        (f"a: b # \u200d{CODER}\n", [(1, 8)]),
        ("a: b # \U0001f469\u200d\n", [(1, 9)]),
        ("a: b # \U0001f469\u200d\u200d\U0001f4bb\n", [(1, 9), (1, 10)]),
        ("a: b # \U0001f3f4\U000e0078\U000e007f\n", [(1, 9), (1, 10)]),
        ("a: b # \U000e0067\n", [(1, 8)]),
    ],
)
def test_joiner_outside_an_emoji_in_a_comment_is_refused(text: str, places: list[tuple[int, int]]) -> None:
    document, findings = parse(_file(text))
    assert document is None
    assert [(one.code, *one.location[1:3]) for one in findings] == [("OG112", *place) for place in places]


@pytest.mark.parametrize(
    "text",
    [
        f"a: b # {CODER * 90_000}\n",
        f"# {CODER}\n" * 60_000,
        "a: [" + f"'# {CODER}', " * 9_000 + "b]\n",
        f"a: '{CODER * 90_000}'\n",
    ],
)
def test_many_emoji_are_read_quickly(text: str) -> None:
    began = perf_counter()
    parse(_file(text))
    assert perf_counter() - began < 5


def test_keys_written_twice_in_a_mapping_are_one_finding() -> None:
    _, findings = parse(_file("x: {a: 1, b: 2, a: 3, b: 4}\nz: {a: 1, a: 2}\n"))
    assert _places(findings) == [("OG101", 1, 17, 1, 18, "/x/a"), ("OG101", 2, 11, 2, 12, "/z/a")]
    assert [(each.message, each.location.column) for each in findings[0].related] == [
        ("first written here", 5),
        ("written twice as well", 23),
    ]


def test_syntax_error_is_located_at_its_start() -> None:
    _, (finding,) = parse(_file("a: [1, 2\nb: 1\n"))
    (related,) = finding.related
    assert (related.message, related.location[1:5]) == ("the brackets open here", (1, 4, 1, 5))


def test_duplicate_key_names_the_first_one() -> None:
    _, (finding,) = parse(_file("oauth_servers:\n  crm: {}\n  crm: {}\n"))
    (related,) = finding.related
    assert finding.message.startswith("the key crm is written twice")
    assert (related.message, related.location[1:5]) == ("first written here", (2, 3, 2, 6))


def test_og110_byte_order_mark_moves_no_column() -> None:
    document, findings = parse(_file("\ufeffa: x\nb: z\n"))
    assert document is not None
    assert document.data == {"a": "x", "b": "z"}
    assert document.marks["/a"] == (Span(1, 4, 1, 5), Span(1, 1, 1, 2))
    assert _places(findings) == [("OG110", 1, 1, 1, 1, "")]


def test_og113_non_ascii_key_is_kept_and_invalid() -> None:
    document, findings = parse(_file("\u0441lient_id: x\n"))
    assert document is not None
    assert document.data == {"\u0441lient_id": "x"}
    assert document.invalid == {"/\u0441lient_id"}
    assert _places(findings) == [("OG113", 1, 1, 1, 10, "/\u0441lient_id")]
    assert "U+0441" in findings[0].message


def test_twenty_levels_are_allowed() -> None:
    assert _document("[" * 20 + "]" * 20).data


def test_og114_more_than_10_000_values_are_not_read() -> None:
    assert len(_document("[" + "a," * 9_999 + "]").data) == 9_999
    _, (finding,) = parse(_file("[" + "a," * 10_001 + "]"))
    assert _places([finding]) == [("OG114", 1, 20_002, 1, 20_003, "/10000")]


def test_at_most_20_findings_are_reported_in_text_order() -> None:
    document, findings = parse(_file("a: 0123\n" * 30))
    assert document is None
    assert len(findings) == 20
    assert findings == sorted(findings, key=lambda finding: finding.location[1:])
    assert len(parse(_file("\x01" * 500_000))[1]) == 20


def test_fatal_finding_is_among_the_20() -> None:
    document, findings = parse(_file("".join(f"k{number}: yes\n" for number in range(50)) + "k0: 1\n"))
    assert document is None
    assert len(findings) == 20
    assert [finding.code for finding in findings].count("OG101") == 1


def test_every_ambiguous_value_is_invalid_even_if_unreported() -> None:
    document, findings = parse(_file("".join(f"k{number}: yes\n" for number in range(50))))
    assert document is not None
    assert len(findings) == 20
    assert len(document.invalid) == 50
