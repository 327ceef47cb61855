"""The cursor in text that is being written: what is written there, and in which time."""

from pathlib import Path

import pytest

from oauthgit.discover.layout import SIZE
from oauthgit.lsp.completion import complete
from oauthgit.lsp.cursor import find_cursor
from oauthgit.lsp.session import Session
from oauthgit.model.formats.json_pointer import split, value_at
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse

MANY = 300_000


@pytest.mark.parametrize(
    ("typed", "after", "label", "expected"),
    [
        ("    require_pkce:", "", "true", "    require_pkce: true"),
        ("    user_login: {prompt:", "}", "consent", "    user_login: {prompt: consent}"),
        ("    grant_types:\n    -", "", "refresh_token", "    grant_types:\n    - refresh_token"),
        ("    grant_types: [ref", "]", "refresh_token", "    grant_types: [refresh_token]"),
        ('    "req', '"', "require_pkce", '    "require_pkce"'),
        ("    req", ": true", "require_pkce", "    require_pkce: true"),
        ("    user", ":\n      prompt: login", "user_login", "    user_login:\n      prompt: login"),
        ("    user_login: {prompt: 'con", "'}", "consent", "    user_login: {prompt: 'consent'}"),
    ],
)
def test_completion_is_valid_where_it_is_written(
    typed: str, after: str, label: str, expected: str, tmp_path: Path
) -> None:
    path, above = "configs/iam_applications/one.yaml", "oauth_servers:\n  hub:\n"
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(f"{above}{typed}{after}\n", encoding="utf-8")
    session = Session("")
    root = session.add_folder(str(tmp_path))
    assert root is not None
    view = session.check(session.inputs(root))
    file = view.file(path)
    assert file is not None
    before = f"{above}{typed}".split("\n")
    found = complete(view, file, len(before), len(before[-1]) + 1, with_schema=True)
    (item,) = [item for item in found.items if item.label == label]
    assert typed[: len(typed) - found.replaced] + item.text + after == expected


FLOW = """kind: branch
oauth_servers: {hub: {client_id: "a, b", 'scopes': [a, "b]", c], user_login: {prompt: login,
      request_refresh_token: true}}, # c {
  other: {client_id: it's, token_endpoint: https://x.example:80/a?b#c, scopes: [
    a, # x ]
    b
  ], "quoted": 5}}
top: x
"""
BLOCK = """oauth_servers:
  hub:
    scopes:
    - a
    - "b # c"
    user_login:   {  prompt : login  , request_refresh_token: true }
    client_id: a b  c # d
    "token_endpoint": 'it''s'
"""


@pytest.mark.parametrize("text", [FLOW, BLOCK, FLOW.replace("\n", "\r\n")])
def test_cursor_is_where_the_parser_has_the_value(text: str) -> None:
    document, _ = parse(File("configs/a.yaml", Kind.BRANCH, "", {}, text.encode()))
    assert document is not None
    lines = text.replace("\r\n", "\n").split("\n")
    found = set()
    for pointer, mark in document.marks.items():
        *path, key = split(pointer) or ("",)
        if mark.key and not key.isdecimal():
            cursor = find_cursor(lines, *mark.key[:2])
            assert cursor is not None
            assert (cursor.path, cursor.key) == ((*path,), "")
        if isinstance(value_at(document.data, pointer), str) and mark.value:
            cursor = find_cursor(lines, *mark.value[2:])
            is_closed = lines[mark.value[2] - 1][mark.value[3] - 2] in "'\""
            assert (cursor is None) == is_closed, pointer
            if cursor is not None:
                assert (*cursor.path, cursor.key) == ((*path,) if key.isdecimal() else (*path, key))
                found.add(cursor.word)
    assert {"a", "c" if text != BLOCK else "a b  c"} <= found


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line",
    [
        "  x: {" + "a" * MANY,
        "  x: " + "a" * MANY + " ",
        "a" * MANY + " " * MANY + "x",
        "  x: [" + '"' * MANY,
        "  x: {" * MANY,
    ],
)
def test_long_line_takes_linear_time(line: str) -> None:
    """A quadratic pattern would take hours, and nothing else would be answered."""
    find_cursor([line], 1, len(line) + 1)


def test_file_beyond_the_limit_is_not_completed(tmp_path: Path) -> None:
    path = tmp_path / "configs/iam_applications/one.yaml"
    path.parent.mkdir(parents=True)
    session = Session("")
    session.add_folder(str(tmp_path))
    for size, is_found in ((SIZE, True), (SIZE + 1, False)):
        session.edit(str(path), "x" * size)
        assert (session.file_of(str(path), str(tmp_path)) is not None) == is_found
