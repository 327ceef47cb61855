"""Files in configs/ that are not YAML: searched for secrets in plain text, never shown, otherwise ignored."""

from pathlib import Path

import pytest

from oauthgit.discover import discover
from oauthgit.pipeline import load, report_of
from oauthgit.report.text.findings import findings as shown

SECRET = "Zk3vT9qLw2Xc7Rb5Hn8Jd4Mf6Gs1Pa0Y"
NAMES = [
    *("app.secrets.json", "app.env", ".env", ".env.production", "app.secrets.yaml.bak", "app.yaml.orig", "app.yaml~"),
    *(
        "app.yaml.rej",
        "app.old",
        "app.txt",
        "app.properties",
        "app.ini",
        "app",
        "app.toml",
        ".app.secrets.yaml",
        "notes.md",
    ),
]


def _put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", ["configs", "configs/iam_applications", "configs/elsewhere/deep"])
def test_secret_in_a_file_of_any_ending_is_found(name: str, folder: str, tmp_path: Path) -> None:
    _put(tmp_path, f"{folder}/{name}", f"# made by hand\nclient_secret={SECRET}\n")
    workspace, findings = discover(tmp_path)
    assert workspace.files == ()
    assert [(each.code, each.location[:5]) for each in findings] == [("OG501", (f"{folder}/{name}", 2, 15, 2, 47))]
    report = shown(report_of(load(tmp_path)))
    assert f"{folder}/{name}:2:15: error[OG501]" in report
    assert SECRET not in report
    assert SECRET[:8] not in report


@pytest.mark.parametrize("name", NAMES)
def test_file_without_a_secret_is_ignored(name: str, tmp_path: Path) -> None:
    _put(tmp_path, f"configs/{name}", "client_secret={from_env: CRM_SECRET}\npassword: ask your administrator\n")
    assert discover(tmp_path) == ((str(tmp_path), ()), [])


def test_hidden_folder_is_not_searched(tmp_path: Path) -> None:
    _put(tmp_path, "configs/.idea/app.env", f"CLIENT_SECRET={SECRET}\n")
    assert discover(tmp_path)[1] == []


def test_secret_at_the_end_of_a_large_file_is_found(tmp_path: Path) -> None:
    _put(tmp_path, "configs/a.log", "x\n" * 400_000 + f"CLIENT_SECRET={SECRET}\n")
    assert [finding.location.line for finding in discover(tmp_path)[1]] == [400_001]


@pytest.mark.parametrize("name", ["aux", "MAIN.yaml.", "a:b.txt", "nul.md", "x "])
def test_unportable_name_of_another_file_is_found(name: str, tmp_path: Path) -> None:
    _put(tmp_path, f"configs/branches/M/{name}", "nothing\n")
    assert [(each.code, each.location.file) for each in discover(tmp_path)[1]] == [
        ("OG121", f"configs/branches/M/{name}")
    ]


def test_unportable_folder_is_reported_once(tmp_path: Path) -> None:
    for name in ("MAIN", "NEXT", "MAIN.secrets"):
        _put(tmp_path, f"configs/branches/AUX/{name}.yaml", "kind: x\n")
    _put(tmp_path, "configs/branches/M/con.yaml", "kind: x\n")
    workspace, findings = discover(tmp_path)
    assert len(workspace.files) == 4, "the files are read nevertheless"
    assert [(each.code, each.location.file) for each in findings] == [
        ("OG121", "configs/branches/AUX/MAIN.secrets.yaml"),
        ("OG121", "configs/branches/M/con.yaml"),
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("dev.yaml.txt", "dev.yaml"), ("dev", "dev.yaml"), ("dev.txt", "dev.yaml"), ("dev.YML.old", "dev.yaml")],
)
def test_settings_with_another_ending_are_named(name: str, meant: str, tmp_path: Path) -> None:
    folder = "configs/iam_applications"
    text = "kind: iam_application\napplication: dev\nmodel: M\nbranch: MAIN\n"
    _put(tmp_path, f"{folder}/{name}", text)
    _, (finding,) = discover(tmp_path)
    assert (finding.code, finding.remedy) == ("OG119", f"Rename it to {folder}/{meant}.")
    _put(tmp_path, f"{folder}/{meant}", text)
    assert discover(tmp_path)[1] == [], "a copy of a file that is there is no mistake"
