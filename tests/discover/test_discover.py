"""Real folders with real files, links, FIFOs and permissions."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oauthgit.discover import discover, find_root
from oauthgit.discover.catalogue import provider_file, provider_names
from oauthgit.discover.commit import discover_in
from oauthgit.discover.git import Commit, GitError, Repository
from oauthgit.discover.intended import intended
from oauthgit.discover.layout import SIZE
from oauthgit.model.finding import Finding
from oauthgit.model.workspace import File, Kind, Workspace
from support.git import committed, git

SECRETS = b"kind: secrets\noauth_servers: {}\nsops: {}\n"


def _put(root: Path, path: str, content: bytes = b"kind: x\n") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def _only_finding(root: Path) -> Finding:
    workspace, findings = discover(root)
    assert workspace.files == ()
    (finding,) = findings
    assert finding.location[1:] == (1, 1, 1, 1, "")
    assert finding.remedy
    return finding


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Drop the privilege of root to read everything, if the tests have it."""
    if os.getuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("path", "kind", "layer", "identity"),
    [
        ("configs/oauthgit.yaml", Kind.POLICY, "policy", {}),
        (
            "configs/branches/INSIGHTS/MAIN.yaml",
            Kind.BRANCH,
            "branch/INSIGHTS/MAIN",
            {"model": "INSIGHTS", "branch": "MAIN"},
        ),
        ("configs/branches/INSIGHTS/MAIN.secrets.yaml", Kind.SECRETS, "branch/INSIGHTS/MAIN", {}),
        (
            "configs/runtime_configurations/INSIGHTS/MAIN/dev.yaml",
            Kind.RUNTIME_CONFIGURATION,
            "runtime_configuration/INSIGHTS/MAIN/dev",
            {"model": "INSIGHTS", "branch": "MAIN", "name": "dev"},
        ),
        (
            "configs/runtime_configurations/I/v 1.2@x/d-e_v.secrets.yaml",
            Kind.SECRETS,
            "runtime_configuration/I/v 1.2@x/d-e_v",
            {},
        ),
        (
            "configs/iam_applications/insights-prod.yaml",
            Kind.IAM_APPLICATION,
            "iam_application/insights-prod",
            {"application": "insights-prod"},
        ),
        ("configs/iam_applications/insights-prod.secrets.yaml", Kind.SECRETS, "iam_application/insights-prod", {}),
    ],
)
def test_path_determines_kind_layer_and_identity(
    tmp_path: Path, path: str, kind: Kind, layer: str, identity: dict[str, str]
) -> None:
    _put(tmp_path, path, b"\xff\x00\r\n")
    workspace, findings = discover(tmp_path)
    assert workspace.root == str(tmp_path)
    assert workspace.files == (File(path, kind, layer, identity, b"\xff\x00\r\n"),)
    assert findings == []


def test_files_are_sorted_by_path(tmp_path: Path) -> None:
    paths = [
        "configs/branches/A/MAIN.yaml",
        "configs/branches/B/MAIN.secrets.yaml",
        "configs/branches/B/MAIN.yaml",
        "configs/iam_applications/a.yaml",
        "configs/oauthgit.yaml",
    ]
    for path in reversed(paths):
        _put(tmp_path, path)
    assert [file.path for file in discover(tmp_path)[0].files] == paths


def test_hidden_and_other_files_are_ignored(tmp_path: Path) -> None:
    for name in (".hidden.yaml", ".hg/config.yaml", "README.md", "branches/A/notes.txt", "branches/.x/MAIN.yaml"):
        _put(tmp_path, f"configs/{name}")
    (tmp_path / "configs/.README").symlink_to("README.md")
    os.mkfifo(tmp_path / "configs/pipe")
    assert discover(tmp_path) == ((str(tmp_path), ()), [])


