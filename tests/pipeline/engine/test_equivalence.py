"""The engine against plain evaluation: every engine finds what ``[evaluate(files)]`` finds."""

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import corpus
import pytest

from oauthgit.discover import decode, discover
from oauthgit.model.finding import Finding
from oauthgit.model.project import Evaluation, Project
from oauthgit.model.selection import Selection
from oauthgit.model.workspace import File, Workspace
from oauthgit.pipeline import check as checking
from oauthgit.pipeline.check import check
from oauthgit.pipeline.engine import TOGETHER
from oauthgit.pipeline.engine.chains import Chains, divide
from oauthgit.pipeline.engine.layer_cache import LayerCache
from oauthgit.pipeline.read import Context
from oauthgit.snapshot import Snapshot
from support.mutate_workspace import mutate

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

TODAY = "2026-11-24"
FILES = 60
"""Three models."""
LAYERS = FILES // corpus.GROUP * 14
SOME = 4
"""Layers in one part, so that the 14 layers of a model are in four."""


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make three models large enough for the engine, and to be divided."""
    monkeypatch.setattr("oauthgit.pipeline.engine.PARALLEL_THRESHOLD", FILES // 2)
    monkeypatch.setattr("oauthgit.pipeline.engine.TOGETHER", SOME)


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
    evaluate: Callable[[Sequence[File], Context], Evaluation], workspace: Workspace, context: Context, *_: object
) -> Evaluation:
    """Evaluate all files at once: the reference for the engine."""
    return evaluate([file for file in workspace.files if not file.is_shared], context)


def plain(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, unread: Sequence[Finding] = ()) -> Project:
    with monkeypatch.context() as patch:
        patch.setattr("oauthgit.pipeline.engine.evaluate_all", evaluate_plainly)
        return check(workspace, unread, today=TODAY)


class Cached:
    """A separate cache, with which a project is checked, and the layers that were evaluated."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.evaluated: set[str] = set()
        self._monkeypatch = monkeypatch

    def __call__(self, workspace: Workspace, *words: str, unread: Sequence[Finding] = ()) -> Project:
        cache = self.cache(workspace, *words)

        def counted(files: Sequence[File], context: Context) -> Evaluation:
            self.evaluated |= {file.layer for file in files}
            return evaluate(files, context)

        self.evaluated = set()
        evaluate = checking.evaluate
        with self._monkeypatch.context() as patch:
            patch.setattr(checking, "evaluate", counted)
            # children would count separately
            patch.setattr("oauthgit.pipeline.engine.workers.run_parallel", lambda jobs: [job() for job in jobs])
            project = check(workspace, unread, today=TODAY, cache=cache)
        cache.keep()
        return project

    def cache(self, workspace: Workspace, *words: str) -> LayerCache:
        snapshot = Snapshot({file.path: file.content for file in workspace.files})
        return LayerCache(str(self.folder), workspace.root, snapshot, *words)

    def find(self, workspace: Workspace, today: str = TODAY) -> Evaluation:
        """Return what the cache has for the files of a workspace."""
        chains = Chains(file for file in workspace.files if not file.is_shared)
        return self.cache(workspace).find(chains, workspace, today)

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


@pytest.mark.parametrize("most", [SOME, TOGETHER])
def test_parts_hold_each_layer_once_with_its_branches(healthy: Workspace, most: int) -> None:
    chains = Chains(file for file in healthy.files if not file.is_shared)
    parts = list(divide(chains.files, chains, most))
    assert len(parts) == FILES // corpus.GROUP * -(-LAYERS // (FILES // corpus.GROUP) // most)
    assert sorted(layer for part in parts for layer in part) == sorted(chains.files)
    for part in parts:
        below = {branch for layer in part for branch in chains.below(layer) or ()}
        assert {file.layer for file in chains.files_of(part)} == {*part, *below}
        assert len({chains.model_of(layer) for layer in part}) == 1
        assert len(part) <= most


