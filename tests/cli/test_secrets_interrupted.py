"""Failures while a secret is written: the old file stays complete, and no readable secret is on disk."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from oauthgit.model.document import Document, Marks
from oauthgit.model.workspace import Kind
from oauthgit.pipeline.operations.write_encrypted import write_encrypted
from support.forks import ModuleForks
from support.sops import FOLDERS, KEY

pytestmark = pytest.mark.measured_children

CANARY = "c4n4ry-7b9f-3e21-aa50"
SECRETS = "configs/iam_applications/insights-prod.secrets.yaml"
STEPS = (
    "subprocess.Popen",
    "os.pipe",
    "pathlib.Path.write_bytes",
    "secrets.token_hex",
    "os.fsync",
    "os.fchmod" if hasattr(os, "fchmod") else "os.chmod",
    "os.replace",
)
STEPS_OF_A_CHANGE = (
    "os.memfd_create" if hasattr(os, "memfd_create") else "tempfile.mkdtemp",
    "pathlib.Path.read_bytes",
)
WAYS = {"kill": {-9}, "full": {2, 7}, "crash": {70}}
DRIVER = """
import importlib, os, signal, sys
from pathlib import Path
from oauthgit.cli import main
import oauthgit.cli.commands.secrets, oauthgit.discover, oauthgit.report.text, oauthgit.rules
import subprocess, tempfile
import oauthgit.cli.confirm_access, oauthgit.cli.trust
oauthgit.cli.trust.has_terminal = lambda: True
oauthgit.cli.trust.confirm = oauthgit.cli.confirm_access.confirm = lambda *_: True
how, step, *arguments = sys.argv[1:]
def fail(*_, **__):
    if how == "kill":
        os.kill(os.getpid(), 9)
    raise {"full": OSError(28, "No space left on device"), "crash": RuntimeError("with a message")}[how]
if how == "limit":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(step), int(step)))
elif step:
    from oauthgit.pipeline.operations import write_secret as sealing
    place, _, name = step.rpartition(".")
    module, _, owner = place.partition(".")
    holder = importlib.import_module(module)
    holder = getattr(holder, owner) if owner else holder
    def armed(change):
        def run(*given, **named):
            setattr(holder, name, fail)
            return change(*given, **named)
        return run
    for change in ("encrypt_anew", "encrypt_new", "write_encrypted"):
        setattr(sealing, change, armed(getattr(sealing, change)))