def test_sops_rules_are_read_beside_configs_but_not_within(tmp_path: Path) -> None:
    _put(tmp_path, "configs/.sops.yaml")
    (tmp_path / ".sops.yaml").write_bytes(b"creation_rules: []\n")
    assert discover(tmp_path)[0].files == ((".sops.yaml", Kind.SOPS_RULES, "", {}, b"creation_rules: []\n"),)


@pytest.mark.parametrize(
    ("path", "message", "remedy"),
    [
        ("configs/branch.yaml", "it is not in one of the known places", "configs/oauthgit.yaml"),
        ("configs/oauthgit.secrets.yaml", "it is not in one of the known places", "configs/oauthgit.yaml"),
        (
            "configs/branch/A/MAIN.yaml",
            "it is not in one of the known places",
            "configs/branches/<model>/<branch>.yaml",
        ),
        (
            "configs/branches/MAIN.yaml",
            "it is not in one of the known places",
            "Move it to configs/branches/<model>/<branch>.yaml.",
        ),
        (
            "configs/branches/A/B/MAIN.yaml",
            "it is not in one of the known places",
            "configs/branches/<model>/<branch>.yaml",
        ),
        (
            "configs/iam_applications/A/b.secrets.yaml",
            "it is not in one of the known places",
            "configs/iam_applications/<application>.yaml",
        ),
        ("configs/iam_applications/a.yml", "does not end in .yaml", "Rename"),
        ("configs/oauthgit.YAML", "does not end in .yaml", "Rename"),
    ],
)
def test_og119_yaml_file_in_an_unexpected_place_is_found(tmp_path: Path, path: str, message: str, remedy: str) -> None:
    _put(tmp_path, path)
    finding = _only_finding(tmp_path)
    assert (finding.code, finding.location.file) == ("OG119", path)
    assert message in finding.message
    assert remedy in finding.remedy


@pytest.mark.parametrize("kind", ["secrets", "'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]'"])
def test_og119_secrets_with_another_name_are_found(tmp_path: Path, kind: str) -> None:
    _put(tmp_path, "configs/iam_applications/a.enc.yaml", SECRETS.replace(b"secrets", kind.encode()))
    _put(tmp_path, "configs/iam_applications/b.secrets.yaml", SECRETS)
    _put(tmp_path, "configs/iam_applications/c.enc.yaml", SECRETS.replace(b"secrets", b"iam_application"))
    workspace, (finding,) = discover(tmp_path)
    assert (finding.code, finding.location.file) == ("OG119", "configs/iam_applications/a.enc.yaml")
    assert [file.layer for file in workspace.files] == ["iam_application/b", "iam_application/c.enc"]


INTENDED = {
    "configs/iam_applications/prod.yml": (Kind.IAM_APPLICATION, "iam_application/prod"),
    "configs/branches/CRM/MAIN.YAML": (Kind.BRANCH, "branch/CRM/MAIN"),
    "configs/runtime_configurations/CRM/MAIN/dev.secrets.yml": (Kind.SECRETS, "runtime_configuration/CRM/MAIN/dev"),
    "configs/iam_applications/prod.secret.yaml": (Kind.SECRETS, "iam_application/prod"),
    "configs/iam_applications/prod_secrets.enc.yml": (Kind.SECRETS, "iam_application/prod"),
    "configs/iam_applications/prod.yaml": (Kind.IAM_APPLICATION, "iam_application/prod"),
    "configs/branches/MAIN.yaml": (Kind.BRANCH, "*/main"),
    "configs/prod.sops.yaml": (Kind.SECRETS, "*/prod"),
    "configs/iam_applications/crm\nprod.yaml": (Kind.BRANCH, "*/crmprod"),
}


