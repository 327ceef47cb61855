"""Facts of the environment: the CI system by files and hosts, keys by their public half."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oauthgit.scaffold.facts import hosts_in, recipients_of, repository_of, system_of, systems_of
from support.git import committed, git

KEY = "age1t775d6n6f240u8qkcuk3qknnt4zesl4qrlcdf2s982ckjcr0fqlqj7e4gh"
URLS = {
    "https://github.com/team/repository.git": "github",
    "git@github.com:team/repository.git": "github",
    "ssh://git@github.example.com:2222/team/repository": "github",
    "https://gitlab.com/team/repository.git": "gitlab",
    "git@gitlab.example.com:team/repository.git": "gitlab",
    "https://user:token@my-gitlab.example.com/x": "gitlab",
    "https://team@dev.azure.com/team/project/_git/repository": "azure",
    "git@ssh.dev.azure.com:v3/team/project/repository": "azure",
    "https://team.visualstudio.com/project/_git/repository": "azure",
    "https://bitbucket.org/github.com/gitlab.com": None,
    "/srv/git/github.com/repository.git": None,
    "https://example.com/?github.com/": None,
}


@pytest.mark.parametrize("url", URLS)
def test_ci_system_is_detected_by_the_remote_host(url: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", url)
    assert system_of(hosts_in((tmp_path / ".git/config").read_text())) == URLS[url]
    assert systems_of(tmp_path) == (URLS[url] or "github",)


def test_origin_is_the_first_remote(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "backup", "https://github.com/team/repository")
    git(tmp_path, "remote", "add", "origin", "https://gitlab.com/team/repository")
    assert systems_of(tmp_path) == ("gitlab",)


def test_ci_files_win_over_hosts_and_all_count(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", "https://github.com/team/repository")
    (tmp_path / ".gitlab-ci.yml").touch()
    assert systems_of(tmp_path) == ("gitlab",)
    (tmp_path / "azure-pipelines.yml").touch()
    assert systems_of(tmp_path) == ("gitlab", "azure")


def test_worktree_has_the_remotes_of_its_repository(tmp_path: Path) -> None:
    main, other = tmp_path / "main", tmp_path / "other"
    main.mkdir()
    committed(main)
    git(main, "remote", "add", "origin", "https://gitlab.com/team/repository")
    git(main, "worktree", "add", "--quiet", str(other))
    assert repository_of(other / "deep/er") == other
    assert systems_of(other) == ("gitlab",)


def test_git_configuration_is_read_but_not_executed(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    trap = tmp_path / "ran"
    config = tmp_path / ".git/config"
    config.write_text(
        f'[core]\n\tfsmonitor = "touch {trap}"\n\tsshCommand = "touch {trap}"\n[include]\n\tpath = {tmp_path}/more\n'
        '[remote "origin"]\n\turl = "ext::sh -c touch% ran"\n'
    )
    (tmp_path / "more").write_text('[remote "origin"]\n\turl = https://gitlab.com/x\n')
    assert systems_of(tmp_path) == ("github",)
    assert not trap.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00[", b'[remote "origin"]\nurl =\n', b"[" * 100_000, b"gitdir: /dev/zero"]
)
def test_any_git_configuration_is_handled(content: bytes, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_bytes(content)
    assert systems_of(tmp_path) == ("github",)


@pytest.mark.parametrize("pointer", ["/dev/zero", "..", "\x00", "x" * 5000])
def test_any_gitdir_pointer_is_handled(pointer: str, tmp_path: Path) -> None:
    (tmp_path / ".git").write_text(f"gitdir: {pointer}")
    assert systems_of(tmp_path) == ("github",)


def test_keys_are_searched_in_the_places_of_sops(tmp_path: Path) -> None:
    places = {
        "SOPS_AGE_KEY_FILE": (tmp_path / "here.txt", str(tmp_path / "here.txt")),
        "XDG_CONFIG_HOME": (tmp_path / "xdg/sops/age/keys.txt", str(tmp_path / "xdg")),
        "HOME": (tmp_path / "home/.config/sops/age/keys.txt", str(tmp_path / "home")),
        "APPDATA": (tmp_path / "data/sops/age/keys.txt", str(tmp_path / "data")),
    }
    for name, (file, value) in places.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# created: 2026-11-24T00:00:00Z\n# public key: {KEY}\nAGE-SECRET-KEY-1QQQ\n")
        assert recipients_of({name: value}) == (KEY,)


def test_only_public_keys_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(f"# public key: AGE-SECRET-KEY-1QQQ\n# public key: age1x\n # public key: {KEY}\n{KEY}\n")
    assert recipients_of({"SOPS_AGE_KEY_FILE": str(file)}) == ()
    assert recipients_of({"SOPS_AGE_RECIPIENTS": f"AGE-SECRET-KEY-1QQQ,{KEY}\n,{KEY}"}) == (KEY,)


def test_endless_key_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    script = (
        "import sys; from oauthgit.scaffold.facts import recipients_of\n"
        "print(recipients_of({'SOPS_AGE_KEY_FILE': sys.argv[1]}))"
    )
    for name in (str(tmp_path / "pipe"), "/dev/zero", str(tmp_path)):
        done = subprocess.run(
            [sys.executable, "-c", script, name], capture_output=True, text=True, check=True, timeout=30
        )
        assert done.stdout == "()\n"
