"""Wheel and sdist, and their use by pre-commit and prek: hooks fail on mistakes and pass on healthy settings."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import release
from oauthgit import __version__
from oauthgit.model.scaffold import Facts
from oauthgit.scaffold import KINDS, plan
from support.paths import REPOSITORY

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

HOOK_INPUT = ["LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", ".pre-commit-hooks.yaml"]


def run(
    *command: str | Path, cwd: Path, check: bool = True, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program in an environment that hides the calling git or pre-commit from it."""
    foreign = ("GIT_", "PRE_COMMIT", "COV_", "COVERAGE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    caches = {"PRE_COMMIT_HOME": str(cwd.parent / "pre-commit"), "PREK_HOME": str(cwd.parent / "prek")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, **caches, **(more or {})}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=check, timeout=170)


def commit(folder: Path) -> None:
    run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    run("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "all", cwd=folder)


@pytest.fixture(scope="module")
def distributions(hook: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with wheel and sdist, which two builds made with equal bytes."""
    out = tmp_path_factory.mktemp("distributions") / "dist"
    release.build(hook[0], out)
    return out


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    return next(distributions.glob("*.whl"))


def test_two_builds_are_equal_and_twine_accepts_them(distributions: Path) -> None:
    names = sorted(path.name for path in distributions.iterdir())
    assert names == [f"oauthgit-{__version__}-py3-none-any.whl", f"oauthgit-{__version__}.tar.gz"]
    done = run(sys.executable, "-m", "twine", "check", "--strict", *distributions.iterdir(), cwd=distributions)
    assert done.stdout.count("PASSED") == 2


def test_sdist_contains_what_a_build_needs_and_no_tests(distributions: Path) -> None:
    with tarfile.open(next(distributions.glob("*.tar.gz"))) as archive:
        top = {name.split("/")[1] for name in archive.getnames()}
    needed = {"oauthgit", "schema", "README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml"}
    assert needed <= top <= needed | {"PKG-INFO", ".gitignore"}


def test_wheel_contains_data_files_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "oauthgit/schema/branch.schema.json" in names
    assert "oauthgit/providers/google.yaml" in names
    assert "oauthgit/providers/hosts.json" in names
    assert "oauthgit/rules/stage/og201_unknown_key.py" in names
    assert "oauthgit/rules/og301_dead_override.py" in names
    assert "oauthgit/py.typed" in names
    assert "oauthgit/cli/completions/oauthgit.bash" in names
    templates = {
        f"oauthgit/scaffold/templates/{path.name}" for path in (REPOSITORY / "oauthgit/scaffold/templates").iterdir()
    }
    assert templates <= names
    assert not any(name.startswith(("tests", "configs")) for name in names)


def test_installed_wheel_checks_a_folder_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """The dependencies are those of this environment; the package itself is that of the wheel."""
    venv.create(tmp_path / "venv", with_pip=False)
    purelib = next((tmp_path / "venv/lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(purelib)  # noqa: S202 - it is our own
    ours = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    (purelib / "lent.pth").write_text(f"{ours}\n")
    python = tmp_path / "venv/bin/python"
    release.check_installed(python, REPOSITORY, __version__)
    where = run(python, "-I", "-c", "import oauthgit; print(oauthgit.__file__)", cwd=tmp_path).stdout
    assert where.startswith(str(tmp_path))


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a repository with the files that pre-commit needs of this one, and its commit."""
    folder = tmp_path_factory.mktemp("hook") / "oauthgit"
    for name in ("oauthgit", "schema"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in HOOK_INPUT:
        shutil.copy(REPOSITORY / name, folder / name)
    commit(folder)
    return folder, run("git", "rev-parse", "HEAD", cwd=folder).stdout.strip()


# Network access fails, and git allows local repositories only.
OFFLINE = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9"),
    "PIP_NO_INDEX": "1",
    "UV_OFFLINE": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}


@pytest.mark.parametrize("below", ["", "teams/our own"])
@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_hook_finds_a_broken_commit_without_network(
    manager: str, below: str, hook: tuple[Path, str], tmp_path: Path
) -> None:
    repository, revision = hook
    team = tmp_path / "team"
    project = team / below
    shutil.copytree(REPOSITORY / "configs", project / "configs")
    shutil.copy(REPOSITORY / ".sops.yaml", project)
    (team / "README.md").write_text("a")
    written = plan(Facts(__version__, schemas=dict.fromkeys(KINDS, ""), below=below))
    config = next(each.content for each in written if each.path == ".pre-commit-config.yaml")
    config = config.replace("https://github.com/oauthgit/oauthgit", str(repository)).replace(
        f"v{__version__}", revision
    )
    (team / ".pre-commit-config.yaml").write_text(config)
    commit(team)
    program = Path(sys.executable).parent / manager
    homes = {name: str(repository.parent / name) for name in ("PRE_COMMIT_HOME", "PREK_HOME")}  # installed once
    run(program, "prepare-hooks" if manager == "prek" else "install-hooks", cwd=team, more=homes)

    def hooks(*arguments: str) -> subprocess.CompletedProcess[str]:
        run("git", "add", "--all", cwd=team)
        return run(program, "run", *arguments, cwd=team, check=False, more=OFFLINE | homes)

    everything = hooks("--all-files", "--verbose")
    assert everything.returncode == 0, everything.stdout + everything.stderr
    assert everything.stdout.count("Passed") == 1
    assert "nothing found" in everything.stdout

    (team / "README.md").write_text("b")
    elsewhere = hooks()
    assert (elsewhere.returncode, elsewhere.stdout.count("Passed")) == (0, 1)

    # Only the branch is committed; the mistake concerns applications.
    main = project / "configs/branches/INSIGHTS/MAIN.yaml"
    healthy = main.read_text()
    main.write_text(healthy.replace("  hub: #", "  hub_two: #"))
    broken = hooks()
    assert broken.returncode == 1
    assert "error[OG302]" in broken.stdout
    assert "iam_application/insights-prod" in broken.stdout

    # A deletion has no file that a pattern could match.
    main.unlink()
    deleted = hooks()
    assert deleted.returncode == 1
    assert "error[OG308]" in deleted.stdout

    main.write_text(healthy)
    (project / "configs/iam_applications/insights-prod.secrets.yaml").write_text(
        "kind: secrets\nfor: iam_application/insights-prod\noauth_servers: {hub: {client_secret: h4Wq0zRk7TnXe2Lb9VdJs5Ym}}\n"
    )
    plain = hooks()
    assert plain.returncode == 1
    findings = [line for line in plain.stdout.splitlines() if "error[" in line]
    assert any("error[OG501]" in line for line in findings)
    assert len(findings) == len(set(findings)), "no finding is reported by a second hook"
    assert "h4Wq0zRk7TnXe2Lb9VdJs5Ym" not in plain.stdout + plain.stderr


@pytest.mark.parametrize("manager", ["pre-commit"])
def test_smoke_hook_runs_only_by_hand(manager: str, hook: tuple[Path, str], tmp_path: Path) -> None:
    repository, revision = hook
    team = tmp_path / "team"
    shutil.copytree(REPOSITORY / "configs", team / "configs")
    (team / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {repository}\n    rev: {revision}\n    hooks:\n"
        "      - id: oauthgit-smoke\n        args: [--dry-run, insights-prod]\n"
    )
    commit(team)
    program = Path(sys.executable).parent / manager
    stage = "--stage" if manager == "prek" else "--hook-stage"
    at_a_commit = run(program, "run", "--all-files", cwd=team, check=False)
    assert at_a_commit.returncode == 0
    assert "oauthgit smoke" not in at_a_commit.stdout
    by_hand = run(program, "run", stage, "manual", "oauthgit-smoke", cwd=team, check=False)
    # Nothing was tested, and there is no key: no success.
    assert by_hand.returncode == 1
    assert "insights-prod" in by_hand.stdout
    assert "not-run" in by_hand.stdout
