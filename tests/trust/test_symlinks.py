"""Files are never written through a symlink that a change could contain; paths that a user names outside are written."""

import io
import json
import os
import secrets
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from oauthgit.atomic_write import append_file, create_file, replace_file, write_file
from support.cli import Program
from support.git import committed, edit
from support.sops import FOLDERS, KEY

PROD: Final = "configs/iam_applications/insights-prod.yaml"
PRECIOUS: Final = "keep me\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder beside the repository, with a file that must not change."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "precious").write_text(PRECIOUS)
    (folder / "precious").chmod(0o600)
    return folder


def to_file(root: Path, outside: Path) -> str:
    (root / "report").symlink_to(outside / "precious")
    return "report"


def dangling(root: Path, outside: Path) -> str:
    (root / "report").symlink_to(outside / "new")
    return "report"


def to_folder(root: Path, outside: Path) -> str:
    (root / "reports").symlink_to(outside)
    return "reports/precious"


def to_a_new_file_in_a_folder(root: Path, outside: Path) -> str:
    (root / "reports").symlink_to(outside)
    return "reports/new"


def relative(root: Path, outside: Path) -> str:
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/c").symlink_to(f"../../../{outside.name}")
    return "a/b/c/precious"


def inside(root: Path, _outside: Path) -> str:
    (root / "ci").mkdir()
    (root / "report").symlink_to(PROD)
    return "report"


def named_absolutely(root: Path, outside: Path) -> str:
    return str(root / to_folder(root, outside))


def through_a_folder_and_back(root: Path, outside: Path) -> str:
    (root / "reports").symlink_to(outside)
    return "reports/../outside/precious"


def through_a_link_of_the_user(root: Path, outside: Path) -> str:
    to_file(root, outside)
    (root.parent / "mine").symlink_to(root)
    return str(root.parent / "mine/report")


LAID: Final = (
    *(to_file, dangling, to_folder, to_a_new_file_in_a_folder, relative, inside, named_absolutely),
    *(through_a_folder_and_back, through_a_link_of_the_user),
)


def unchanged(outside: Path) -> bool:
    return {path.name: path.read_text() for path in outside.iterdir()} == {"precious": PRECIOUS}


@pytest.mark.parametrize("lay", LAID)
@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_symlink_in_the_repository_is_not_followed(
    lay: Callable[[Path, Path], str], option: str, sample: Path, program: Program, outside: Path
) -> None:
    committed(sample)
    before = (sample / PROD).read_bytes()
    path = lay(sample, outside)
    result = program("validate", option, f"json={path}" if option == "--output" else path)
    assert (result.code, "oauthgit does not write through links" in result.err) == (2, True), result.err
    assert path in result.err
    assert unchanged(outside)
    assert (sample / PROD).read_bytes() == before
    assert not list(sample.glob("**/.oauthgit-*"))


def test_repository_around_the_project_counts(program: Program, sample: Path, tmp_path: Path) -> None:
    """A symlink of a monorepo is above the checked folder."""
    committed(tmp_path)
    (tmp_path / "reports").symlink_to("/var/empty")
    result = program("validate", "--output", f"json={sample}/../reports/x.json")
    assert result.code == 2
    (tmp_path / "link").symlink_to(tmp_path / "target")
    assert program("validate", "--output", "json=../link").code == 2
    assert program("validate", "--output", "json=../plain").code == 0
    assert not (tmp_path / "target").exists()


def test_outside_path_is_written_through_own_symlinks(
    sample: Path, program: Program, outside: Path, tmp_path: Path
) -> None:
    committed(sample)
    (tmp_path / "mine").symlink_to(outside)
    (tmp_path / "latest").symlink_to(outside / "new")
    (tmp_path / "kept").symlink_to(outside / "precious")
    for path in ("../mine/report", str(tmp_path / "latest"), "../kept", str(tmp_path / "plain")):
        assert program("validate", "--output", f"json={path}").code == 0, path
        assert json.loads((sample / path).read_text())["schema_version"] == 2
    assert (tmp_path / "kept").is_symlink()
    assert stat.S_IMODE((outside / "precious").stat().st_mode) == 0o600, "mode and owner are kept"
    assert stat.S_IMODE((outside / "new").stat().st_mode) == 0o644


