"""The cache of whole runs: same output as without it, no secrets in it, and no entries from other people."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import corpus
import pytest

from oauthgit import cache, snapshot
from oauthgit.discover import decode, discover, find_root
from support.forks import Forks, open_forks
from support.paths import REPOSITORY

SCRIPT = """
import sys
from oauthgit.cli import fast_path, main
recalled, ask = [], fast_path.PlainCall.print_cached
def print_cached(call):
    recalled.append(ask(call))
    return recalled[-1]
fast_path.PlainCall.print_cached = print_cached
code = main(sys.argv[1:])
print('recalled' if any(recalled) else 'checked', file=sys.stderr)
sys.exit(code)
"""


class Runs:
    """Run ``validate`` in a fork of a loaded process, with its own folder and its own cache."""

    def __init__(self, folder: Path, forks: Forks) -> None:
        self._forks = forks
        self.root = folder / "project"
        self.home = folder / "cache"
        self.cache = self.home / "oauthgit"
        shutil.copytree(REPOSITORY / "configs", self.root / "configs")
        shutil.copy(REPOSITORY / ".sops.yaml", self.root)

    def __call__(self, *arguments: str, **environment: str) -> tuple[int, str, str, bool]:
        """Return the exit code, both outputs without seconds, and True if everything was checked again."""
        done = self._forks(("validate", *arguments), self.root, self._environment(**environment))
        return self._result(done.code, done.out.decode(), done.err.decode())

    def alone(self, *arguments: str) -> tuple[int, str, str, bool]:
        """Run ``validate`` in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, "validate", *arguments],
            cwd=self.root,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return self._result(done.returncode, done.stdout, done.stderr)

    def _environment(self, **variables: str) -> dict[str, str]:
        return {**os.environ, "XDG_CACHE_HOME": str(self.home), **variables}

    @staticmethod
    def _result(code: int, out: str, err: str) -> tuple[int, str, str, bool]:
        *lines, how = err.splitlines()
        return code, re.sub(r"checked in \d+\.\d\d s", "checked in S s", out), "\n".join(lines), how == "checked"

    @property
    def file(self) -> Path:
        """The only file of the cache."""
        (only,) = self.cache.iterdir()
        return only


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    """Start a process with the modules of the program."""
    with open_forks(SCRIPT, os.environ) as started:
        yield started


@pytest.fixture
def runs(tmp_path: Path, forks: Forks) -> Runs:
    return Runs(tmp_path, forks)


def test_second_run_is_cached_and_prints_the_same(runs: Runs) -> None:
    cold, warm, anew = runs(), runs(), runs("--no-cache")
    assert cold[:3] == warm[:3] == anew[:3]
    assert [run[3] for run in (cold, warm, anew)] == [True, False, True]
    assert "nothing found" in warm[1]


def test_folder_of_option_c_is_cached_like_the_current_one(runs: Runs) -> None:
    named = runs("-C", "configs")
    assert (named, runs("-C", "configs")) == ((*named[:3], True), (*named[:3], False))
    (runs.root / "link").symlink_to("configs")
    assert runs("-C", "link") == (*named[:3], False)
    (runs.root / "configs/branches/INSIGHTS/MAIN.yaml").write_text("")
    assert runs("-C", "configs")[0] == 1


def test_missing_folder_of_option_c_has_no_cached_result(runs: Runs) -> None:
    runs()
    code, out, err, _ = runs("-C", "nowhere")
    assert (code, out, err) == (2, "", "oauthgit: nowhere: No such file or directory (exit 2)")


def test_no_cache_option_writes_nothing(runs: Runs) -> None:
    assert runs("--no-cache")[0] == 0
    assert not runs.home.exists()


def test_large_project_rechecks_only_changed_layers(runs: Runs) -> None:
    shutil.rmtree(runs.root)
    corpus.write(runs.root, 80)
    cold = runs()
    file = runs.root / "configs/iam_applications/model00000-production-2.yaml"
    corpus.change(file, 1)
    assert runs() == (*cold[:3], True)
    assert runs() == (*cold[:3], False)
    text = file.read_text()
    file.write_text(text.replace("scopes:", "scope:", 1))
    broken = runs()
    assert broken == runs() == runs("--no-cache")
    assert (broken[0], "error[OG201]" in broken[1]) == (1, True)
    file.write_text(text)
    assert runs() == (*cold[:3], False)


