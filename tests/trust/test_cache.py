"""The cache: never read from the repository, and only ever a way to save time."""

import marshal
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import corpus
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit import cache
from oauthgit.pipeline.engine.layer_cache import Entry, pack, unpack
from support.cli import Program
from support.git import committed, git

LIE = "a lie of the cache"
SPECIMEN: dict[bytes, Entry] = {
    b"a" * 32: ("test", 2, b"\n\xff\x00{}23456789012"),
    b"\n" * 32: (None, 0, b""),
}


@pytest.fixture
def lying(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a complete cache with a false result for the sample."""
    committed(sample)
    home = tmp_path / "home"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    assert program("validate").code == 0
    (file,) = (home / "oauthgit").iterdir()
    _, _, body = file.read_bytes().partition(b"\n")
    key, _, _ = body.partition(b" ")
    forged = key + b" " + LIE.encode()
    file.write_bytes(f"{cache.digest(forged)}\n".encode() + forged)
    assert LIE in program("validate").out, "outside of the repository it is trusted: only the user writes there"
    return home


PLACES: dict[str, Callable[[Path], Path]] = {
    "beside configs": lambda root: root,
    "below configs": lambda root: root / "configs",
    "in a folder of the repository": lambda root: root / "some/where",
    "in .git": lambda root: root / ".git",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("linked", [False, True], ids=["", "through a link"])
def test_cache_of_the_repository_is_neither_read_nor_written(
    place: str,
    linked: bool,  # noqa: FBT001 - a table
    lying: Path,
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = Path.cwd()
    home = PLACES[place](root)
    home.mkdir(parents=True, exist_ok=True)
    named = home
    if linked:
        named = lying.parent / "link"
        named.symlink_to(home)
    monkeypatch.setenv("XDG_CACHE_HOME", str(named))
    assert program("validate").code == 0
    assert not (home / "oauthgit").exists()
    shutil.copytree(lying / "oauthgit", home / "oauthgit")
    (home / "oauthgit").chmod(0o700)
    result = program("validate")
    assert (result.code, LIE in result.out) == (0, False)


def test_cache_in_the_repository_above_the_project_is_not_read(
    lying: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path.cwd()
    shutil.rmtree(root / ".git")
    git(root.parent, "init", "--quiet")
    monkeypatch.setenv("XDG_CACHE_HOME", str(lying))
    result = program("validate")
    assert (result.code, LIE in result.out) == (0, False)


def test_cache_entries_survive_a_round_trip() -> None:
    assert unpack(pack(SPECIMEN)) == SPECIMEN
    assert unpack(pack({})) == {}


RECORDS = pack(SPECIMEN).partition(b"\n")[2]
FORGED: dict[str, bytes] = {
    "nothing": b"",
    "no line": b"[0]",
    "marshal": marshal.dumps({b"a": (None, 0, b"")}),
    "cut": pack(SPECIMEN)[:-1],
    "one byte more": pack(SPECIMEN) + b"x",
    "no JSON": b"[\n",
    "deep": b"[" * 100_000 + b"\n",
    "a mapping": b"{}\n",
    "an empty list": b"[]\n",
    "an endless number": b"9" * 100_000 + b"\n",
    "other entries": b'["a"]\n',
    "a truth for a number": b'[true,"test",null]\n' + RECORDS,
    "a fraction for a number": b'[2.0,"test",null]\n' + RECORDS,
    "a huge number": b'[1e999,"test",null]\n' + RECORDS,
    "a negative number": b'[-1,"test",null]\n' + RECORDS,
    "an entry more": b'[3,"test",null]\n' + RECORDS,
    "an entry less": b'[1,"test",null]\n' + RECORDS,
    "an environment less": b'[2,"test"]\n' + RECORDS,
    "a number for a name": b'[2,"test",1]\n' + RECORDS,
    "half of a surrogate pair": b'[2,"test","\\uD800"]\n' + RECORDS,
    "no UTF-8": b'[2,"test","\xff"]\n' + RECORDS,
}


@pytest.mark.parametrize("forged", FORGED)
def test_forged_cache_entries_are_rejected(forged: str) -> None:
    assert unpack(FORGED[forged]) == {}


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:0123456789anul\\ \n', max_size=200).map(str.encode))
def test_any_cache_bytes_are_read_without_exception(body: bytes) -> None:
    unpack(body)


def _with_digest(body: bytes, _content: bytes) -> bytes:
    return f"{cache.digest(body)}\n".encode() + body


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[:-20],
    "other bytes": lambda content: content[:80] + b"\x00" * 40 + content[120:],
    "very large": lambda content: content + b" " * (65 << 20),
    **{name: partial(_with_digest, body) for name, body in FORGED.items()},
}


@pytest.mark.parametrize("damage", ["cut", "other bytes", "very large", "marshal", "deep", "a huge number"])
def test_damaged_layer_entries_cause_a_full_check(
    damage: str, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    root = tmp_path / "project"
    corpus.write(root, 80)
    monkeypatch.chdir(root)
    assert program("validate").code == 0
    whole = max((tmp_path / "home/oauthgit").iterdir(), key=lambda file: file.stat().st_size)
    file = root / "configs/iam_applications/model00000-production-2.yaml"
    file.write_text(file.read_text().replace("scopes:", "scope:", 1))
    whole.write_bytes(DAMAGE[damage](whole.read_bytes()))
    found = program("validate")
    anew = program("validate", "--no-cache")
    assert found.code == anew.code == 1
    assert found.out.rpartition(" checked in ")[0] == anew.out.rpartition(" checked in ")[0]
    assert found.err == anew.err


@pytest.mark.parametrize("what", ["submodule", "link"])
def test_unread_files_are_never_cached(what: str, sample: Path, program: Program, tmp_path: Path) -> None:
    committed(sample)
    assert program("validate").code == 0
    assert program("validate").code == 0
    upstream = tmp_path / "upstream"
    upstream.mkdir()
    committed(upstream)
    if what == "link":
        (sample / "configs/branches/more").symlink_to("nowhere")
    else:
        add = ("submodule", "add", "--quiet", upstream.as_uri(), "configs/branches/more")
        git(sample, "-c", "protocol.file.allow=always", *add)
        git(sample, "submodule", "deinit", "--quiet", "--force", "--all")
    for arguments in ((), ("configs/branches",), ("configs/branches/more",), ("--fix",), ("--history",)):
        result = program("validate", *arguments)
        assert (result.code, "OG115" in result.out) == (1, True), arguments
    inside = sample / "configs/branches/more/MAIN.yaml"
    if what == "submodule":
        inside.write_text("kind: branch\n")
        result = program("validate", str(inside))
        assert (result.code, "OG115" in result.out) == (1, True)
