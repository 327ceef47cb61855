"""Islands: whatever the files of a project do to each other, it is judged as if each rule had seen all of them."""

import random
import sys
from collections.abc import Callable
from pathlib import Path

import corpus
import pytest

from oauthgit import remember
from oauthgit.discover import discover
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline import check as loading
from oauthgit.pipeline import evaluate as islands
from oauthgit.pipeline.check import Project, loaded
from oauthgit.pipeline.engine.partition_cache import Parts
from oauthgit.pipeline.evaluate import is_common
from spoiling import spoilt

TODAY = "2026-11-24"
FILES = 60
"""Three models."""
FEW = 30
"""More than a model has."""


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("islands")
    corpus.write(folder, FILES)
    policy = folder / "configs/oauthgit.yaml"
    policy.write_text(policy.read_text().replace("  OG604: off", "  OG604: note"))
    workspace, unread = discover(folder)
    assert unread == []
    return workspace


def judged(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, few: int) -> Project:
    with monkeypatch.context() as patch:
        patch.setattr(loading, "FEW", few)
        return loaded(workspace, [], today=TODAY)


class Memory:
    """A cache of its own, in which a project is judged, and how many islands were."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.islands = 0
        self._monkeypatch = monkeypatch

    def __call__(self, workspace: Workspace, *words: str) -> Project:
        """Return the project as it is judged with what is remembered, and remember it."""
        parts = self.parts(workspace, *words)

        def counted(island: Workspace, ground: islands.Ground) -> islands.Judged:
            self.islands += 1
            return islands.judged(island, ground)

        self.islands = 0
        with self._monkeypatch.context() as patch:
            patch.setattr(loading, "FEW", FEW)
            patch.setattr(loading, "judged", counted)
            patch.setattr(
                loading, "shared", lambda jobs: [job() for job in jobs]
            )  # or children would count for themselves
            project = loaded(workspace, [], today=TODAY, memory=parts)
        parts.keep()
        return project

    def parts(self, workspace: Workspace, *words: str) -> Parts:
        snapshot = remember.Snapshot({file.path: file.content for file in workspace.files})
        return Parts(str(self.folder), workspace.root, snapshot, *words)

    @property
    def file(self) -> Path:
        (only,) = self.folder.iterdir()
        return only


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Memory:
    return Memory(tmp_path / "cache", monkeypatch)


def assert_alike(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Project:
    one, other = judged(workspace, monkeypatch, FEW), judged(workspace, monkeypatch, sys.maxsize)
    assert one.findings == other.findings
    assert one._replace(together=other.together, seconds=0) == other._replace(seconds=0)
    assert {each.target: each for each in one.targets} == {each.target: each for each in other.targets}
    assert {each.file: each.data for each in one.documents} == {each.file: each.data for each in other.documents}
    return one


def changed(workspace: Workspace, contents: dict[str, bytes]) -> Workspace:
    return workspace._replace(
        files=tuple(file._replace(content=contents.get(file.path, file.content)) for file in workspace.files)
    )


def content(workspace: Workspace, path: str) -> bytes:
    return next(file.content for file in workspace.files if file.path == path)


def test_every_model_is_an_island_and_what_concerns_everybody_is_in_all(healthy: Workspace) -> None:
    found = islands.islands(healthy)
    common = [file for file in healthy.files if is_common(file)]
    assert len(found) == FILES // corpus.GROUP
    assert all([file for file in each.files if is_common(file)] == common for each in found)
    own = [file.path for each in found for file in each.files if not is_common(file)]
    assert sorted(own) == sorted(file.path for file in healthy.files if not is_common(file))
    models = [{file.identity["model"] for file in each.files if "model" in file.identity} for each in found]
    assert all(len(model) == 1 for model in models)


def test_a_healthy_project_has_nothing_across_islands(healthy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def put_together(*_: object) -> None:
        raise AssertionError("nothing meets, so nothing is put together")

    monkeypatch.setattr(loading, "assembled", put_together)
    assert judged(healthy, monkeypatch, FEW).findings == ()


FIRST, SECOND = "configs/iam_applications/model00000-production-3", "configs/iam_applications/model00001-test-0"


def test_what_two_islands_do_to_each_other_is_found(healthy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "configs/iam_applications/model00002-production-4.secrets.yaml"
    copied = changed(healthy, {f"{FIRST}.secrets.yaml": content(healthy, path)})
    found = assert_alike(copied, monkeypatch).findings
    assert "OG605" in {each.code for each in found}

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
    found = assert_alike(changed(healthy, {f"{SECOND}.yaml": other}), monkeypatch).findings
    assert "OG606" in {each.code for each in found}

    environment = content(healthy, f"{FIRST}.yaml").replace(b"environment: production", b"environment: test")
    found = assert_alike(changed(healthy, {f"{FIRST}.yaml": environment}), monkeypatch).findings
    assert "OG604" in {each.code for each in found}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\nmodel: MODEL00000", b'\nmodel: "MODEL00000" # ours'),
        (b"\nmodel: MODEL00000", b"\n'model': MODEL00000"),
        (b"\nmodel: MODEL00000", b"\nmodel:\n  MODEL00000"),
        (b"\nmodel: MODEL00000", b"\n# \nmodel: MODEL00001\nmodel: MODEL00000"),
        (b"kind: iam_application", b"kind: iam_application\nx: |\n\n  a\nmodel : MODEL00000"),
        (b"\nmodel: MODEL00000", b"\r\nmodel: MODEL00000\r"),
        (b"\nmodel: MODEL00000", b"\nmodel: MODEL00001"),
        (b"\nmodel: MODEL00000", b"\nmodel: [MODEL00000]"),
        (b"\nmodel: MODEL00000", b""),
        (b"\nmodel: MODEL00000", b"\nmodel: \xff\xfe"),
        (b"\nmodel: MODEL00000", b"\nmodel: MODEL00007"),
    ],
)
def test_an_application_that_hides_its_model_is_judged_all_the_same(
    healthy: Workspace, monkeypatch: pytest.MonkeyPatch, old: bytes, new: bytes
) -> None:
    path = f"{FIRST}.yaml"
    text = content(healthy, path)
    assert old in text
    assert_alike(changed(healthy, {path: text.replace(old, new, 1)}), monkeypatch)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_wrong_islands_change_nothing(
    healthy: Workspace, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    assert_alike(spoilt(healthy, chance, 12), monkeypatch)


def alike(one: Project, other: Project) -> bool:
    return one._replace(together=other.together, seconds=0) == other._replace(seconds=0)


def test_only_the_island_that_changed_is_judged_again(
    healthy: Workspace, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = judged(healthy, monkeypatch, FEW)
    assert alike(memory(healthy), anew)
    assert memory.islands == FILES // corpus.GROUP
    assert alike(memory(healthy), anew)
    assert memory.islands == 0
    path = f"{FIRST}.yaml"
    better = changed(
        healthy, {path: content(healthy, path).replace(b"redirect_uri: https://", b"redirect_uri: https://new-")}
    )
    worse = changed(
        healthy, {path: content(healthy, path).replace(b"redirect_uri: https://", b"redirect_uri: http://")}
    )
    for workspace, quiet in ((better, True), (healthy, False), (worse, False), (worse, False), (healthy, False)):
        assert alike(memory(workspace), judged(workspace, monkeypatch, FEW))
        assert memory.islands == 1, "what was found in one is found again, and the others are as they were"
        assert not quiet or alike(memory(workspace), judged(workspace, monkeypatch, FEW))
        assert not quiet or memory.islands == 0


def test_what_concerns_everybody_and_what_is_no_file_is_judged_again(healthy: Workspace, memory: Memory) -> None:
    every = FILES // corpus.GROUP
    policy = "configs/oauthgit.yaml"
    other = changed(healthy, {policy: content(healthy, policy) + b"# changed\n"})
    memory(healthy, "one program")
    memory(other, "one program")
    assert memory.islands == every
    memory(other, "another program")
    assert memory.islands == every
    renamed = healthy._replace(files=tuple(file._replace(path=f"{file.path}.yaml") for file in healthy.files))
    fewer = healthy._replace(files=healthy.files[1:])
    keys = {memory.parts(workspace).key(workspace, TODAY) for workspace in (healthy, fewer, renamed)}
    assert len({*keys, memory.parts(healthy).key(healthy, "2026-11-25")}) == 4


def test_what_a_change_does_to_an_island_that_is_remembered_is_found(
    healthy: Workspace, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory(healthy)
    path = "configs/iam_applications/model00002-production-4.secrets.yaml"
    copied = changed(healthy, {path: content(healthy, f"{FIRST}.secrets.yaml")})
    for _ in range(2):
        found = memory(copied)
        assert memory.islands == 1 or found.findings
        assert alike(found, judged(copied, monkeypatch, FEW))
        assert {each.location.file for each in found.findings if each.code == "OG605"} == {path}


HIDDEN = {"switched off": b"OG501: off", "graded": b"OG501: note"}


@pytest.mark.parametrize("how", [*HIDDEN, "suppressed", "in the policy"])
def test_of_an_island_with_a_secret_in_plain_text_nothing_is_kept(healthy: Workspace, memory: Memory, how: str) -> None:
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
    memory(leaking)
    memory(leaking)
    assert memory.islands == (FILES // corpus.GROUP if how == "in the policy" else 1)
    clean = [each for each in islands.islands(leaking) if path not in {file.path for file in each.files}]
    kept = memory.parts(leaking)
    assert len(kept.recalled(clean, TODAY)) == (0 if how == "in the policy" else len(clean))


def test_what_is_kept_says_nothing_but_names_and_digests(healthy: Workspace, memory: Memory) -> None:
    memory(healthy)
    kept = memory.file.read_bytes()
    assert (memory.folder.stat().st_mode & 0o777, memory.file.stat().st_mode & 0o777) == (0o700, 0o600)
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
def test_what_is_damaged_changes_nothing_but_time(
    healthy: Workspace, memory: Memory, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    memory(healthy)
    memory.file.write_bytes(DAMAGE[damage](memory.file.read_bytes()))
    assert alike(memory(healthy), judged(healthy, monkeypatch, FEW))
    assert memory.islands == FILES // corpus.GROUP
    memory(healthy)
    assert memory.islands == 0


def test_what_others_can_write_to_is_neither_read_nor_written(healthy: Workspace, memory: Memory) -> None:
    memory(healthy)
    before = memory.file.read_bytes()
    memory.folder.chmod(0o777)
    memory(healthy._replace(files=healthy.files[:-1]))
    assert memory.islands == FILES // corpus.GROUP
    assert memory.file.read_bytes() == before


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_wrong_memory_changes_nothing(
    healthy: Workspace, memory: Memory, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    workspace = healthy
    for _ in range(6):
        workspace = spoilt(workspace, chance, 1)
        assert alike(memory(workspace), judged(workspace, monkeypatch, FEW))