def test_healthy_models_are_resolved_once(healthy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("oauthgit.pipeline.across.read_documents")
    assert partitioned(healthy).findings == ()


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


def lost_branch(healthy: Workspace) -> Workspace:
    """Return two applications on one missing branch, one with a model that bytes do not show."""
    paths = (f"configs/iam_applications/model00000-{name}.yaml" for name in ("test-0", "production-2"))
    shown, hidden = ((path, content(healthy, path).replace(b"branch: MAIN", b"branch: NOPE")) for path in paths)
    return changed(healthy, dict([shown, (hidden[0], hidden[1].replace(b"\nmodel:", b'\n"model":'))]))


def misplaced_branch(name: bytes) -> Callable[[Workspace], Workspace]:
    """Return a change that misspells a branch; a file of another model states one of this name."""

    def change(healthy: Workspace) -> Workspace:
        branch = content(healthy, "configs/branches/MODEL00000/MAIN.yaml").replace(b"branch: MAIN", b"branch: " + name)
        above = content(healthy, f"{FIRST}.yaml").replace(b"branch: RELEASE", b"branch: UNKNOWN")
        return changed(healthy, {"configs/branches/MODEL00001/FEATURE.yaml": branch, f"{FIRST}.yaml": above})

    return change


def orphans_in_two_models(healthy: Workspace) -> Workspace:
    secrets = content(healthy, f"{FIRST}.secrets.yaml")
    names = [f"MODEL0000{model}/MAIN{number}" for model in range(2) for number in range(12)]
    files = {file.path: file.content for file in healthy.files}
    files |= {f"configs/branches/{name}.secrets.yaml": secrets for name in names}
    return decode("", dict(sorted(files.items())))[0]._replace(root=healthy.root)


def misspelt_server_below_shared_client(healthy: Workspace) -> Workspace:
    path = "configs/runtime_configurations/MODEL00000/MAIN/dev.yaml"
    misspelt = content(healthy, path).replace(b"\n  hub:", b"\n  hubb:")
    return changed(shared_client(healthy), {path: misspelt})


MODEL = b"\nmodel: MODEL00000"
CHANGES: dict[str, Callable[[Workspace], Workspace]] = {
    "nothing": lambda healthy: healthy,
    "OG605": copied_secrets,
    "OG606": shared_client,
    "OG604": production_key_in_test,
    "OG302": lost_branch,
    "OG302 and OG307": misplaced_branch(b"MAIN"),
    "OG307 and OG302": misplaced_branch(b"UNKNOWN2"),
    "OG520": orphans_in_two_models,
    "OG606 and OG302": misspelt_server_below_shared_client,
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
        assert {*change.split(" and ")} <= {each.code for each in expected.findings}


@pytest.mark.parametrize("change", CHANGES)
def test_named_target_is_as_certain_as_in_the_whole_project(change: str, healthy: Workspace) -> None:
    workspace = CHANGES[change](healthy)
    whole = check(workspace, [], today=TODAY)
    settings = {each.target: each for each in whole.resolve().targets}
    for name in ("model00000-production-3", "model00001-test-0", "model00002-production-4", "MODEL00000/MAIN/dev"):
        named = check(workspace, [], Selection(targets=(name,)), TODAY)
        found = {each.target: each for each in named.resolve().targets if each.target.endswith(name)}
        assert found.keys() == {target for target in settings if target.endswith(name)}
        for target, own in found.items():
            assert own.data == settings[target].data
            assert named.blocked.get(target) == whole.blocked.get(target)


def test_copied_secret_blocks_the_named_target(healthy: Workspace) -> None:
    later = "configs/iam_applications/model00002-production-4.secrets.yaml"
    secrets = content(healthy, f"{FIRST}.secrets.yaml")
    quoted = b"\n".join(
        line.replace(b": ENC[", b': "\\x45NC[') + b'"' if b": ENC[" in line and b'"' not in line else line
        for line in secrets.splitlines()
    )
    for copy in (secrets, quoted):
        named = check(changed(healthy, {later: copy}), [], Selection(targets=("model00002-production-4",)), TODAY)
        assert "OG605" in named.blocked["iam_application/model00002-production-4"]


def test_copy_beside_no_layer_blocks_the_named_target(healthy: Workspace) -> None:
    named = check(orphans_in_two_models(healthy), [], Selection(targets=("model00000-production-3",)), TODAY)
    assert "OG605" in named.blocked[APPLICATION]


@pytest.mark.parametrize("path", [f"{FIRST}.yaml", "configs/branches/MODEL00000/RELEASE.yaml"])
def test_unusable_file_concerns_the_named_target(healthy: Workspace, path: str) -> None:
    workspace = changed(healthy, {path: b"kind: [\n"})
    named = check(workspace, [], Selection(targets=("model00000-production-3",)), TODAY)
    assert named.blocked[APPLICATION] == check(workspace, [], today=TODAY).blocked[APPLICATION]


def test_ciphertext_that_a_layer_copied_blocks_the_named_target(healthy: Workspace) -> None:
    stated = re.findall(rb"ENC\[.*type:str\]", content(healthy, f"{FIRST}.secrets.yaml"))[2]
    path = "configs/iam_applications/model00000-acceptance-1.yaml"
    named = check(
        changed(healthy, {path: content(healthy, path) + b"note: " + stated + b"\n"}),
        [],
        Selection(targets=("model00000-production-3",)),
        TODAY,
    )
    assert "OG605" in named.blocked[APPLICATION]


def test_named_target_is_counted_alone(healthy: Workspace) -> None:
    other = "configs/iam_applications/model00002-production-4.yaml"
    workspace = changed(healthy, {other: content(healthy, other) + b"# in C:\\temp\n"})
    named = check(workspace, [], Selection(targets=("model00000-production-3",)), TODAY)
    assert named.servers_by_target.keys() == {APPLICATION}
    assert named.environments.keys() == {APPLICATION, *BRANCHES}
    copied = copied_secrets(healthy)
    assert check(copied, [], Selection(targets=("model00000-production-3",)), TODAY).servers_by_target.keys() == {
        APPLICATION
    }


def test_last_line_needs_no_line_break(healthy: Workspace) -> None:
    path = "configs/branches/MODEL00000/RELEASE.yaml"
    text = b"kind: branch\nmodel: MODEL00000\nbranch: RELEASE\norigin: MAIN"
    chains = Chains(file for file in changed(healthy, {path: text}).files if not file.is_shared)
    assert chains.parents["branch/MODEL00000/RELEASE"] == "branch/MODEL00000/MAIN"


def test_file_that_is_too_large_does_not_undo_the_parts(healthy: Workspace, cached: Cached) -> None:
    path = f"{FIRST}.yaml"
    workspace = changed(healthy, {path: content(healthy, path) + b"x: " + b"[" * 60 + b"]" * 60 + b"\n"})
    cached(healthy)
    assert "OG114" in {finding.code for finding in cached(workspace).findings}
    assert len(cached.evaluated) < LAYERS // 2


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


APPLICATION = "iam_application/model00000-production-3"
BRANCHES = {"branch/MODEL00000/RELEASE", "branch/MODEL00000/MAIN"}
"""Those below the application."""


def test_only_the_changed_layer_is_evaluated(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = plain(healthy, monkeypatch)
    assert alike(cached(healthy), anew)
    assert len(cached.evaluated) == LAYERS
    assert alike(cached(healthy), anew)
    assert cached.evaluated == set()
    path = f"{FIRST}.yaml"
    better = changed(
        healthy, {path: content(healthy, path).replace(b"redirect_uri: https://", b"redirect_uri: https://new-")}
    )
    worse = changed(
        healthy, {path: content(healthy, path).replace(b"redirect_uri: https://", b"redirect_uri: http://")}
    )
    for workspace, quiet in ((better, True), (healthy, False), (worse, False), (worse, False), (healthy, False)):
        assert alike(cached(workspace), plain(workspace, monkeypatch))
        assert cached.evaluated == {APPLICATION, *BRANCHES}, "a layer with a finding is evaluated again"
        assert not quiet or alike(cached(workspace), plain(workspace, monkeypatch))
        assert not quiet or cached.evaluated == set()


def test_changed_branch_has_its_layers_evaluated(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(healthy)
    path = "configs/branches/MODEL00000/RELEASE.yaml"
    workspace = changed(healthy, {path: content(healthy, path) + b"# changed\n"})
    assert alike(cached(workspace), plain(workspace, monkeypatch))
    chains = Chains(file for file in workspace.files if not file.is_shared)
    changed_branch = "branch/MODEL00000/RELEASE"
    using = {layer for layer in chains.parents if changed_branch in (chains.below(layer) or ())}
    assert len(using) == 7
    assert cached.evaluated == {changed_branch, "branch/MODEL00000/MAIN", *using}


def test_finding_about_a_branch_names_targets_of_all_parts(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "configs/branches/MODEL00000/MAIN.yaml"
    workspace = changed(
        healthy,
        {path: content(healthy, path).replace(b"token_endpoint: https://start", b"token_endpoint: http://start")},
    )
    expected = plain(workspace, monkeypatch)
    assert max(len(finding.targets) for finding in expected.findings) > SOME
    cached(healthy)
    for project in (partitioned(workspace), cached(workspace), cached(workspace)):
        assert alike(project, expected)


def test_shared_file_program_and_day_invalidate_the_cache(healthy: Workspace, cached: Cached) -> None:
    policy = "configs/oauthgit.yaml"
    other = changed(healthy, {policy: content(healthy, policy) + b"# changed\n"})
    cached(healthy, "one program")
    cached(other, "one program")
    assert len(cached.evaluated) == LAYERS
    cached(other, "another program")
    assert len(cached.evaluated) == LAYERS
    cached(healthy)
    known = cached.find(healthy)
    assert len(known.servers) == LAYERS
    without_secrets = healthy._replace(
        files=tuple(file for file in healthy.files if file.path != f"{FIRST}.secrets.yaml")
    )
    assert APPLICATION not in cached.find(without_secrets).servers
    assert cached.find(healthy, "2026-11-25").servers == {}


def test_collision_with_a_cached_layer_is_found(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(healthy)
    path = "configs/iam_applications/model00002-production-4.secrets.yaml"
    copied = changed(healthy, {path: content(healthy, f"{FIRST}.secrets.yaml")})
    for _ in range(2):
        found = cached(copied)
        assert len(cached.evaluated) < SOME
        assert alike(found, plain(copied, monkeypatch))
        assert {each.location.file for each in found.findings if each.code == "OG605"} == {path}


def test_layer_above_a_hidden_origin_is_evaluated_again(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oauthgit.pipeline.engine.TOGETHER", TOGETHER)
    main, release = (f"configs/branches/MODEL00000/{name}.yaml" for name in ("MAIN", "RELEASE"))
    hidden = changed(healthy, {release: content(healthy, release).replace(b"\norigin:", b'\n"origin":')})
    assert cached(hidden).findings == ()
    worse = content(healthy, main).replace(b"token_endpoint: https://start", b"token_endpoint: http://start")
    workspace = changed(hidden, {main: worse})
    expected = plain(workspace, monkeypatch)
    assert APPLICATION in expected.findings[0].targets
    assert alike(cached(workspace), expected)


@pytest.mark.parametrize("most", [12, 40, 90, 120])
def test_oversized_model_is_found_in_any_division(
    healthy: Workspace, cached: Cached, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    path = "configs/branches/MODEL00000/MAIN.yaml"
    nulls = b"".join(b"  x%d: ~\n" % number for number in range(6))
    monkeypatch.setattr("oauthgit.merge.size.SERVERS", most)
    for workspace in (healthy, changed(healthy, {path: content(healthy, path) + nulls})):
        expected = plain(workspace, monkeypatch)
        for project in (partitioned(workspace), cached(workspace), cached(workspace)):
            assert alike(project, expected)


HIDDEN = {"switched off": b"OG501: off", "graded": b"OG501: note"}


@pytest.mark.parametrize("how", [*HIDDEN, "suppressed", "in the policy"])
def test_layer_with_a_plain_secret_is_never_cached(healthy: Workspace, cached: Cached, how: str) -> None:
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
    everything = how == "in the policy"
    assert APPLICATION in cached.evaluated
    assert len(cached.evaluated) == (LAYERS if everything else 3)
    known = cached.find(leaking)
    assert len(known.servers) == (0 if everything else LAYERS - 1)
    assert APPLICATION not in known.servers


def test_no_key_is_derived_from_a_branch_with_a_credential(healthy: Workspace, cached: Cached) -> None:
    path = "configs/branches/MODEL00000/MAIN.yaml"
    leaking = changed(
        healthy, {path: content(healthy, path).replace(b"https://login-dev-hub", b"https://u:pw12@login-hub")}
    )
    (found,) = {finding.code for finding in cached(leaking).findings}
    assert found == "OG403", "all layers override the value, and only the branch is concerned"
    known = cached.find(leaking).servers
    assert len(known) == LAYERS * 2 // 3
    assert not any("MODEL00000" in layer.upper() for layer in known)


def test_run_without_the_cache_does_not_erase_it(healthy: Workspace, cached: Cached) -> None:
    cached(healthy)
    contents = {file.path: file.content for file in healthy.files} | {"configs/X.yml": b"kind: branch\n"}
    workspace, unread = decode(healthy.root, contents)
    assert cached(workspace, unread=unread).findings
    cached(healthy)
    assert cached.evaluated == set()


def test_cache_holds_names_and_digests_only(healthy: Workspace, cached: Cached) -> None:
    cached(healthy)
    kept = cached.file.read_bytes()
    assert (cached.folder.stat().st_mode & 0o777, cached.file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert b"production" in kept
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
    assert len(cached.evaluated) == LAYERS
    cached(healthy)
    assert cached.evaluated == set()


def test_cache_that_others_can_write_to_is_ignored(healthy: Workspace, cached: Cached) -> None:
    cached(healthy)
    before = cached.file.read_bytes()
    cached.folder.chmod(0o777)
    cached(healthy._replace(files=healthy.files[:-1]))
    assert len(cached.evaluated) == LAYERS - 1
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
