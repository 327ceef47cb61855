"""The whole program: versions, bugs, interruptions, the module and the Python interface."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import oauthgit
from oauthgit.pipeline import UsageError
from support.cli import Program


def test_version_and_help_are_printed(program: Program) -> None:
    assert program("--version") == (0, f"oauthgit {oauthgit.__version__}\n", "")
    reported = program("--help")
    assert reported.code == 0
    assert "validate" in reported.out
    assert program("validate", "--help").code == 0


WRONG_CALLS = [
    (),
    ("nonsense",),
    ("validate", "--nonsense"),
    ("validate", "--fail-on", "x"),
    ("validate", "--select", "X1"),
    ("validate", "--output", "json"),
]


@pytest.mark.parametrize("arguments", WRONG_CALLS)
def test_invalid_call_is_exit_2(arguments: tuple[str, ...], program: Program) -> None:
    result = program(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("usage: oauthgit")


def test_common_options_work_before_and_after_the_command(sample: Path, program: Program) -> None:
    assert program("--format", "json", "validate").out.startswith("{")
    assert program("validate", "--format", "json").out.startswith("{")
    assert program("-C", str(sample.parent), "validate").code == 2
    assert program("validate", "-C", str(sample)).code == 0


def test_folder_named_like_a_command_is_a_folder(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    monkeypatch.chdir(tmp_path)
    assert program("-C", "rules", "schema", "branch").code == 0


@pytest.mark.usefixtures("sample")
def test_bug_is_exit_70_and_quotes_no_value(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("c4nary")

    monkeypatch.setattr("oauthgit.pipeline.resolve.merge", broken)
    result = program("validate")
    assert (result.code, result.out) == (70, "")
    assert "a bug in oauthgit: ValueError (exit 70)" in result.err
    assert "check.py" in result.err
    assert "c4nary" not in result.err


@pytest.mark.usefixtures("sample")
def test_interruption_is_exit_130(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("oauthgit.pipeline.resolve.merge", interrupted)
    assert program("validate") == (130, "", "oauthgit: interrupted\n")


def test_closed_output_pipe_is_no_traceback(sample: Path) -> None:
    command = f"{sys.executable} -m oauthgit effective --format json | head -c 10"
    done = subprocess.run(["bash", "-c", command], cwd=sample, capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ('{\n  "schem', "")


@pytest.mark.parametrize("command", [("validate",), ("effective", "--format", "json")])
def test_full_disk_is_exit_2_with_one_message(
    command: tuple[str, ...], sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # leave something to flush at the end
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "oauthgit", *command],
            cwd=sample,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (2, "oauthgit: [Errno 28] No space left on device (exit 2)\n")


@pytest.mark.parametrize("command", [("effective", "--format", "json"), ("rules",), ("validate", "--format", "sarif")])
def test_closed_output_pipe_ends_the_program_silently(command: tuple[str, ...], sample: Path) -> None:
    """As in ``oauthgit rules | head``: the exit code equals that of a program killed by SIGPIPE."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "oauthgit", *command],
            cwd=sample,
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_python_m_runs_the_same_program(sample: Path) -> None:
    command = [sys.executable, "-m", "oauthgit", "validate"]
    done = subprocess.run(command, cwd=sample, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_python_interface_runs_the_same_pipeline(sample: Path, tmp_path: Path) -> None:
    project = oauthgit.load(sample)
    assert project.findings == ()
    assert len(project.resolve().targets) == 14
    with pytest.raises(UsageError, match="configs/ was not found"):
        oauthgit.load(tmp_path / "..")


@pytest.mark.usefixtures("sample")
def test_documentation_commands_print_documentation(program: Program) -> None:
    assert "dead-override" in program("rules").out
    assert program("rules", "og301").out.startswith("# OG301 dead-override")
    assert program("rules", "OG999").code == 2
    assert "exact_online" in program("providers").out
    assert program("providers", "google").out.startswith("# Google")
    assert program("providers", "nobody").code == 2
    assert "branch" in program("schema").out
    assert program("schema", "branch").out.startswith("{")
    assert program("schema", "nothing").code == 2


def test_verbose_lists_the_files_read(sample: Path, program: Program) -> None:
    assert f"below {sample}/configs" in program("validate", "-v").err