@pytest.mark.parametrize("path", INTENDED)
def test_unread_file_is_meant_to_be_a_layer(path: str) -> None:
    file = intended(path)
    assert file is not None
    assert (file.path, file.kind, file.layer) == (path, *INTENDED[path])
    assert intended(f"elsewhere/{path}") is None


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (b"configs/iam_applications/-rf.yaml", '"-rf"'),
        (b"configs/iam_applications/a\nb.yaml", '"a\\nb"'),
        (b"configs/iam_applications/a\x1b[31m.yaml", '"a\\x1b[31m"'),
        (b"configs/iam_applications/a\n.yaml", '"a\\n"'),
        ("configs/iam_applications/a\u202eb.yaml".encode(), '"a\\u202eb"'),
        ("configs/iam_applications/\u0430.yaml".encode(), '"\u0430"'),
        (b"configs/iam_applications/a\xff.secrets.yaml", '"a\\udcff"'),
        (b"configs/branches/A:B/MAIN.yaml", '"A:B"'),
    ],
)
def test_og118_invalid_file_name_is_found(tmp_path: Path, path: bytes, shown: str) -> None:
    name = os.fsdecode(path)
    _put(tmp_path, name)
    finding = _only_finding(tmp_path)
    assert (finding.code, finding.location.file) == ("OG118", name)
    assert shown in finding.message


def test_og114_file_over_1_mib_is_not_read(tmp_path: Path) -> None:
    file = _put(tmp_path, "configs/iam_applications/a.yaml", b"")
    os.truncate(file, SIZE)
    assert len(discover(tmp_path)[0].files[0].content) == SIZE
    os.truncate(file, SIZE + 1)
    finding = _only_finding(tmp_path)
    assert finding.code == "OG114"
    assert "1,048,577 bytes" in finding.message


@pytest.mark.parametrize("target", ["real.yaml", "nowhere.yaml", "/dev/zero", "folder"])
def test_og115_symlink_to_a_file_is_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "configs/iam_applications/folder").mkdir(parents=True)
    _put(tmp_path, "real.yaml")
    (tmp_path / "configs/iam_applications/a.yaml").symlink_to(target if target != "real.yaml" else tmp_path / target)
    finding = _only_finding(tmp_path)
    assert (finding.code, finding.location.file) == ("OG115", "configs/iam_applications/a.yaml")
    assert "symbolic link" in finding.message


@pytest.mark.parametrize("folder", ["configs", "configs/branches", "configs/branches/A"])
def test_og115_symlink_to_a_folder_is_not_followed(tmp_path: Path, folder: str) -> None:
    _put(tmp_path, "elsewhere/A/MAIN.yaml")
    (tmp_path / folder).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / folder).symlink_to(tmp_path / "elsewhere")
    finding = _only_finding(tmp_path)
    assert (finding.code, finding.location.file) == ("OG115", folder)


@pytest.mark.parametrize("name", ["notes", "link", "README.md", "a.json"])
@pytest.mark.parametrize("target", ["nowhere", "../elsewhere", "/etc/hostname"])
def test_og115_symlink_of_any_name_is_found(tmp_path: Path, name: str, target: str) -> None:
    _put(tmp_path, "elsewhere/MAIN.yaml")
    (tmp_path / "configs/branches").mkdir(parents=True)
    (tmp_path / "configs/branches" / name).symlink_to(target)
    finding = _only_finding(tmp_path)
    assert (finding.code, finding.location.file) == ("OG115", f"configs/branches/{name}")
    assert _as_committed(tmp_path)[1] == [finding]


SUBMODULES = ["configs", "configs/branches", "configs/branches/M", "configs/other folder"]


def _with_submodule(root: Path, folder: str) -> None:
    """Add a repository of layers as a submodule at ``folder``."""
    upstream = root.parent / "upstream"
    _put(upstream, "MAIN.yaml", b"kind: branch\nmodel: M\nbranch: MAIN\n")
    committed(upstream)
    committed(root)
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", upstream.as_uri(), folder)
    committed(root)


