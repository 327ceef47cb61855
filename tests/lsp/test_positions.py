"""Positions: in units of UTF-16 or UTF-8, as server and editor agreed."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from lsp.conftest import serving
from oauthgit.lsp.positions import Positions
from oauthgit.lsp.protocol import path_of
from support.editor import Editor

BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"
UNITS = (types.PositionEncodingKind.Utf8, types.PositionEncodingKind.Utf16)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=UNITS)
async def counting(request: pytest.FixtureRequest) -> AsyncIterator[Editor]:
    async with serving(request.param, schema="on") as editor:
        assert editor.encoding.startswith(str(request.param.value))
        yield editor


@pytest.mark.asyncio
async def test_places_behind_accents_and_emoji_are_right(counting: Editor, sample: Path) -> None:
    buffer = counting.open(sample / BRANCH)
    odd = '  other: {client_id: "é😀", scoops: "é", user_login: {prompt: é}, require_pkce: "true"}'
    buffer.change(f"{buffer.text}{odd}\n")
    found = await buffer.diagnostics(lambda found: len(found) > 2)
    assert {"scoops", '"true"', "é"} <= {buffer.at(each.range) for each in found}
    assert (await buffer.hover('require_pkce: "', 3)).startswith("**`require_pkce`**")
    fix = (await buffer.actions('require_pkce: "'))["Fix OG202 wrong-type"]
    assert fix.edit is not None
    (edit,) = fix.edit.document_changes or ()
    assert isinstance(edit, types.TextDocumentEdit)
    assert odd.replace('"true"', "true") in buffer.apply(edit.edits)
    buffer.close()


@pytest.mark.parametrize("units", UNITS)
@given(text=st.text(alphabet="aé😀\n\r\ufeff ", max_size=40), data=st.data())
def test_place_survives_both_conversions(units: types.PositionEncodingKind, text: str, data: st.DataObject) -> None:
    positions = Positions(text.encode(), PositionCodec(encoding=units))
    lines = text.removeprefix("\ufeff").split("\n")
    line = data.draw(st.integers(1, len(lines)))
    seen = lines[line - 1].removesuffix("\r")
    if "\r" in seen:
        return  # the protocol ends a line there, so the place behind it is one of another line
    column = data.draw(st.integers(1, len(seen) + 1))
    position = positions.position(line, column)
    assert positions.place(position) == (line, column)


@given(text=st.text(max_size=40), line=st.integers(-1, 50), column=st.integers(-1, 90))
def test_place_outside_of_the_text_is_moved_into_it(text: str, line: int, column: int) -> None:
    positions = Positions(text.encode(), PositionCodec(encoding=types.PositionEncodingKind.Utf8))
    found = positions.position(line, column)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert 0 <= found.line < len(lines)
    assert 0 <= found.character <= len(lines[found.line].encode())
    assert positions.place(types.Position(max(line, 0), max(column, 0)))[0] >= 1


@pytest.mark.skipif(os.name == "nt", reason="paths of Windows have drives and hosts")
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a%20b%23c%3F/%C3%A9;x", "/a b#c?/\u00e9;x"),
        ("file://localhost/a", "/a"),
        ("file:///a%FF", "/a\udcff"),
        ("file://host/configs/a.yaml", None),
        ("file:///a%00b", None),
        ("file:", None),
        ("untitled:Untitled-1", None),
        ("http://localhost/configs/a.yaml", None),
    ],
)
def test_path_is_that_of_a_local_file_only(uri: str, path: str | None) -> None:
    assert path_of(uri) == path
