"""Work distributed to processes: the same results in the same order, even if a child fails."""

import os
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import corpus
import pytest

from oauthgit.pipeline.engine import workers

pytestmark = pytest.mark.measured_children

COUNTS = (1, 2, 3, 8)


def in_a_process(script: str, *arguments: str, cwd: Path | None = None) -> str:
    """Run a script in a process without other threads, and return its output."""
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True, timeout=120).stdout


SHARED = """
import os, signal, sys
from oauthgit.pipeline.engine import workers
workers.cores = lambda: int(sys.argv[1])
parent = os.getpid()
def job(number):
    def run():
        if number == 5 and os.getpid() != parent:
            {what}
        return number * number, os.getpid() == parent
    return run
results = workers.run_parallel([job(number) for number in range(200)])
print([number for number, _ in results] == [number * number for number in range(200)])
print(all(here for _, here in results))
"""
FATES = {"nothing": "pass", "an exception": "raise ValueError", "its end": "os.kill(os.getpid(), signal.SIGKILL)"}


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("count", COUNTS)
def test_results_keep_job_order_if_a_child_fails(fate: str, count: int) -> None:
    in_order, alone = in_a_process(SHARED.format(what=FATES[fate]), str(count)).split()
    assert in_order == "True"
    assert alone == str(count == 1) or count > 1


def test_child_processes_run_jobs() -> None:
    script = "import time\n" + SHARED.format(what="pass").replace(
        "return number * number", "time.sleep(.002)\n        return number * number"
    )
    assert in_a_process(script, "3").split() == ["True", "False"]


def test_job_exception_is_raised_in_the_parent() -> None:
    script = (
        "from oauthgit.pipeline.engine import workers\n"
        "workers.cores = lambda: 2\n"
        "try:\n    workers.run_parallel([lambda: 1, lambda: 1 // 0, lambda: 2])\n"
        "except ZeroDivisionError:\n    print('fails here')\n"
    )
    assert in_a_process(script).strip() == "fails here"


def test_no_child_and_no_descriptor_is_left() -> None:
    script = (
        "import os\nfrom oauthgit.pipeline.engine import workers\n"
        "workers.cores = lambda: 3\n"
        "before = os.listdir('/dev/fd')\n"
        "workers.run_parallel([lambda: 'x' * 100_000] * 50)\n"
        "print(before == os.listdir('/dev/fd'))\n"
        "try:\n    print(os.waitpid(-1, os.WNOHANG))\n"
        "except ChildProcessError:\n    print('none')\n"
    )
    assert in_a_process(script).split() == ["True", "none"]


def test_process_with_threads_does_not_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise AssertionError("a fork with threads may hang")

    monkeypatch.setattr(os, "fork", fork)
    monkeypatch.setattr(workers, "cores", lambda: 4)
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    try:
        assert workers.run_parallel([partial(int, "1"), partial(int, "2")]) == [1, 2]
    finally:
        waiting.set()
        thread.join()


def test_more_jobs_than_the_pipe_buffer_are_distributed() -> None:
    script = SHARED.format(what="pass").replace("range(200)", "range(5000)")
    script = "import time\n" + script.replace(
        "return number * number", "time.sleep(1e-4)\n        return number * number"
    )
    assert in_a_process(script, "3").split() == ["True", "False"]


VALIDATE = """
import os, sys
from oauthgit.pipeline.engine import workers
workers.cores = lambda: int(sys.argv[1])
if sys.argv[2] == "backwards":
    class Backwards(list):
        def __enter__(self): return self
        def __exit__(self, *_): pass
    scandir = os.scandir
    os.scandir = lambda path: Backwards(sorted(scandir(path), key=lambda entry: entry.name, reverse=True))
from oauthgit.cli import main
code = main(["validate", "--format", sys.argv[3], "--no-cache"])
print("exit", code)
"""


@pytest.fixture(scope="module")
def with_mistakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 100 files with many mistakes: in text, shape, layers, settings, secrets and comments."""
    folder = tmp_path_factory.mktemp("messy")
    corpus.write(folder, 100)
    files = sorted((folder / "configs").rglob("*.yaml"))
    changes = [
        ("client_id:", "client_id:\t"),
        ("scopes:", "scope:"),
        ("https://", "http://"),
        ("grant_types: [client_credentials]", "grant_types: [client_credential]"),
        ("oauth_servers:\n", "oauth_servers:\n  nobody_knows: {client_id: a}\n"),
        ("scopes: [", "scopes: [a b, "),
        ("token_endpoint: ", "token_endpoint: https://user:pw@"),
        ("data:", "data"),
        ("redirect_uri: ", "redirect_uri: yes # oauthgit: ignore[OG402] as it was\n#"),
        ("client_id: ", "client_id: ${ID} "),
        ("branch: RELEASE", "branch: RELEASED"),
    ]
    for number, file in enumerate(files):
        old, new = changes[number % len(changes)]
        if number % 2:
            file.write_text(file.read_text().replace(old, new))
    return folder


@pytest.mark.parametrize("form", ["text", "json"])
def test_report_is_independent_of_processes_and_file_order(with_mistakes: Path, form: str) -> None:
    def report(count: int, order: str) -> list[str]:
        lines = in_a_process(VALIDATE, str(count), order, form, cwd=with_mistakes).splitlines()
        return [line for line in lines if "checked in" not in line and '"seconds"' not in line]

    alone = report(1, "forwards")
    assert len(alone) > 100
    assert alone[-1] == "exit 1"
    for count in COUNTS[1:]:
        assert report(count, "forwards") == alone
    assert report(1, "backwards") == alone
    assert report(3, "backwards") == alone


def test_interruption_ends_the_children(tmp_path: Path) -> None:
    corpus.write(tmp_path, 400)
    script = (
        "import sys, time\nfrom oauthgit.pipeline import check\n"
        "from oauthgit.pipeline.engine import workers\n"
        "workers.cores = lambda: 3\n"
        "def slow(files, context):\n    print('started', flush=True)\n    time.sleep(30)\n"
        "check.evaluate = slow\n"
        "from oauthgit.cli import main\nsys.exit(main(['validate', '--no-cache']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    for _ in range(3):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err.decode().strip()) == (130, "oauthgit: interrupted"), out
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
