"""The engine against plain evaluation: every engine finds what ``[evaluate(files)]`` finds."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import corpus
import pytest

from oauthgit.discover import decode, discover
from oauthgit.model.finding import Finding
from oauthgit.model.project import Evaluation, Project
from oauthgit.model.workspace import File, Workspace
from oauthgit.pipeline import check as checking
from oauthgit.pipeline.check import check
from oauthgit.pipeline.engine.partition import partition
from oauthgit.pipeline.engine.partition_cache import PartitionCache
from oauthgit.pipeline.read import Context
from oauthgit.snapshot import Snapshot
from support.mutate_workspace import mutate

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

TODAY = "2026-11-24"
FILES = 60
"""Three models."""


@pytest.fixture(autouse=True)
def small_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make three models large enough for partitions."""
    monkeypatch.setattr("oauthgit.pipeline.engine.PARALLEL_THRESHOLD", FILES // 2)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("project")
    corpus.write(folder, FILES)
    policy = folder / "configs/oauthgit.yaml"
    policy.write_text(policy.read_text().replace("  OG604: off", "  OG604: note"))
    workspace, unread = discover(folder)
    assert unread == []
    return workspace


def partitioned(workspace: Workspace) -> Project:
    return check(workspace, [], today=TODAY)


def evaluate_plainly(
    evaluate: Callable[[Sequence[File], Context], Evaluation], workspace: Workspace, context: Context, _: object = None
) -> list[Evaluation]:
    """Evaluate all files at once: the reference for the engine."""
    return [evaluate([file for file in workspace.files if not file.is_shared], context)]


def plain(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, unread: Sequence[Finding] = ()) -> Project:
    with monkeypatch.context() as patch:
        patch.setattr("oauthgit.pipeline.engine.evaluate_all", evaluate_plainly)
        return check(workspace, unread, today=TODAY)


class Cached:
    """A separate cache, with which a project is checked, and the number of evaluated partitions."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.evaluated = 0
        self._monkeypatch = monkeypatch

    def __call__(self, workspace: Workspace, *words: str, unread: Sequence[Finding] = ()) -> Project:
        cache = self.cache(workspace, *words)

        def counted(files: Sequence[File], context: Context) -> Evaluation:
            self.evaluated += 1
            return evaluate(files, context)

        self.evaluated = 0
        evaluate = checking.evaluate
        with self._monkeypatch.context() as patch:
            patch.setattr(checking, "evaluate", counted)
            # children would count separately
            patch.setattr("oauthgit.pipeline.engine.workers.run_parallel", lambda jobs: [job() for job in jobs])
            project = check(workspace, unread, today=TODAY, cache=cache)
        cache.keep()
        return project

    def cache(self, workspace: Workspace, *words: str) -> PartitionCache:
        snapshot = Snapshot({file.path: file.content for file in workspace.files})
        return PartitionCache(str(self.folder), workspace.root, snapshot, *words)

    @property
    def file(self) -> Path:
        (only,) = self.folder.iterdir()
        return only


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cached:
    return Cached(tmp_path / "cache", monkeypatch)


def alike(one: Project, other: Project) -> bool:
    return one._replace(resolve=other.resolve, seconds=0) == other._replace(seconds=0)


def changed(workspace: Workspace, contents: dict[str, bytes]) -> Workspace:
    return workspace._replace(
        files=tuple(file._replace(content=contents.get(file.path, file.content)) for file in workspace.files)
    )


def content(workspace: Workspace, path: str) -> bytes:
    return next(file.content for file in workspace.files if file.path == path)


def test_partitions_hold_each_file_once_by_model(healthy: Workspace) -> None:
    own = [file for file in healthy.files if not file.is_shared]
    found = partition(own)
    assert len(found) == FILES // corpus.GROUP
    assert sorted(file.path for files in found for file in files) == sorted(file.path for file in own)
    models = [{file.identity["model"] for file in files if "model" in file.identity} for files in found]
    assert all(len(model) == 1 for model in models)


def test_healthy_models_are_resolved_once(healthy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.pipeline.check.check_across", _refuse_files)
    assert partitioned(healthy).findings == ()


def _refuse_files(files: Sequence[File], *_: object) -> list[object]:
    assert not files
    return []


FIRST, SECOND = "configs/iam_applications/model00000-production-3", "configs/iam_applications/model00001-test-0"


def copied_secrets(healthy: Workspace) -> Workspace:
    path = "configs/iam_applications/model00002-production-4.secrets.yaml"
    return changed(healthy, {f"{FIRST}.secrets.yaml": content(healthy, path)})


def shared_client(healthy: Workspace) -> Workspace:
    production = (
        content(healthy, f"{FIRST}.yaml")
        .replace(b"production-3", b"test-0")
        .replace(b"environment: production", b"environment: test")
    )
    other = production.replace(b"model00000", b"model00001").replace(b"model: MODEL00000", b"model: MODEL00001")
    urls = [line for line in content(healthy, f"{FIRST}.yaml").splitlines() if b"_endpoint:" in line]
    borrowed = [line for line in other.splitlines() if b"_endpoint:" in line]
    for ours, theirs in zip(urls, borrowed, strict=True):
        other = other.replace(theirs, ours)
    return changed(healthy, {f"{SECOND}.yaml": other})


def production_key_in_test(healthy: Workspace) -> Workspace:
    environment = content(healthy, f"{FIRST}.yaml").replace(b"environment: production", b"environment: test")
    return changed(healthy, {f"{FIRST}.yaml": environment})


def hidden_model(old: bytes, new: bytes) -> Callable[[Workspace], Workspace]:
    def change(healthy: Workspace) -> Workspace:
        text = content(healthy, f"{FIRST}.yaml")
        assert old in text
        return changed(healthy, {f"{FIRST}.yaml": text.replace(old, new, 1)})

    return change


def mutations_of(seed: int) -> Callable[[Workspace], Workspace]:
    return lambda healthy: mutate(healthy, random.Random(seed), 12)  # noqa: S311 - chance, not secrecy


def renamed(old: str, new: str) -> Callable[[Workspace], Workspace]:
    """Return a change that moves a file, as :func:`discover` would place it."""

    def change(healthy: Workspace) -> Workspace:
        files = [file._replace(path=new) if file.path == old else file for file in healthy.files]
        return decode("", {file.path: file.content for file in files})[0]._replace(root=healthy.root)

    return change


MODEL = b"\nmodel: MODEL00000"
CHANGES: dict[str, Callable[[Workspace], Workspace]] = {
    "nothing": lambda healthy: healthy,
    "OG605": copied_secrets,
    "OG606": shared_client,
    "OG604": production_key_in_test,
    "branch in another model": renamed("configs/branches/MODEL00000/MAIN.yaml", "configs/branches/MODEL00001/OLD.yaml"),
    "branch among applications": renamed("configs/branches/MODEL00000/MAIN.yaml", "configs/iam_applications/MAIN.yaml"),
    "application among configurations": renamed(
        f"{FIRST}.yaml", "configs/runtime_configurations/MODEL00001/MAIN/model00000-production-3.yaml"
    ),
    "secrets in another model": renamed(
        f"{FIRST}.secrets.yaml", "configs/branches/MODEL00001/model00000-production-3.secrets.yaml"
    ),
    **{
        f"hidden model {number}": hidden_model(old, new)
        for number, (old, new) in enumerate(
            (
                (MODEL, b'\nmodel: "MODEL00000" # ours'),
                (MODEL, b"\n'model': MODEL00000"),
                (MODEL, b"\nmodel:\n  MODEL00000"),
                (MODEL, b"\n# \nmodel: MODEL00001\nmodel: MODEL00000"),
                (b"kind: iam_application", b"kind: iam_application\nx: |\n\n  a\nmodel : MODEL00000"),
                (MODEL, b"\r\nmodel: MODEL00000\r"),
                (MODEL, b"\nmodel: MODEL00001"),
                (MODEL, b"\nmodel: [MODEL00000]"),
                (MODEL, b""),
                (MODEL, b"\nmodel: \xff\xfe"),
                (MODEL, b"\nmodel: MODEL00007"),
            )
        )
    },
    **{f"seed {seed}": mutations_of(seed) for seed in range(8)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_engine_finds_what_plain_evaluation_finds(
    change: str, healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = CHANGES[change](healthy)
    expected = plain(workspace, monkeypatch)
    cached(healthy)
    for project in (partitioned(workspace), cached(workspace), cached(workspace)):
        assert alike(project, expected)
    if change.startswith("OG"):
        assert change in {each.code for each in expected.findings}


MISNAMED = {
    "branch": ("configs/branches/MODEL00000/MAIN.yaml", "configs/branches/MODEL00000/MAIN.yml"),
    "application": (f"{FIRST}.yaml", f"{FIRST}.yml"),
    "secrets": (f"{FIRST}.secrets.yaml", f"{FIRST}.secrets.yml"),
    "branch at the top": ("configs/branches/MODEL00000/MAIN.yaml", "configs/MAIN.yaml"),
    "secrets at the top": (f"{FIRST}.secrets.yaml", "configs/model00000-production-3.secrets.yaml"),
}


@pytest.mark.parametrize("name", MISNAMED)
def test_misnamed_file_is_found_alike_and_forgotten_once_deleted(
    name: str, healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = MISNAMED[name]
    contents = {new if file.path == old else file.path: file.content for file in healthy.files}
    workspace, unread = decode(healthy.root, contents)
    expected = plain(workspace, monkeypatch, unread)
    assert {each.location.file for each in expected.findings} == {new}
    cached(healthy)
    for project in (check(workspace, unread, today=TODAY), cached(workspace, unread=unread)):
        assert alike(project, expected)
    gone = plain(workspace, monkeypatch)
    assert alike(cached(workspace), gone)
    assert gone.findings or name == "application"


def test_only_the_changed_partition_is_evaluated(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = plain(healthy, monkeypatch)
    assert alike(cached(healthy), anew)
    assert cached.evaluated == FILES // corpus.GROUP
    assert alike(cached(healthy), anew)
    assert cached.evaluated == 0
    path = f"{FIRST}.yaml"
    better = changed(
        healthy, {path: content(healthy, path).replace(b"redirect_uri: https://", b"redirect_uri: https://new-")}
    )
    worse = changed(
        healthy, {path: content(healthy, path).replace(b"redirect_uri: https://", b"redirect_uri: http://")}
    )
    for workspace, quiet in ((better, True), (healthy, False), (worse, False), (worse, False), (healthy, False)):
        assert alike(cached(workspace), plain(workspace, monkeypatch))
        assert cached.evaluated == 1, "partitions with findings are evaluated again, the others are cached"
        assert not quiet or alike(cached(workspace), plain(workspace, monkeypatch))
        assert not quiet or cached.evaluated == 0


def test_shared_file_program_and_day_invalidate_the_cache(healthy: Workspace, cached: Cached) -> None:
    every = FILES // corpus.GROUP
    policy = "configs/oauthgit.yaml"
    other = changed(healthy, {policy: content(healthy, policy) + b"# changed\n"})
    cached(healthy, "one program")
    cached(other, "one program")
    assert cached.evaluated == every
    cached(other, "another program")
    assert cached.evaluated == every
    renamed = healthy._replace(files=tuple(file._replace(path=f"{file.path}.yaml") for file in healthy.files))
    fewer = healthy._replace(files=healthy.files[1:])
    keys = {cached.cache(workspace).key(workspace.files, TODAY) for workspace in (healthy, fewer, renamed)}
    assert len({*keys, cached.cache(healthy).key(healthy.files, "2026-11-25")}) == 4


def test_collision_with_a_cached_partition_is_found(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(healthy)
    path = "configs/iam_applications/model00002-production-4.secrets.yaml"
    copied = changed(healthy, {path: content(healthy, f"{FIRST}.secrets.yaml")})
    for _ in range(2):
        found = cached(copied)
        assert cached.evaluated == 1 or found.findings
        assert alike(found, plain(copied, monkeypatch))
        assert {each.location.file for each in found.findings if each.code == "OG605"} == {path}


HIDDEN = {"switched off": b"OG501: off", "graded": b"OG501: note"}


@pytest.mark.parametrize("how", [*HIDDEN, "suppressed", "in the policy"])
def test_partition_with_a_plain_secret_is_never_cached(healthy: Workspace, cached: Cached, how: str) -> None:
    path, policy = f"{FIRST}.yaml", "configs/oauthgit.yaml"
    plain = content(healthy, path).replace(b"    client_id:", b"    client_secret: hunter2hunter2\n    client_id:", 1)
    contents = {path: plain}
    if how == "suppressed":
        contents[path] = plain.replace(b"hunter2hunter2", b"hunter2hunter2 # oauthgit: ignore[OG501] it is")
    if how in HIDDEN:
        contents[policy] = content(healthy, policy).replace(b"rules:", b"rules:\n  %s" % HIDDEN[how])
    if how == "in the policy":
        contents = {policy: content(healthy, policy) + b"client_secret: hunter2hunter2\n"}
    leaking = changed(healthy, contents)
    cached(leaking)
    cached(leaking)
    assert cached.evaluated == (FILES // corpus.GROUP if how == "in the policy" else 1)
    shared = [file for file in leaking.files if file.is_shared]
    parts = partition(file for file in leaking.files if not file.is_shared)
    clean = [files for files in parts if path not in {file.path for file in files}]
    kept = cached.cache(leaking)
    known = kept.get_all([kept.key((*shared, *files), TODAY) for files in clean])
    assert len(known) == (0 if how == "in the policy" else len(clean))


def test_cache_holds_names_and_digests_only(healthy: Workspace, cached: Cached) -> None:
    cached(healthy)
    kept = cached.file.read_bytes()
    assert (cached.folder.stat().st_mode & 0o777, cached.file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert b"iam_application/model00000-production-3" in kept
    for text in (b"ENC[", b"https://", b"hub-", b"age1"):
        assert text not in kept


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda body: body[:-20],
    "cut to nothing": lambda _: b"",
    "one byte changed": lambda body: body[:-9] + bytes([body[-9] ^ 1]) + body[-8:],
    "of another program": lambda _: b"SQLite format 3\0" + b"\xff" * 200,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_cache_is_ignored(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    cached(healthy)
    cached.file.write_bytes(DAMAGE[damage](cached.file.read_bytes()))
    assert alike(cached(healthy), plain(healthy, monkeypatch))
    assert cached.evaluated == FILES // corpus.GROUP
    cached(healthy)
    assert cached.evaluated == 0


def test_cache_that_others_can_write_to_is_ignored(healthy: Workspace, cached: Cached) -> None:
    cached(healthy)
    before = cached.file.read_bytes()
    cached.folder.chmod(0o777)
    cached(healthy._replace(files=healthy.files[:-1]))
    assert cached.evaluated == FILES // corpus.GROUP
    assert cached.file.read_bytes() == before


@pytest.mark.parametrize("seed", range(4))
def test_cache_follows_one_change_after_another(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    workspace = healthy
    for _ in range(6):
        workspace = mutate(workspace, chance, 1)
        assert alike(cached(workspace), plain(workspace, monkeypatch))
