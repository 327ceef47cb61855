"""Several files appear together or not at all, even if the process is killed at any system call."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from oauthgit import replace_folder as module
from oauthgit.atomic_write import create_file, one_by_one
from oauthgit.replace_folder import STAGE, replace_folder

OLD = {"configs/a.yaml": b"a: 1\n", "configs/m/b.yaml": b"b: 1\r\n", "configs/m/kept.txt": b"kept"}
CONTENTS: dict[str, tuple[bytes | None, bytes]] = {
    "configs/a.yaml": (b"a: 1\n", b"a: 2\n"),
    "configs/m/b.yaml": (b"b: 1\r\n", b"b: 2\r\n"),
    "configs/n/c.yaml": (None, b"c: 1\n"),
}
NEW = {**OLD, **{path: new for path, (_, new) in CONTENTS.items()}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, content in OLD.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / "configs/a.yaml").chmod(0o640)
    (tmp_path / "configs/link").symlink_to("a.yaml")
    return tmp_path


def tree(root: Path) -> dict[str, bytes]:
    files = (path for path in (root / "configs").rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


class Killing:
    """Stand in for the module os, and kill this process at one of its calls."""

    def __init__(self, at: int, number: signal.Signals) -> None:
        self.left, self.number = at, number

    def __getattr__(self, name: str) -> Any:
        found = (lambda *_: None) if name == "fsync" else getattr(os, name)
        if not callable(found) or name in {"fsencode", "strerror"}:
            return found

        def call(*arguments: Any, **options: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), self.number)
            return found(*arguments, **options)

        return call


def run_killed(root: Path, at: int, number: signal.Signals) -> bool:
    """Replace the folder in a child that is killed at a call; return True if it got that far."""
    child = os.fork()
    if child == 0:
        code = 0
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            stand_in: Any = Killing(at, number)
            vars(module)["os"] = stand_in
            replace_folder(str(root), "configs", CONTENTS)
            code = 0 if stand_in.left <= 0 else 1
        except KeyboardInterrupt:
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0


@pytest.mark.parametrize(("number", "step"), [(signal.SIGKILL, 1), (signal.SIGINT, 4)])
def test_death_at_any_call_leaves_all_or_nothing(root: Path, number: signal.Signals, step: int) -> None:
    seen, at = [], 1
    while run_killed(root, at, number):
        found = tree(root)
        assert found in (OLD, NEW), at
        seen.append(found == NEW)
        if found == NEW:
            for path, (old, _) in CONTENTS.items():
                if old is None:
                    (root / path).unlink()
                else:
                    (root / path).write_bytes(old)
            (root / "configs/n").rmdir()
        at += step
    assert seen.count(False) > 30 / step
    assert seen.count(True) > 3 / step
    assert replace_folder(str(root), "configs", {"configs/a.yaml": (tree(root)["configs/a.yaml"], b"a: 3\n")}) is None
    assert not (root / STAGE).exists()  # what a killed process left is removed by the next one


def test_new_folder_has_modes_links_and_other_files(root: Path) -> None:
    before = (root / "configs/m/kept.txt").stat().st_ino
    assert replace_folder(str(root), "configs", CONTENTS) is None
    assert tree(root) == NEW
    assert (root / "configs/a.yaml").stat().st_mode & 0o777 == 0o640
    assert (root / "configs/link").readlink() == Path("a.yaml")
    assert (root / "configs/m/kept.txt").stat().st_ino == before
    assert sorted(path.name for path in root.iterdir()) == ["configs"]


@pytest.mark.parametrize("path", CONTENTS)
def test_file_that_changed_meanwhile_is_kept(root: Path, path: str) -> None:
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_bytes(b"mine")
    assert "changed by another program" in (replace_folder(str(root), "configs", CONTENTS) or "")
    assert tree(root) == {**OLD, path: b"mine"}


def test_change_during_the_exchange_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = vars(module)["_exchange"]

    def late(stage: int, top: int, folder: str) -> None:
        monkeypatch.setattr(module, "_exchange", exchange)
        (root / "configs/m/kept.txt").write_bytes(b"edited in the last moment")
        exchange(stage, top, folder)

    monkeypatch.setattr(module, "_exchange", late)
    assert "changed by another program" in (replace_folder(str(root), "configs", CONTENTS) or "")
    assert tree(root) == {**OLD, "configs/m/kept.txt": b"edited in the last moment"}


def test_folder_of_settings_that_is_a_link_is_refused(root: Path) -> None:
    (root / "configs").rename(root / "elsewhere")
    (root / "configs").symlink_to("elsewhere")
    with pytest.raises(OSError, match="link"):
        replace_folder(str(root), "configs", CONTENTS)
    assert (root / "elsewhere/a.yaml").read_bytes() == b"a: 1\n"


def interrupt(*_: object) -> bool:
    raise KeyboardInterrupt


def no_exchange(*_: object) -> None:
    raise OSError(38, "not implemented")


@pytest.mark.parametrize("fail", [True, False])
def test_system_without_exchange_undoes_after_an_error(root: Path, monkeypatch: pytest.MonkeyPatch, fail: bool) -> None:  # noqa: FBT001 - a parameter
    monkeypatch.setattr(module, "_exchange", no_exchange)
    if fail:
        monkeypatch.setattr(one_by_one, "create_file", interrupt)
        with pytest.raises(KeyboardInterrupt):
            replace_folder(str(root), "configs", CONTENTS)
    else:
        assert replace_folder(str(root), "configs", CONTENTS) is None
    assert tree(root) == (OLD if fail else NEW)


def test_interruption_before_the_last_step_writes_nothing(root: Path) -> None:
    assert "interrupted" in (replace_folder(str(root), "configs", CONTENTS, lambda: True) or "")
    assert tree(root) == OLD


def test_folder_of_somebody_else_is_neither_emptied_nor_deleted(root: Path) -> None:
    (root / STAGE).mkdir()
    (root / STAGE / "mine.txt").write_bytes(b"precious")
    with pytest.raises(OSError, match="did not make it"):
        replace_folder(str(root), "configs", CONTENTS)
    assert (root / STAGE / "mine.txt").read_bytes() == b"precious"
    assert tree(root) == OLD


def test_failed_cleanup_after_the_last_step_is_a_success(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty, calls = vars(module)["_empty"], []

    def fail_at_the_end(folder: int) -> None:
        calls.append(folder)
        if len(calls) == 2:
            raise PermissionError(13, "Permission denied")
        empty(folder)

    monkeypatch.setattr(module, "_empty", fail_at_the_end)
    assert replace_folder(str(root), "configs", CONTENTS) is None
    assert tree(root) == NEW
    assert replace_folder(str(root), "configs", {"configs/a.yaml": (b"a: 2\n", b"a: 3\n")}) is None
    assert not (root / STAGE).exists()


def test_working_directory_in_the_folder_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "configs/m")
    assert replace_folder(str(root), "configs", CONTENTS) is None
    assert Path("b.yaml").read_bytes() == b"b: 2\r\n"
    assert Path().samefile(root / "configs/m")
    assert tree(root) == NEW


def test_lock_is_held_while_files_are_written_singly(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = []

    def start_another(*given: Any) -> bool:
        reasons.append(replace_folder(str(root), "configs", CONTENTS) or "")
        return create_file(*given)

    monkeypatch.setattr(module, "_exchange", no_exchange)
    monkeypatch.setattr(one_by_one, "create_file", start_another)
    assert replace_folder(str(root), "configs", CONTENTS) is None
    assert ["another import" in reason for reason in reasons] == [True]


def test_undoing_keeps_edits_and_goes_on_after_an_error(root: Path) -> None:
    contents: dict[str, tuple[bytes | None, bytes]] = {
        "configs/a.yaml": CONTENTS["configs/a.yaml"],
        "configs/x.yaml": (None, b"x"),
        "configs/y.yaml": (None, b"y"),
    }
    stops = iter((False, False, False))

    def edit_and_stop() -> bool:
        if next(stops, None) is not None:
            return False
        (root / "configs/x.yaml").write_bytes(b"edited")
        (root / "configs/y.yaml").unlink()
        return True

    assert one_by_one.write_one_by_one(str(root), {**contents, "configs/z.yaml": (None, b"z")}, edit_and_stop)
    assert tree(root) == {**OLD, "configs/x.yaml": b"edited"}


def test_system_without_descriptors_writes_all_or_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HAS_DESCRIPTORS", False)
    assert "interrupted" in (replace_folder(str(root), "configs", CONTENTS, lambda: True) or "")
    assert tree(root) == OLD
    assert replace_folder(str(root), "configs", CONTENTS) is None
    assert tree(root) == NEW