sys.exit(main(arguments))
"""


class Outcome(NamedTuple):
    code: int
    said: str


class Place(NamedTuple):
    root: Path
    temporary: Path
    before: bytes | None


@pytest.fixture(params=["old", "new"])
def place(request: pytest.FixtureRequest, sample: Path, tmp_path: Path) -> Place:
    """Return a tree with or without a secrets file, and an empty folder for temporary files."""
    if request.param == "new":
        (sample / SECRETS).unlink()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return Place(sample, temporary, content(sample))


FORKS = ModuleForks(DRIVER)


@pytest.fixture(scope="module", autouse=True)
def end_forks() -> Iterator[None]:
    yield
    FORKS.end()


def content(root: Path) -> bytes | None:
    return (root / SECRETS).read_bytes() if (root / SECRETS).exists() else None


def run(place: Place, how: str = "", step: str = "", *, path: str = FOLDERS) -> Outcome:
    """Set a secret in a separate process, which fails at one step."""
    environment = {"PATH": path, "SOPS_AGE_KEY_FILE": str(KEY), "TMPDIR": str(place.temporary)}
    arguments = (how, step, "secrets", "set", "insights-prod", "hub")
    if how != "limit":  # it would limit the output and the coverage data as well
        started = FORKS.start()
        code, out, err = started(arguments, place.root, environment, f"{CANARY}\n".encode())
        return Outcome(code, (out + err).decode())
    done = subprocess.run(
        [sys.executable, "-B", "-c", DRIVER, *arguments],
        input=f"{CANARY}\n".encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=place.root,
        check=False,
        timeout=60,
    )
    return Outcome(done.returncode, done.stdout.decode())


def assert_nothing_can_be_read(place: Place) -> None:
    for folder in (place.root, place.temporary):
        for file in folder.rglob("*"):
            assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("step", STEPS)
def test_failure_at_any_step_keeps_the_old_file(place: Place, how: str, step: str) -> None:
    assert_it_survives(place, how, step)


@pytest.mark.parametrize("place", ["old"], indirect=True)
@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("step", STEPS_OF_A_CHANGE)
def test_failure_around_the_copy_keeps_the_old_file(place: Place, how: str, step: str) -> None:
    assert_it_survives(place, how, step)


def assert_it_survives(place: Place, how: str, step: str) -> None:
    outcome = run(place, how, step)
    assert outcome.code in WAYS[how], outcome.said
    assert content(place.root) == place.before
    assert CANARY not in outcome.said
    assert_nothing_can_be_read(place)
    if how != "kill":
        assert not list(place.temporary.iterdir())
        assert not list((place.root / SECRETS).parent.glob(".*"))
        return
    after = run(place)
    assert (after.code, CANARY in after.said) == (0, False)
    assert_nothing_can_be_read(place)


@pytest.mark.posix  # limits of a process
@pytest.mark.parametrize("size", [0, 512, 1500])
def test_full_disk_keeps_the_old_file(place: Place, size: int) -> None:
    outcome = run(place, "limit", str(size))
    assert outcome.code in {2, 7}, outcome.said
    assert content(place.root) == place.before
    assert CANARY not in outcome.said
    assert_nothing_can_be_read(place)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("cat; echo; exit 1", "sops"),
        ("cat >&2; exit 128", "sops"),
        ("exit 0", "sops"),
        ("kill -9 $$", "sops"),
        ('if [ "$3" = set ]; then cat > "$9"; else cat; fi', "sops"),
    ],
)
def test_failing_or_lying_sops_keeps_the_old_file(place: Place, programs: Path, script: str, words: str) -> None:
    program = programs / "sops"
    real = shutil.which("sops", path=FOLDERS)
    program.write_text(f'#!/bin/sh\n[ "$3" = decrypt ] && exec {real} "$@"\n{script}\n')
    program.chmod(0o755)
    outcome = run(place, path=f"{program.parent}{os.pathsep}{FOLDERS}")
    assert outcome.code in {2, 7}, outcome.said
    assert words in outcome.said
    assert content(place.root) == place.before
    assert CANARY not in outcome.said
    assert_nothing_can_be_read(place)


def test_secret_is_in_no_argument_or_variable_of_programs(place: Place, programs: Path, tmp_path: Path) -> None:
    program, log = programs / "sops", tmp_path / "log"
    real = shutil.which("sops", path=FOLDERS)
    program.write_text(f'#!/bin/sh\n{{ echo "$@"; env; }} >> {log}\nexec {real} "$@"\n')
    program.chmod(0o755)
    outcome = run(place, path=f"{program.parent}{os.pathsep}{FOLDERS}")
    assert outcome.code == 0, outcome.said
    said = log.read_text()
    assert ("--value-stdin" in said or "--filename-override" in said, CANARY in said) == (True, False)
    assert_nothing_can_be_read(place)


def test_concurrently_changed_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "a.secrets.yaml"
    file.write_bytes(b"his")
    document = Document(
        file.name,
        Kind.SECRETS,
        "branch/A/B",
        {},
        {"for": f"ENC[AES256_GCM,{'data:YQ==,iv:YQ==,tag:YQ==,type:str'}]"},
        Marks({}),
    )
    for expected in (b"old", None):
        assert "changed by another program" in (
            write_encrypted(str(tmp_path), document, b"new", replaces=expected) or ""
        )
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"his"]
    assert write_encrypted(str(tmp_path), document, b"new", replaces=b"his") is None
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]
