"""The source of the installed package: what is pinned, what is a placeholder, and no name that nobody of ours holds."""

import json
import re
from collections.abc import Callable
from nturl2path import url2pathname as windows_path
from pathlib import Path
from typing import Any
from urllib.parse import unquote as posix_path

import pytest
import yaml

from oauthgit import __version__
from oauthgit.installation import describe, read_installation
from oauthgit.model.installation import Installation
from oauthgit.model.scaffold import Facts
from oauthgit.scaffold import KINDS, plan
from support.cli import Program
from support.paths import REPOSITORY

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HOME = "https://git.example.com/team/oauthgit.git"


def record(url: str, **more: Any) -> dict[str, Any]:
    """Return what an installer records of a commit (PEP 610)."""
    return {"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT}, **more}


PINNED = {
    HOME: HOME,
    "ssh://git@git.example.com/team/oauthgit": "ssh://git@git.example.com/team/oauthgit",
    "https://user:token@git.example.com/oauthgit": "https://git.example.com/oauthgit",
    "https://${USER}:${TOKEN}@git.example.com/oauthgit": "https://git.example.com/oauthgit",
    "ssh://alice@git.example.com/oauthgit": "ssh://git.example.com/oauthgit",
    "http://127.0.0.1:8080/oauthgit": "http://127.0.0.1:8080/oauthgit",
    "https://[::1]:8443/oauthgit": "https://[::1]:8443/oauthgit",
    "ssh://git@git.example.com:2222/oauthgit": "ssh://git@git.example.com:2222/oauthgit",
    "file:///srv/git/oauthgit.git": "file:///srv/git/oauthgit.git",
}


@pytest.mark.parametrize("url", PINNED)
def test_commit_is_pinned_without_credentials(url: str) -> None:
    found = describe(__version__, record(url, requested_revision="main"), (), installed=True)
    assert found == Installation(__version__, PINNED[url], COMMIT)
    assert found.pin() == f" @ git+{PINNED[url]}@{COMMIT}"
    assert found.hook() == (PINNED[url], COMMIT)
    assert found.is_shared == (not url.startswith("file:"))


UNKNOWN: dict[str, Any] = {
    "a folder": {"url": "file:///home/me/oauthgit", "dir_info": {"editable": True}},
    "a wheel": {"url": "file:///home/me/oauthgit-0.1.0-py3-none-any.whl", "archive_info": {}},
    "another system": {"url": HOME, "vcs_info": {"vcs": "hg", "commit_id": COMMIT}},
    "a branch as commit": {"url": HOME, "vcs_info": {"vcs": "git", "commit_id": "main"}},
    "no commit": {"url": HOME, "vcs_info": {"vcs": "git"}},
    "a part of a repository": record(HOME, subdirectory="tools"),
    "a quotation mark": record('https://git.example.com/"; id; "'),
    "an expression": record("https://git.example.com/${{ github.token }}"),
    "a line break": record("https://git.example.com/a\n- repo: x"),
    "a second user": record("https://a@b@git.example.com/x"),
    "a word after the host": record("http://git.example.com:S3cret/x"),
    "an option": record("--upload-pack=id"),
    "a program": record("ext::sh -c id"),
    "no object": ["x"],
    "no address": {"vcs_info": {"vcs": "git", "commit_id": COMMIT}},
}


@pytest.mark.parametrize(
    ("convert", "url", "folder"),
    [
        (posix_path, "file:///home/my%20name/oauthgit", "/home/my name/oauthgit"),
        (windows_path, "file:///C:/Users/my%20name/oauthgit", "C:\\Users\\my name\\oauthgit"),
    ],
)
def test_folder_is_a_path_of_the_system(
    convert: Callable[[str], str], url: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urllib.request.url2pathname", convert)
    assert describe(__version__, {"url": url, "dir_info": {}}, (), installed=True).folder == folder


@pytest.mark.parametrize("source", UNKNOWN)
def test_unknown_source_gets_pins_that_cannot_exist(source: str) -> None:
    found = describe(__version__, UNKNOWN[source], (f"Repository, {HOME}",), installed=True)
    assert not found.is_pinned
    assert found.hook() == ("https://oauthgit.invalid/replace-this-address", "0" * 40)
    assert found.pin() == f" @ git+https://oauthgit.invalid/replace-this-address@{'0' * 40}"


@pytest.mark.parametrize(
    ("version", "urls", "hook"),
    [
        ("1.2.0", ["Changes, https://x.example.com", f"Repository, {HOME}"], (HOME, "v1.2.0")),
        ("1.2.0", [], ("https://oauthgit.invalid/replace-this-address", "v1.2.0")),
    ],
)
def test_release_is_pinned_by_its_number_and_tag(version: str, urls: list[str], hook: tuple[str, str]) -> None:
    found = describe(version, None, urls, installed=True)
    assert (found.pin(), found.hook(), found.is_shared) == ("==1.2.0", hook, bool(urls))


def test_development_version_is_no_release() -> None:
    assert describe("1.2.0.dev0", None, [f"Repository, {HOME}"], installed=True) == Installation("1.2.0.dev0")


def test_record_of_another_copy_does_not_count() -> None:
    assert describe(__version__, record(HOME), (), installed=False) == Installation(__version__)


def test_this_environment_is_a_local_folder() -> None:
    assert read_installation(__version__) == Installation(__version__, folder=str(REPOSITORY))


@pytest.mark.parametrize(
    ("source", "mark"),
    [
        (Installation("1.2.0", HOME, COMMIT), f"git+{HOME}@{COMMIT}"),
        (Installation("1.2.0", HOME, released=True), "==1.2.0"),
        (Installation("1.2.0"), "oauthgit.invalid"),
    ],
)
def test_files_of_init_pin_the_source_everywhere(source: Installation, mark: str) -> None:
    facts = Facts(source, ("github", "gitlab", "azure"), schemas=dict.fromkeys(KINDS, ""))
    files = {each.path: each.content for each in plan(facts) if each.pins}
    assert len(files) == 4
    for path, content in files.items():
        assert yaml.safe_load(content)
        assert ("# Replace the address and the commit" in content) == (not source.url)
        lines = [line for line in content.splitlines() if "pip install" in line or "PIN:" in line]
        assert all("oauthgit" in line for line in lines if "pip" in line)
        assert path == ".pre-commit-config.yaml" or any(mark in line for line in lines)
    (hook,) = yaml.safe_load(files[".pre-commit-config.yaml"])["repos"]
    assert (hook["repo"], hook["rev"]) == source.hook()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (Installation("1", folder="/src/x"), "oauthgit was installed from /src/x, which other machines do not have."),
        (Installation("1"), "oauthgit was installed from an unknown place, which other machines do not have."),
        (Installation("1", "file:///x", COMMIT), "oauthgit was installed from file:///x, which is on this machine."),
        (Installation("1", released=True), "The package names no repository. In .pre-commit-config.yaml, write"),
        (Installation("1", HOME, COMMIT), None),
    ],
)
def test_init_prints_the_pins_to_replace(
    source: Installation, reason: str | None, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("oauthgit.pipeline.operations.init.read_installation", lambda _: source)
    first, second = program("init").out, program("init").out
    assert ("git repository, and the full hash of a commit." in first) == (reason is not None)
    assert reason is None or reason in first
    assert "full hash of a commit" not in second, "the files exist, and a person has seen them"


NOT_OURS = re.compile(
    r"github\.com/oauthgit|\boauthgit/oauthgit\b|\boauthgit(\[[a-z,]+\])?==\d|@v0\.|\brev: v\d|\b(uvx|pipx run) oauthgit\b"
    r"|\b(pip|pipx|tool) install( -\S+)* ['\"]?oauthgit(\[[a-z,]+\])?+['\"]?+(?! ?@|\$|\w)",
)
"""Texts that name a package, an owner or a tag that is not ours before the first release."""
PLANTED = [
    "pip install oauthgit",
    "pip install -q 'oauthgit[sops]'",
    "`uv tool install oauthgit`",
    'pip install "oauthgit==0.1.0"',
    "uses: oauthgit/oauthgit@v0.1.0",
    "    rev: v0.1.0",
    "uvx oauthgit validate",
    "git clone https://github.com/oauthgit/oauthgit",
]


def published() -> list[Path]:
    """Return the texts that people copy commands from, or that the program prints."""
    texts = [
        REPOSITORY / name
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "action.yml", ".pre-commit-hooks.yaml")
    ]
    for folder in ("docs", "kits", "templates", ".github", "oauthgit", "schema"):
        texts += [path for path in (REPOSITORY / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return texts


def test_no_text_names_a_package_or_owner_that_is_not_ours(program: Program, tmp_path: Path) -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {match[0]}"
        for path in published()
        for match in NOT_OURS.finditer(path.read_text(errors="replace"))
    ]
    assert found == []
    assert program("init", str(tmp_path / "new")).code == 0
    for path in (tmp_path / "new").rglob("*"):
        assert not path.is_file() or not NOT_OURS.search(path.read_text())


@pytest.mark.parametrize("text", PLANTED)
def test_planted_name_is_found(text: str) -> None:
    assert NOT_OURS.search(text)


def test_missing_extra_is_advised_from_the_same_source() -> None:
    assert Installation("1", HOME, COMMIT).requirement("sandbox") == f"oauthgit[sandbox] @ git+{HOME}@{COMMIT}"
    assert Installation("1", HOME, released=True).requirement("sandbox") == "oauthgit[sandbox]==1"
    assert Installation("1", folder="/src/x").requirement("sandbox") == "/src/x[sandbox]"
    assert not Installation("1").requirement("sandbox")


def test_record_is_read_from_the_metadata(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed copy is imitated: a package folder and its metadata side by side."""
    metadata = tmp_path / f"oauthgit-{__version__}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: oauthgit\nVersion: {__version__}\n")
    (metadata / "direct_url.json").write_text(json.dumps(record(HOME)))
    (tmp_path / "oauthgit").mkdir()
    (tmp_path / "oauthgit/__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert read_installation(__version__) == Installation(__version__), "this process was loaded from elsewhere"
    monkeypatch.setattr("oauthgit.installation.__file__", str(tmp_path / "oauthgit/installation.py"))
    assert read_installation(__version__) == Installation(__version__, HOME, COMMIT)
    (metadata / "direct_url.json").write_text("{")
    assert read_installation(__version__) == Installation(__version__)