@pytest.mark.parametrize("folder", SUBMODULES)
@pytest.mark.parametrize("below", ["", "project"], ids=["at the top", "further down"])
def test_og115_submodule_is_not_entered(tmp_path: Path, folder: str, below: str) -> None:
    top = tmp_path / "repository"
    root = top / below
    root.mkdir(parents=True)
    _put(root, ".sops.yaml", b"creation_rules: []\n")
    _with_submodule(top, str(Path(below, folder)))
    workspace, findings = discover(root)
    assert [file.path for file in workspace.files] == [".sops.yaml"]
    assert [(finding.code, finding.location.file) for finding in findings] == [("OG115", folder)]
    assert "a submodule" in findings[0].message
    assert discover_in(Repository(root, os.defpath).commit("HEAD")) == (workspace, findings)
    git(top, "submodule", "deinit", "--quiet", "--force", "--all")
    assert list((root / folder).iterdir()) == []
    assert discover(root) == (workspace, findings)


def test_og115_repository_in_a_folder_is_not_entered(tmp_path: Path) -> None:
    _put(tmp_path, "configs/branches/M/MAIN.yaml")
    git(tmp_path / "configs/branches/M", "init", "--quiet")
    finding = _only_finding(tmp_path)
    assert (finding.code, finding.location.file) == ("OG115", "configs/branches/M")


def test_og115_fifo_does_not_block_the_run(tmp_path: Path) -> None:
    (tmp_path / "configs/iam_applications").mkdir(parents=True)
    os.mkfifo(tmp_path / "configs/iam_applications/a.yaml")
    finding = _only_finding(tmp_path)
    assert finding.code == "OG115"
    assert "FIFO" in finding.message


def test_socket_is_reported_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs/iam_applications").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("configs/iam_applications/a.yaml")
        assert _only_finding(tmp_path).code == "OG115"


def test_og001_states_the_system_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(tmp_path, "configs/iam_applications/a.yaml").chmod(0)
    _put(tmp_path, "configs/branches/A/MAIN.yaml")
    (tmp_path / "configs/branches/A").chmod(0)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    with _as_nobody():
        workspace, findings = discover(Path())
    (tmp_path / "configs/branches/A").chmod(0o755)
    assert workspace == (str(tmp_path), ())
    assert [(finding.code, finding.location.file) for finding in findings] == [
        ("OG001", "configs/branches/A"),
        ("OG001", "configs/iam_applications/a.yaml"),
    ]
    assert all("Permission denied" in finding.message for finding in findings)


def test_nearest_folder_with_configs_is_the_root(tmp_path: Path) -> None:
    (tmp_path / "outer/configs/inner/deep").mkdir(parents=True)
    (tmp_path / "outer/other/configs").mkdir(parents=True)
    (tmp_path / "outer/file").mkdir()
    (tmp_path / "outer/file/configs").touch()
    assert find_root(tmp_path / "outer") == str(tmp_path / "outer")
    assert find_root(tmp_path / "outer/configs/inner/deep") == str(tmp_path / "outer")
    assert find_root(tmp_path / "outer/other") == str(tmp_path / "outer/other")
    assert find_root(tmp_path / "outer/file") == str(tmp_path / "outer")


def test_missing_configs_folder_gives_no_root(tmp_path: Path) -> None:
    assert find_root(tmp_path) is None


def test_root_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs/branches").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "configs/branches")
    assert find_root(Path()) == str(tmp_path)


def test_every_provider_of_the_catalogue_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "github.yaml").write_text("kind: provider\n")
    (tmp_path / "Not-One.yaml").touch()
    (tmp_path / "notes.md").touch()
    monkeypatch.setattr("oauthgit.discover.catalogue._PROVIDERS", tmp_path)
    assert provider_names() == ["github"]
    assert provider_file("github") == File(
        "oauthgit/providers/github.yaml", Kind.PROVIDER, "provider/github", {"provider": "github"}, b"kind: provider\n"
    )


@pytest.mark.parametrize("name", ["no_such_provider", "../discover", "", "Github", "a/b", "github\n", "a" * 300])
def test_unknown_provider_name_gives_none(name: str) -> None:
    assert provider_file(name) is None


def _as_committed(root: Path) -> tuple[Workspace, list[Finding]]:
    return discover_in(Repository(root, os.defpath).commit(committed(root)))