def test_streams_and_pipes_are_written_directly(sample: Path, tmp_path: Path) -> None:
    committed(sample)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    outputs = ("json=/dev/stdout", "json=/dev/stderr", "json=/dev/fd/1", f"json={tmp_path}/pipe", "json=/dev/null")
    done = subprocess.run(
        [sys.executable, "-m", "oauthgit", "validate", "--quiet", *(f"--output={each}" for each in outputs)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.count('"schema_version"') == 2
    assert done.stderr.count('"schema_version"') == 1
    assert b'"schema_version"' in os.read(reader, 1 << 20)
    os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize("lay", ["file", "folder"])
@pytest.mark.parametrize("command", ["fix", "set", "init"])
def test_commands_that_write_to_the_repository_follow_no_link(  # noqa: PLR0913, PLR0917 - fixtures and cases
    lay: str, command: str, sample: Path, program: Program, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setenv("PATH", FOLDERS)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ")))
    edit(
        sample,
        PROD,
        "    client_id: insights-production\n",
        "    client_id: insights-production\n    require_pkce: 'false'\n",
    )
    for file in (PROD, PROD.replace(".yaml", ".secrets.yaml"), "configs/oauthgit.yaml"):
        path = sample / file
        place = path if lay == "file" else path.parent
        if not place.is_symlink():
            place.rename(outside / place.name)
            place.symlink_to(outside / place.name)
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    commands = {"fix": ("validate", "--fix"), "set": ("secrets", "set", "insights-prod", "hub"), "init": ("init",)}
    assert program(*commands[command]).code != 0 or command == "init"
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before


def test_runner_summary_is_not_written_through_a_symlink(sample: Path, outside: Path) -> None:
    committed(sample)
    summary = outside / "summary"
    append_file(str(summary), "one\n", root=str(sample))
    append_file(str(summary), "two\n", root=str(sample))
    assert summary.read_text() == "one\ntwo\n"
    (sample / "summary").symlink_to(outside / "precious")
    with pytest.raises(OSError, match="symbolic link"):
        append_file(str(sample / "summary"), "x", root=str(sample))
    assert (outside / "precious").read_text() == PRECIOUS


@pytest.mark.posix  # the descriptors of folders
@pytest.mark.parametrize("kind", ["write", "replace", "create"])
def test_folder_replaced_by_a_symlink_is_not_followed(
    kind: str, sample: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between check and opening, and between opening and writing."""
    committed(sample)
    folder = sample / "reports"
    folder.mkdir()
    (folder / "precious").write_text("old\n")
    calls: dict[str, Callable[[], object]] = {
        "write": lambda: write_file("reports/precious", "new\n", root="."),
        "replace": lambda: replace_file(str(sample), "reports/precious", b"new\n", replaces=b"old\n"),
        "create": lambda: create_file(str(sample), "reports/fresh", b"new\n"),
    }

    def swap() -> None:
        folder.rename(sample / "moved")
        folder.symlink_to(outside)

    real = os.open

    def before_opening(path: str, *given: int, **named: int) -> int:
        if path == "reports" and not folder.is_symlink():
            swap()
        return real(path, *given, **named)

    monkeypatch.setattr(os, "open", before_opening)
    with pytest.raises(OSError, match="symbolic link"):
        calls[kind]()
    monkeypatch.setattr(os, "open", real)
    folder.unlink()
    (sample / "moved").rename(folder)
    token = secrets.token_hex

    def before_writing(size: int) -> str:
        swap()
        return token(size)

    monkeypatch.setattr(secrets, "token_hex", before_writing)
    calls[kind]()
    written = sample / "moved" / ("fresh" if kind == "create" else "precious")
    assert written.read_text() == "new\n"
    assert unchanged(outside)


def test_file_replaced_by_a_symlink_is_not_followed(
    sample: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(sample)
    token = secrets.token_hex

    def swap(size: int) -> str:
        (sample / "report").symlink_to(outside / "precious")
        return token(size)

    monkeypatch.setattr(secrets, "token_hex", swap)
    write_file("report", "new\n", root=".")
    assert (sample / "report").read_text() == "new\n"
    assert unchanged(outside)


def test_full_disk_keeps_the_old_file_only(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    committed(sample)
    (sample / "report").write_text("old")
    before = sorted(sample.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_file("report", "new", root=".")
    assert caught.value.filename == "report"
    assert (sample / "report").read_text() == "old"
    assert sorted(sample.iterdir()) == before


def test_symlink_cycle_is_an_error(sample: Path, tmp_path: Path) -> None:
    committed(sample)
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic link"):
        write_file("../a/x", "", root=".")


def test_two_writers_leave_one_complete_file(sample: Path) -> None:
    committed(sample)
    texts = [letter * 200_000 for letter in "ab"]
    threads = [threading.Thread(target=write_file, args=("report", text), kwargs={"root": "."}) for text in texts * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sample / "report").read_text() in texts