CHANGES = {
    "a setting": ("branches/INSIGHTS/MAIN.yaml", "client_id: insights-development", "client_id: insights-develop"),
    "a comment": ("branches/INSIGHTS/MAIN.yaml", "# our own", "# our"),
    "the policy": ("oauthgit.yaml", "timeout: 20", "timeout: 21"),
    "a secrets file": ("iam_applications/insights-prod.secrets.yaml", "type:str]\n", "type:str]\n\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_invalidates_the_cache(runs: Runs, change: str) -> None:
    runs()
    path, old, new = CHANGES[change]
    file = runs.root / "configs" / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    changed = runs()
    assert changed[3]
    assert changed[:3] == runs("--no-cache")[:3]
    file.write_text(text)
    assert runs() == (*runs("--no-cache")[:3], False)


def test_only_a_workflow_with_oauthgit_invalidates_the_cache(runs: Runs) -> None:
    folder = runs.root / ".github/workflows"
    folder.mkdir(parents=True)
    runs()
    (folder / "other.yml").write_text("on: push\njobs: {}\n")
    assert not runs()[3]
    ours = folder / "oauthgit.yml"
    ours.write_text("on: push\njobs:\n  check:\n    runs-on: x\n    steps: [{run: oauthgit validate}]\n")
    assert runs() == (*runs("--no-cache")[:3], True)
    assert not runs()[3]
    ours.write_text(ours.read_text().replace("on: push", "on: pull_request_target"))
    code, out, _, checked = runs()
    assert (code, checked) == (1, True)
    assert "OG710" in out


def test_added_or_removed_file_invalidates_the_cache(runs: Runs) -> None:
    runs()
    rules = runs.root / ".sops.yaml"
    rules.write_bytes(rules.read_bytes() + b"\n")
    assert runs()[3]
    new = runs.root / "configs/branches/NEW/MAIN.yaml"
    new.parent.mkdir()
    new.write_text("kind: branch\nmodel: NEW\nbranch: MAIN\noauth_servers: {}\n")
    assert runs() == (*runs("--no-cache")[:3], True)
    assert not runs()[3]
    new.unlink()
    assert not runs()[3]


def test_broken_file_is_reported_and_never_cached(runs: Runs) -> None:
    runs()
    kept = runs.file.read_bytes()
    file = runs.root / "configs/branches/INSIGHTS/MAIN.yaml"
    file.write_text(file.read_text().replace("kind: branch", "kind: branches"))
    for _ in range(2):
        code, out, _, anew = runs()
        assert (code, anew) == (1, True)
        assert "error[OG204]" in out
    assert runs.file.read_bytes() == kept


@pytest.mark.parametrize("how", ["switched off", "suppressed", "ignored"])
def test_plain_secret_leaves_no_trace_in_the_cache(runs: Runs, how: str) -> None:
    """The cache stores nothing here, so no digest of the secret is stored."""
    layer = runs.root / "configs/branches/INSIGHTS/MAIN.yaml"
    layer.write_text(
        layer.read_text().replace(
            "    client_id: insights-dev", "    client_secret: hunter2hunter2\n    client_id: insights-dev"
        )
    )
    policy = runs.root / "configs/oauthgit.yaml"
    if how == "switched off":
        policy.write_text(policy.read_text().replace("OG604: off", "OG501: off\n  OG604: off"))
    if how == "suppressed":
        layer.write_text(layer.read_text().replace("hunter2hunter2", "hunter2hunter2 # oauthgit: ignore[OG501] it is"))
    for _ in range(2):
        assert runs(*(("--ignore", "OG501") if how == "ignored" else ()))[3]
    assert not runs.home.exists()


def test_cache_holds_a_digest_and_one_line(runs: Runs) -> None:
    runs()
    assert re.fullmatch(
        rb"[0-9a-f]{64}\n[0-9a-f]{64} \d+ layers, \d+ targets, \d+ OAuth servers checked in \0 s: nothing found",
        runs.file.read_bytes(),
    )
    assert re.fullmatch("[0-9a-f]{64}", runs.file.name)
    assert (runs.cache.stat().st_mode & 0o777, runs.file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_each_path_has_its_own_cache_entry(runs: Runs) -> None:
    one, other = "configs/branches/INSIGHTS/MAIN.yaml", "configs/iam_applications"
    first = [runs(one), runs(other), runs()]
    second = [runs(one), runs(other), runs()]
    assert [run[:3] for run in first] == [run[:3] for run in second]
    assert [run[3] for run in second] == [False] * 3
    assert runs("configs/none.yaml")[0] == 2
    assert runs(one, other)[3]


def test_cache_keeps_few_runs(tmp_path: Path) -> None:
    for number in range(100):
        cache.put(str(tmp_path / "c"), "/root", f"{number:064x}", "fine")
    assert cache.get(str(tmp_path / "c"), "/root", f"{99:064x}") == "fine"
    assert cache.get(str(tmp_path / "c"), "/root", f"{99 - cache.ENTRIES:064x}") is None
    assert len(list((tmp_path / "c").iterdir())) == 1


def test_ci_run_writes_no_cache(runs: Runs) -> None:
    assert runs(CI="true")[3]
    assert runs(CI="true")[3]
    assert not runs.home.exists()


def test_another_day_invalidates_the_cache(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets expire, and so do suppressions."""
    from oauthgit.cli import run_cache

    monkeypatch.chdir(runs.root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(runs.home))
    keys = set()
    for day in (24, 25):
        monkeypatch.setattr(run_cache, "gmtime", lambda day=day: (2026, 11, day))
        known = run_cache.find_run_cache([])
        assert known
        keys.add(known.key)
    assert len(keys) == 2


def test_changed_program_invalidates_the_cache() -> None:
    assert cache.program_digest("1") == cache.program_digest("1")
    assert cache.program_digest("1") != cache.program_digest("2")


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[:-20],
    "cut to nothing": lambda _: b"",
    "one letter changed": lambda content: content.replace(b"nothing", b"nothinG"),
    "without a check": lambda content: content.partition(b"\n")[2],
    "of another program": lambda _: b"SQLite format 3\0" + b"\xff" * 200,
    "very large": lambda content: content + b" " * 2_000_000,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_cache_does_not_change_the_output(runs: Runs, damage: str) -> None:
    cold = runs()
    runs.file.write_bytes(DAMAGE[damage](runs.file.read_bytes()))
    again = runs()
    assert again == cold
    assert not runs()[3]


def _planted(runs: Runs) -> bytes:
    """Return a cache that reports no findings for a broken project; the program must not use it."""
    runs()
    return runs.file.read_bytes()


def test_cache_writable_by_others_is_not_read(runs: Runs) -> None:
    content = _planted(runs)
    runs.file.chmod(0o660)
    assert runs()[3]
    runs.file.write_bytes(content)
    runs.cache.chmod(0o777)
    assert runs()[3]


def test_link_is_not_followed(runs: Runs, tmp_path: Path) -> None:
    content = _planted(runs)
    elsewhere = tmp_path / "elsewhere"
    file = runs.file
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert runs()[3]
    assert elsewhere.read_bytes() == content
    shutil.move(runs.cache, tmp_path / "away")
    runs.cache.symlink_to(tmp_path / "away")
    assert runs()[3]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files to others")
def test_cache_owned_by_another_user_is_not_read(runs: Runs) -> None:
    _planted(runs)
    os.chown(runs.file, 12345, 12345)
    assert runs()[3]
    os.chown(runs.cache, 12345, 12345)
    assert runs()[3]


def test_unwritable_cache_does_not_change_the_output(runs: Runs) -> None:
    runs.home.write_text("a file, not a folder")
    assert runs() == runs() == (*runs("--no-cache")[:3], True)
    for home in ("relative/folder", "/dev/null", "/proc/1"):
        assert runs(XDG_CACHE_HOME=home) == (*runs("--no-cache")[:3], True)
    assert not (runs.root / "relative").exists()


def test_missing_folder_is_reported_as_without_cache(runs: Runs) -> None:
    script = "import os, sys, shutil\nshutil.rmtree(os.getcwd())\nfrom oauthgit.cli import main\nsys.exit(main(sys.argv[1:]))"
    reported = []
    for number, arguments in enumerate((("validate",), ("validate", "-v"))):
        folder = runs.root.parent / f"gone{number}"
        folder.mkdir()
        command = [sys.executable, "-c", script, *arguments]
        reported.append(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60))
    assert reported[0].returncode == reported[1].returncode == 2
    assert reported[0].stderr == reported[1].stderr


def test_parallel_runs_do_not_disturb_each_other(runs: Runs) -> None:
    paths = [str(path.relative_to(runs.root)) for path in sorted((runs.root / "configs/iam_applications").iterdir())]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(runs.alone, paths))
    assert [run[:3] for run in together] == [runs(path, "--no-cache")[:3] for path in paths]
    assert (
        cache.digest(runs.file.read_bytes().partition(b"\n")[2]).encode() == runs.file.read_bytes().partition(b"\n")[0]
    )


def test_stat_digest_covers_exactly_the_files_read(runs: Runs) -> None:
    """The two walks must agree: a run is cached only if they do, so a difference would only cost time."""
    (runs.root / "configs/.hidden.yaml").write_text("a: 1")
    (runs.root / "configs/README.md").write_text("words")
    (runs.root / "configs/odd.YML").write_text("a: 1")
    workspace, _ = discover(runs.root)
    (runs.root / "configs/odd.YML").unlink()
    read = {file.path: file.content for file in workspace.files}
    seen = snapshot.read_disk(str(runs.root))
    assert seen is not None
    assert list(seen.contents.items()) == list(read.items())
    assert decode(runs.root, seen.contents) == (workspace, [])
    (runs.root / "configs/again.yaml").symlink_to(runs.root / "configs/oauthgit.yaml")
    assert snapshot.read_disk(str(runs.root)) is None


@pytest.mark.parametrize("below", ["", "configs", "configs/branches/INSIGHTS", "elsewhere"])
def test_cached_root_equals_the_discovered_root(tmp_path: Path, below: str) -> None:
    (tmp_path / "project/configs/branches/INSIGHTS").mkdir(parents=True)
    (tmp_path / "project/elsewhere").mkdir()
    folder = tmp_path / "project" / below
    assert snapshot.root_of(str(folder)) == str(find_root(folder))
    assert (snapshot.root_of(str(tmp_path)), find_root(tmp_path)) == (None, None)


def test_cached_run_loads_few_modules(runs: Runs) -> None:
    runs()
    script = (
        "import sys\nbefore = set(sys.modules)\nfrom oauthgit.cli import main\ncode = main(['validate'])\n"
        "print(code, *sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=runs.root,
        env={**os.environ, "XDG_CACHE_HOME": str(runs.home)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = [name for name in done.stderr.split() if name != "_blake2"]  # already imported by coverage
    ours = (
        *("oauthgit", "oauthgit.cache", "oauthgit.cli", "oauthgit.cli.fast_path", "oauthgit.cli.run_cache"),
        *(
            "oauthgit.model",
            "oauthgit.model.formats",
            "oauthgit.model.formats.digest",
            "oauthgit.model.formats.mention",
            "oauthgit.model.git_index",
        ),
        "oauthgit.snapshot",
    )
    assert loaded == ["0", *ours]


def test_other_file_with_a_secret_ends_the_cached_run(runs: Runs) -> None:
    (runs.root / "configs/README.md").write_text("client_secret: see the vault\n")
    assert [runs()[0], runs()[3]] == [0, False]
    other = runs.root / "configs/app.env"
    other.write_text("CLIENT_SECRET=Zk3vT9qLw2Xc7Rb5Hn8Jd4Mf6Gs1Pa0Y\n")
    code, out, _, checked = runs()
    assert (code, checked, "configs/app.env:1:15: error[OG501]" in out) == (1, True, True)
    other.write_text("A=b\n")
    assert runs()[0] == 0
    other.rename(runs.root / "configs/aux.env")
    assert "error[OG121]" in runs()[1]
