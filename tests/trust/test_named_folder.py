"""The folder named by a job: a change cannot select another project, by a symlink or by removing its settings."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.attacked_project import BRANCH, CANARY, POLICY, VARIABLE, World, edit, edit_server
from support.ci_job import EVIL, MAIN
from support.ci_runs import GITHUB
from support.git import committed, git
from support.sops import FOLDERS, KEY

PULL = GITHUB["pull request"]
PARTNER = "PARTNER_SECRET"


@pytest.fixture
def monorepo(world: World, tmp_path: Path) -> Path:
    """Return a clone with two projects and one at the top, each with a policy."""
    clone = world.check_out(tmp_path, "main", PULL.url)
    for name in ("ours", "theirs"):
        shutil.copytree(clone / "configs", clone / name / "configs")
    git(clone, "update-ref", MAIN, committed(clone))
    return clone


def smoke(clone: Path, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run smoke in a shell that entered a folder by its name."""
    environment = {
        "PATH": FOLDERS,
        "SOPS_AGE_KEY_FILE": str(KEY),
        VARIABLE: CANARY,
        PARTNER: "p" * 30,
        "HOME": str(clone.parent),
    }
    environment |= PULL.environment(clone.parent, clone)
    command = " ".join((sys.executable, "-m", "oauthgit", *arguments, "smoke", "--format", "json"))
    return subprocess.run(
        ["sh", "-c", f"cd {clone / folder} && {command}"],
        env=environment, capture_output=True, text=True, check=False, timeout=60, start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize(("folder", "arguments"), [("ours", ()), (".", ("-C", "ours"))], ids=["cd", "-C"])
def test_symlink_in_place_of_a_project_is_exit_2(
    folder: str, arguments: tuple[str, ...], monorepo: Path, world: World
) -> None:
    assert smoke(monorepo, folder, *arguments).returncode == 0
    shutil.rmtree(monorepo / "ours")
    (monorepo / "ours").symlink_to("theirs")
    git(monorepo, "update-ref", EVIL, committed(monorepo))
    before = world.good.connections
    done = smoke(monorepo, folder, *arguments)
    assert (done.returncode, done.stdout, world.good.connections) == (2, "", before)
    assert "is a symbolic link in the repository" in done.stderr


def test_removed_settings_do_not_select_a_parent_project(monorepo: Path, world: World) -> None:
    shutil.rmtree(monorepo / "ours/configs")
    (monorepo / "ours/README.md").write_text("gone\n")
    git(monorepo, "update-ref", EVIL, committed(monorepo))
    before = world.good.connections
    done = smoke(monorepo, "ours")
    assert (done.returncode, world.good.connections) == (2, before)
    assert "ours/configs is in a trusted commit but missing here" in done.stderr
    (monorepo / "docs").mkdir()
    assert smoke(monorepo, "docs").returncode == 0, "a folder that never had settings"


def test_endpoint_granted_to_one_client_gets_no_other_secret(world: World, tmp_path: Path) -> None:
    clone = world.check_out(tmp_path, "main", PULL.url)
    edit_server(clone, "env", token_endpoint_auth_method="client_secret_post")
    servers = json.loads((clone / BRANCH).read_text())["oauth_servers"]
    endpoint = world.good.url.replace("/token", "/partner/revoke")
    partner = servers["env"] | {"client_id": "P", "client_secret": {"from_env": PARTNER}}
    edit(clone, BRANCH, oauth_servers=servers | {"partner": partner | {"revocation_endpoint": endpoint}})
    pins = json.loads((clone / POLICY).read_text())["env_secrets"]
    edit(clone, POLICY, env_secrets=pins | {PARTNER: world.good.url})
    git(clone, "update-ref", MAIN, committed(clone))
    changed = {name: server | {"revocation_endpoint": endpoint} for name, server in servers.items()}
    edit(clone, BRANCH, oauth_servers=changed | {"partner": partner | {"revocation_endpoint": endpoint}})
    git(clone, "update-ref", EVIL, committed(clone))
    before = len(world.good.requests)
    smoke(clone, ".")
    asked = [request for request in world.good.requests[before:] if CANARY.encode() in request]
    assert asked, "the secret is in the body, where the test finds it"
    assert not [request for request in asked if request.startswith(b"POST /partner/revoke")]
