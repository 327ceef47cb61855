"""Files are replaced in one step, and never through links, with and without descriptors of folders."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from oauthgit import atomic_write
from oauthgit.atomic_write import append_file, create_file, paths, replace_file, write_file

WAYS = [False, True] if atomic_write._HAS_DESCRIPTORS else [False]  # noqa: SLF001 - both ways of it


@pytest.fixture(params=WAYS, ids=lambda way: "descriptors" if way else "paths")
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with a file, and beside it a folder outside."""
    monkeypatch.setattr(atomic_write, "_HAS_DESCRIPTORS", request.param)
    monkeypatch.setattr(paths, "_WAITS", (0.0, 0.0, 0.0))
    top = tmp_path / "repository"
    for folder in (top / ".git", top / "inner", tmp_path / "outside"):
        folder.mkdir(parents=True)
    (top / "inner/file").write_bytes(b"old\n")
    (tmp_path / "outside/file").write_bytes(b"precious\n")
    return top


def link(place: Path, target: Path) -> None:
    """Make a link to a folder; a junction where Windows allows no symbolic one."""
    try:
        place.symlink_to(target, target_is_directory=True)
    except OSError:
        winapi = pytest.importorskip("_winapi")
        winapi.CreateJunction(str(target), str(place))


def calls(root: Path) -> dict[str, Callable[[], object]]:
    return {
        "write": lambda: write_file(str(root / "inner/file"), "new\n", root=str(root)),
        "append": lambda: append_file(str(root / "inner/file"), "new\n", root=str(root)),
        "replace": lambda: replace_file(str(root), "inner/file", b"new\n", replaces=b"old\n"),
        "create": lambda: create_file(str(root), "inner/deep/fresh", b"new\n"),
    }


CALLS = [*calls(Path())]


def outside(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root.parent / "outside").iterdir()}


@pytest.mark.parametrize("call", CALLS)
def test_content_is_written_and_nothing_else_remains(root: Path, call: str) -> None:
    calls(root)[call]()
    expected = {"file": b"old\n", "fresh": b"new\n"} if call == "create" else {"file": b"new\n"}
    expected |= {"file": b"old\nnew\n"} if call == "append" else {}
    assert {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()} == expected


def test_existing_or_changed_file_is_left_unchanged(root: Path) -> None:
    assert "was changed" in (replace_file(str(root), "inner/file", b"new", replaces=b"older") or "")
    assert "was changed" in (replace_file(str(root), "inner/file", b"new", replaces=None) or "")
    assert not create_file(str(root), "inner/file", b"new")
    assert (root / "inner/file").read_bytes() == b"old\n"


@pytest.mark.parametrize("call", CALLS)
def test_link_in_the_path_is_refused(root: Path, call: str) -> None:
    (root / "inner/file").unlink()
    (root / "inner").rmdir()
    link(root / "inner", root.parent / "outside")
    with pytest.raises(OSError, match="does not write through links"):
        calls(root)[call]()
    assert outside(root) == {"file": b"precious\n"}


@pytest.mark.parametrize("call", ["write", "replace", "create"])
@pytest.mark.parametrize("moment", ["token_hex", "fsync"])
def test_folder_exchanged_for_a_link_is_not_followed(
    root: Path, call: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = secrets if moment == "token_hex" else os
    real = getattr(holder, moment)

    def exchange(given: int) -> object:
        monkeypatch.setattr(holder, moment, real)
        try:
            (root / "inner").rename(root / "moved")
        except OSError:
            pytest.skip("this system does not rename a folder with an open file")
        link(root / "inner", root.parent / "outside")
        return real(given)

    monkeypatch.setattr(holder, moment, exchange)
    if atomic_write._HAS_DESCRIPTORS:  # noqa: SLF001 - the way of this run
        calls(root)[call]()
    else:
        with pytest.raises(OSError, match="does not write through links"):
            calls(root)[call]()
    assert outside(root) == {"file": b"precious\n"}


def test_reparse_point_that_stands_for_another_place_is_a_link() -> None:
    tags = {"junction": 0xA0000003, "symbolic link": 0xA000000C, "file in a cloud": 0x9000001A, "none": 0}
    found = {name: paths._is_link(SimpleNamespace(st_mode=0o40777, st_reparse_tag=tag)) for name, tag in tags.items()}  # type: ignore[arg-type] # noqa: SLF001 - only Windows has them
    assert found == {"junction": True, "symbolic link": True, "file in a cloud": False, "none": False}


@pytest.mark.parametrize("failures", [2, 99])
def test_locked_file_is_replaced_later_or_kept(failures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scanner holds a new file open for a moment."""
    monkeypatch.setattr(atomic_write, "_HAS_DESCRIPTORS", False)
    monkeypatch.setattr(paths, "_WAITS", (0.0, 0.0, 0.0))
    (tmp_path / "file").write_bytes(b"old")
    replace, tries = os.replace, iter(range(failures))

    def locked(*given: str) -> None:
        if next(tries, None) is not None:
            raise PermissionError(13, "Access is denied")
        replace(*given)

    monkeypatch.setattr(os, "replace", locked)
    if failures < 9:
        assert replace_file(str(tmp_path), "file", b"new", replaces=b"old") is None
    else:
        with pytest.raises(PermissionError, match="Access is denied"):
            replace_file(str(tmp_path), "file", b"new", replaces=b"old")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"old" if failures > 9 else b"new"}


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_killed_write_keeps_the_old_file(step: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    script = f"""
import os, signal, sys
from oauthgit.atomic_write import replace_file
os.{step} = lambda *_, **__: os.kill(os.getpid(), 9)
replace_file(sys.argv[1], "file", b"new", replaces=b"old")
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, timeout=60, env=dict(os.environ))
    assert done.returncode in {-9, 9}
    assert (tmp_path / "file").read_bytes() == b"old"
