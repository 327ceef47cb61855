"""Projects that are too large for one run: refused with a finding, or narrowed to the targets that a command names."""

import json
from pathlib import Path

import pytest

from support.cli import Program

BRANCH = "kind: branch\nmodel: {model}\nbranch: MAIN\noauth_servers:\n{servers}"
SERVER = (
    "  {name}: {{token_endpoint: 'https://{name}.example.com/t', client_id: c, grant_types: [client_credentials], "
    "client_secret: {{from_env: CRM_SECRET}}, scopes: [a]}}\n"
)


@pytest.fixture
def two_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of two models with three servers and two applications each, as the working directory."""
    folder = tmp_path / "configs"
    servers = "".join(SERVER.format(name=name) for name in ("crm", "erp", "hr"))
    for model in ("ONE", "TWO"):
        (folder / f"branches/{model}").mkdir(parents=True)
        (folder / f"branches/{model}/MAIN.yaml").write_text(BRANCH.format(model=model, servers=servers))
    (folder / "iam_applications").mkdir()
    for name, model in (("a", "ONE"), ("b", "ONE"), ("c", "TWO"), ("d", "TWO")):
        (folder / f"iam_applications/{name}.yaml").write_text(
            f"kind: iam_application\napplication: {name}\nmodel: {model}\nbranch: MAIN\nenvironment: production\n"
        )
    (folder / "oauthgit.yaml").write_text(
        "kind: policy\nenv_secrets: {CRM_SECRET: https://crm.example.com/t}\ntrusted_hosts: [crm.example.com]\n"
        "rules: {OG451: off, OG452: off}\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRM_SECRET", "x" * 40)
    return tmp_path


@pytest.mark.usefixtures("two_models")
class TestOversizedModel:
    """The layers of a model have nine servers: three in its branch, three in each application."""

    @pytest.fixture(autouse=True)
    def limit(self, monkeypatch: pytest.MonkeyPatch, two_models: Path) -> None:
        monkeypatch.setattr("oauthgit.merge.size.SERVERS", 9)
        (two_models / "configs/iam_applications/e.yaml").write_text(
            "kind: iam_application\napplication: e\nmodel: TWO\nbranch: MAIN\nenvironment: production\n"
        )

    def test_oversized_model_is_a_finding_at_its_branch(self, program: Program) -> None:
        done = program("validate", "--no-cache")
        assert done.code == 1
        assert "configs/branches/TWO/MAIN.yaml:4:1: error[OG114]" in done.out
        assert "the layers of model TWO have more than 9 OAuth servers together" in done.out
        assert "ONE" not in done.out

    @pytest.mark.parametrize(
        "command", [("effective",), ("secrets", "status"), ("secrets", "expiry"), ("smoke", "--dry-run")], ids=" ".join
    )
    def test_targets_without_settings_are_named_and_fail(self, command: tuple[str, ...], program: Program) -> None:
        done = program(*command)
        assert done.code == (3 if "--dry-run" in command else 1)
        for name in "cde":
            assert f"iam_application/{name} is left out: its settings have errors (OG114 file-too-large)" in done.err
        assert "iam_application/a is left out" not in done.err


def test_target_of_a_broken_chain_fails_smoke(two_models: Path, program: Program) -> None:
    path = two_models / "configs/iam_applications/d.yaml"
    path.write_text(path.read_text().replace("MAIN", "GONE"))
    done = program("smoke", "--sandbox", "--server", "crm")
    assert done.code == 1
    assert "iam_application/d is left out: its settings have errors (OG302" in done.err
    assert "configs/iam_applications/d.yaml:4:9" in done.out


@pytest.mark.usefixtures("two_models")
def test_large_project_without_named_targets_is_refused(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.pipeline.operations.load_targets.SERVERS", 6)
    for command in (("effective",), ("secrets", "status"), ("smoke", "--dry-run"), ("effective", "a", "c", "d")):
        done = program(*command)
        assert done.code == 2
        assert "too large for one run; name targets, so that there are no more than 6" in done.err


@pytest.mark.usefixtures("two_models")
def test_misspelt_target_of_a_large_project_is_named(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.pipeline.operations.load_targets.SERVERS", 6)
    done = program("effective", "nothing")
    assert (done.code, "there is no target nothing" in done.err) == (2, True)


@pytest.mark.usefixtures("two_models")
@pytest.mark.parametrize(
    "command",
    [
        *(("effective", "c", "--format", "json"), ("effective", "iam_application/a", "c"), ("explain", "c", "crm")),
        *(("secrets", "status", "c"), ("smoke", "--dry-run", "c"), ("effective", "TWO/MAIN"), ("effective", "nothing")),
    ],
    ids=" ".join,
)
def test_named_target_is_the_same_in_the_whole_project(
    command: tuple[str, ...], program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = program(*command)
    monkeypatch.setattr("oauthgit.pipeline.check._find_named", lambda *_: set())
    whole = program(*command)
    assert named.code == whole.code
    assert _without_counts(named.out) == _without_counts(whole.out)


def test_large_models_are_not_compared_with_each_other(
    two_models: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = two_models / "configs/iam_applications/a.yaml"
    path.write_text(path.read_text().replace("production", "test"))
    path = two_models / "configs/iam_applications/b.yaml"
    path.write_text(path.read_text().replace("production", "test"))
    monkeypatch.setattr("oauthgit.pipeline.engine.PARALLEL_THRESHOLD", 2)
    assert "warning[OG606]" in program("validate", "--no-cache").out
    monkeypatch.setattr("oauthgit.merge.size.SERVERS", 11)
    done = program("validate", "--no-cache")
    assert done.code == 1
    assert "error[OG009] findings-left-out: 2 models seem to share keys" in done.out


def test_client_shared_twice_is_one_finding_for_all_targets(two_models: Path, program: Program) -> None:
    overrides = {"a": ("one", "production"), "b": ("two", "production"), "c": ("one", "test"), "d": ("two", "test")}
    for name, (host, environment) in overrides.items():
        (two_models / f"configs/iam_applications/{name}.yaml").write_text(
            f"kind: iam_application\napplication: {name}\nmodel: ONE\nbranch: MAIN\nenvironment: {environment}\n"
            f"oauth_servers:\n  crm: {{token_endpoint: 'https://{host}.example.com/t'}}\n"
        )
    found = json.loads(program("validate", "--no-cache", "--select", "OG606", "--format", "json").out)["findings"]
    crm = [each for each in found if each["message"].startswith("the client of crm")]
    assert [sorted(each["targets"]) for each in crm] == [[f"iam_application/{name}" for name in "abcd"]]


def test_missing_settings_beyond_the_limit_still_block(two_models: Path, program: Program) -> None:
    servers = "".join(f"  s{n}: {{client_id: c}}\n" for n in range(120))
    for model in ("ONE", "TWO"):
        (two_models / f"configs/branches/{model}/MAIN.yaml").write_text(BRANCH.format(model=model, servers=servers))
    for name in "abcd":
        path = two_models / f"configs/iam_applications/{name}.yaml"
        overrides = "".join(f"  s{n}: {{prompt: login}}\n" for n in range(120))
        path.write_text(path.read_text() + f"oauth_servers:\n{overrides}")
    done = program("validate", "--no-cache", "--format", "json")
    assert done.code == 1
    assert done.out.count('"OG203"') < 2 * 120 * 4
    assert "more findings of this file are left out from here on, such as OG203" in done.out
    done = program("effective")
    for name in "abcd":
        assert f"iam_application/{name} is left out" in done.err


def _without_counts(text: str) -> list[str]:
    """Return the lines without the time, and the size of what was read."""
    counts = ("checked in", '"seconds"', '"layers"', '"targets": ', '"servers"')
    return [line for line in text.splitlines() if not any(word in line for word in counts)]