def test_commit_is_discovered_like_the_working_tree(tmp_path: Path) -> None:
    for path in (
        *(
            ".sops.yaml",
            "configs/oauthgit.yaml",
            "configs/branches/A/MAIN.yaml",
            "configs/branches/A/MAIN.secrets.yaml",
        ),
        *("configs/runtime_configurations/A/MAIN/dev.yaml", "configs/iam_applications/a.yaml"),
        *(
            "configs/iam_applications/b.yml",
            "configs/other/a.yaml",
            "configs/iam_applications/_.yaml",
            "configs/a.YAML",
        ),
        *("configs/.hidden.yaml", "configs/.git-like/a.yaml", "configs/notes.md", "elsewhere/a.yaml"),
        *("configs/iam_applications/a\u202eb.yaml", "configs/iam_applications/a\nb.yaml"),
    ):
        _put(tmp_path, path, path.encode())
    os.truncate(_put(tmp_path, "configs/iam_applications/large.yaml"), SIZE + 1)
    os.truncate(_put(tmp_path, "configs/iam_applications/full.yaml"), SIZE)
    (tmp_path / "configs/iam_applications/link.yaml").symlink_to("a.yaml")
    _put(tmp_path, "configs/iam_applications/a.secret.yaml", SECRETS)
    workspace, findings = discover(tmp_path)
    assert len(workspace.files) == 7
    assert {finding.code for finding in findings} == {"OG114", "OG115", "OG118", "OG119"}
    assert _as_committed(tmp_path) == (workspace, findings)


def test_symlink_in_place_of_configs_is_found_in_a_commit(tmp_path: Path) -> None:
    _put(tmp_path, "elsewhere/oauthgit.yaml")
    (tmp_path / "configs").symlink_to("elsewhere")
    assert _as_committed(tmp_path) == discover(tmp_path)


def test_symlink_as_sops_rules_is_not_followed_in_a_commit(tmp_path: Path) -> None:
    _put(tmp_path, "rules.yaml")
    (tmp_path / ".sops.yaml").symlink_to("rules.yaml")
    workspace, (finding,) = _as_committed(tmp_path)
    assert (workspace.files, finding.code, finding.location.file) == ((), "OG115", ".sops.yaml")


def test_commit_without_configs_is_empty(tmp_path: Path) -> None:
    assert _as_committed(tmp_path) == (Workspace(str(tmp_path), ()), [])


def test_oversized_commit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(tmp_path, "configs/iam_applications/a.yaml")
    monkeypatch.setattr("oauthgit.discover.commit.TOTAL", 3)
    with pytest.raises(GitError, match="more than 3 bytes"):
        _as_committed(tmp_path)


def test_missing_object_is_not_treated_as_a_deleted_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(tmp_path, "configs/iam_applications/a.yaml")
    monkeypatch.setattr(Commit, "read_new", lambda *_: {})
    with pytest.raises(GitError, match="git fsck"):
        _as_committed(tmp_path)


def test_case_collisions_are_reported_once_per_folder(tmp_path: Path) -> None:
    for path in ("branches/M/MAIN", "branches/m/NEXT", "branches/m/LAST", "branches/M/Main", "branches/N/main"):
        _put(tmp_path, f"configs/{path}.yaml")
    _put(tmp_path, "configs/iam_applications/app.secrets.yaml")
    _put(tmp_path, "configs/iam_applications/App.yaml")
    workspace, findings = discover(tmp_path)
    assert len(workspace.files) == 7
    assert [(one.code, one.location.file, one.related[0].location.file) for one in findings] == [
        ("OG116", "configs/branches/M/Main.yaml", "configs/branches/M/MAIN.yaml"),
        ("OG116", "configs/branches/m/LAST.yaml", "configs/branches/M/MAIN.yaml"),
    ]
    assert "configs/branches/m and configs/branches/M are the same name" in findings[1].message
    committed(tmp_path)
    assert discover_in(Repository(tmp_path, os.environ["PATH"]).commit("HEAD")) == (workspace, findings)
