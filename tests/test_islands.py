"""Islands: whatever the files of a project do to each other, it is judged as if each rule had seen all of them."""

import random
import sys

import corpus
import pytest

from oauthgit.discover import discover
from oauthgit.model.workspace import File, Workspace
from oauthgit.pipeline import islands, loading
from oauthgit.pipeline.islands import is_common
from oauthgit.pipeline.loading import Project, loaded

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
    files = list(healthy.files)
    for _ in range(12):
        number = chance.randrange(len(files))
        files[number] = chance.choice(CHANGES)(files[number], chance.choice(files), chance)
    assert_alike(healthy._replace(files=tuple(files)), monkeypatch)


def _copied(file: File, other: File, _chance: random.Random) -> File:
    return file._replace(content=other.content)


def _taken_over(file: File, other: File, chance: random.Random) -> File:
    """Replace a line by one of another file."""
    lines, theirs = file.content.splitlines(keepends=True), other.content.splitlines(keepends=True)
    lines[chance.randrange(len(lines))] = chance.choice(theirs)
    return file._replace(content=b"".join(lines))


def _another_model(file: File, _other: File, chance: random.Random) -> File:
    return file._replace(content=file.content.replace(b"model: MODEL0000", b"model: MODEL000%d" % chance.randrange(3)))


def _suppressed(file: File, _other: File, chance: random.Random) -> File:
    code = chance.choice((b"OG604", b"OG605", b"OG606", b"OG301", b"OG412"))
    lines = file.content.splitlines(keepends=True)
    number = chance.randrange(len(lines))
    lines[number] = lines[number].replace(b"\n", b" # oauthgit: ignore[%s] because\n" % code)
    return file._replace(content=b"".join(lines))


def _another_environment(file: File, _other: File, chance: random.Random) -> File:
    now = chance.choice((b"production", b"test", b"development"))
    return file._replace(content=file.content.replace(b"environment: production", b"environment: " + now))


def _misspelt(file: File, _other: File, _chance: random.Random) -> File:
    return file._replace(content=file.content.replace(b"scopes:", b"scope:", 1))


CHANGES = (_copied, _taken_over, _taken_over, _another_model, _suppressed, _suppressed, _another_environment, _misspelt)
