"""The wheel, as pre-commit installs it: the hook fails on a broken layer and passes on a healthy one."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOOK_INPUT = ["LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", ".pre-commit-hooks.yaml"]


def run(*command: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program with an environment in which neither git nor pre-commit know where they were called from."""
    foreign = ("GIT_", "PRE_COMMIT", "COV_", "COVERAGE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(cwd.parent / "pre-commit")}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=check, timeout=170)


def commit(folder: Path) -> None:
    run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    run("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "all", cwd=folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_schemas_rules_and_providers_and_nothing_of_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "oauthgit/schema/branch.schema.json" in names
    assert "oauthgit/providers/google.yaml" in names
    assert "oauthgit/providers/hosts.json" in names
    assert "oauthgit/rules/og301_dead_override.py" in names
    assert "oauthgit/py.typed" in names
    assert not any(name.startswith(("tests", "configs")) for name in names)


def test_the_installed_wheel_checks_a_folder_far_from_its_source(wheel: Path, tmp_path: Path) -> None:
    """The dependencies are lent by this environment; the package itself is the wheel's."""
    venv.create(tmp_path / "venv", with_pip=False)
    purelib = next((tmp_path / "venv/lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(purelib)
    ours = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    (purelib / "lent.pth").write_text(f"{ours}\n")
    shutil.copytree(ROOT / "configs", tmp_path / "far/configs")
    python = tmp_path / "venv/bin/python"
    done = run(python, "-I", "-m", "oauthgit", "validate", cwd=tmp_path / "far", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing found" in done.stdout
    where = run(python, "-I", "-c", "import oauthgit; print(oauthgit.__file__)", cwd=tmp_path / "far").stdout
    assert where.startswith(str(tmp_path))


def test_pre_commit_fails_on_a_broken_layer_and_passes_on_a_healthy_one(tmp_path: Path) -> None:
    hook = tmp_path / "hook"
    for folder in ("oauthgit", "schema"):
        shutil.copytree(ROOT / folder, hook / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in HOOK_INPUT:
        shutil.copy(ROOT / name, hook / name)
    commit(hook)
    team = tmp_path / "team"
    shutil.copytree(ROOT / "configs", team / "configs")
    commit(team)
    pre_commit = Path(sys.executable).parent / "pre-commit"

    def tried() -> subprocess.CompletedProcess[str]:
        return run(
            pre_commit, "try-repo", str(hook), "oauthgit-validate", "--all-files", "--verbose", cwd=team, check=False
        )

    healthy = tried()
    assert healthy.returncode == 0, healthy.stdout + healthy.stderr
    assert "Passed" in healthy.stdout
    secrets = run(pre_commit, "try-repo", str(hook), "oauthgit-secrets", "--all-files", cwd=team, check=False)
    assert secrets.returncode == 0, secrets.stdout + secrets.stderr
    layer = team / "configs/branches/INSIGHTS/MAIN.yaml"
    layer.write_text(layer.read_text().replace("prompt: consent", "prompt: consents"))
    broken = tried()
    assert broken.returncode == 1
    assert "configs/branches/INSIGHTS/MAIN.yaml:" in broken.stdout
    assert "error[OG204]" in broken.stdout
