"""``oauthgit import``: what is written, refused and said, and that plain secrets are nowhere."""

import io
import os
import sys
from pathlib import Path

import pytest

from support.cli import Program
from support.git import git
from support.platform_organisation import PLAIN, as_german_csv, flawed, rows
from support.platform_tables import as_csv, as_xlsx
from support.secrets_command import opened
from support.sops import FOLDERS, KEY, recipient

HEADER = (
    "model_id",
    "branch_id",
    "application",
    "oauth_server_id",
    "client",
    "client_secret",
    "token_endpoint",
    "scope",
)
TOKEN = "https://crm.example.org/oauth/token"
BRANCH = ("CRM", "MAIN", "", "crm", "crm-main", "", TOKEN, "api.read")
SECRET = "kR7-canary-9vT2xQ4mZ8pL"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty repository with creation rules, as the working directory; tables are beside it."""
    root = tmp_path / "repository"
    root.mkdir()
    rules = "creation_rules:\n  - path_regex: ^configs/.*\\.secrets\\.yaml$\n    age: {},{}\n"
    (root / ".sops.yaml").write_text(rules.format(recipient("demo"), recipient("second")))
    git(root, "init", "--quiet")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def importing(program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return the program at a terminal whose user confirms."""
    assert folder.is_dir()
    monkeypatch.setattr("oauthgit.cli.confirm_access.confirm", lambda *_: True)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setenv("PATH", FOLDERS)
    return program


def table(folder: Path, *rows: tuple[str, ...], name: str = "../t.csv") -> str:
    (folder / name).write_bytes(as_csv([HEADER, *rows]))
    return name


def yaml_files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in (root / "configs").rglob("*") if path.is_file()}


def files_with(text: str, *folders: Path) -> list[Path]:
    """Return the files that contain a text, in UTF-8 or UTF-16."""
    needles = (text.encode(), text.encode("utf-16-le"))
    every = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path for path in every if any(needle in path.read_bytes() for needle in needles)]


def test_organisation_with_flaws_is_refused_with_their_places(importing: Program, folder: Path) -> None:
    (folder / "../org.csv").write_bytes(as_german_csv(flawed()))
    result = importing("import", "../org.csv")
    assert result.code == 1
    for place in ("1:16: note[OG802]", "11:8: error[OG807]", "32:5: error[OG805]", "90:2: error[OG804]"):
        assert f"../org.csv:{place}" in result.out
    assert "nothing was written" in result.err
    assert not (folder / "configs").exists()


def test_organisation_is_imported_once(
    importing: Program, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    (folder / "../org.csv").write_bytes(as_german_csv(rows()))
    result = importing("import", "../org.csv")
    assert "87 rows, --rows layer, UTF-16, not UTF-8" in result.out
    assert result.out.count("\ncreated ") == 39
    assert result.out.count("\nencrypted ") == 21
    assert "error[OG203]" in result.out  # secrets that the platform hides
    assert "`oauthgit secrets set iam_application/crm-main-prod exact_online`" in result.out
    assert "renew\n   those secrets at their servers" in result.out
    assert result.code == 1
    files = yaml_files(folder)
    assert len(files) == 60
    assert opened(files["configs/branches/WMS/MAIN.secrets.yaml"])["oauth_servers"]["erp"] == {
        "client_secret": f"{PLAIN}-WMS-MAIN-erp",
        "send_only_to": "https://erp.example.org/oauth/token",
    }
    assert files["configs/iam_applications/wms-main-prod.yaml"].decode() == (
        "kind: iam_application\napplication: wms-main-prod\nmodel: WMS\nbranch: MAIN\nenvironment: production\n"
        "redirect_uri: https://wms-main-prod.example.org/indicium/oauth-callback\n"
        "oauth_servers:\n  carrier:\n    client_id: wms-main-prod-client\n"
    )
    assert PLAIN not in result.out + result.err
    cache = Path(os.environ["XDG_CACHE_HOME"])
    assert files_with(PLAIN, folder, temporary, cache if cache.exists() else folder) == []
    again = importing("import", "../org.csv", "--update")
    assert "unchanged 39 existing files\nunchanged 30 secrets, the same in git" in again.out
    assert yaml_files(folder) == files
    assert git(folder, "status", "--porcelain", "--untracked-files=all").count("\n") == 60


def test_import_from_inside_the_settings_keeps_the_folder(
    importing: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(folder, BRANCH)
    (folder / "configs").mkdir()
    before = (folder / "configs").stat().st_ino
    monkeypatch.chdir(folder / "configs")
    result = importing("import", "../../t.csv", "--output", "json=out.json")
    assert (result.code, result.err) == (0, "")
    assert (folder / "configs").stat().st_ino == before
    assert sorted(yaml_files(folder)) == ["configs/branches/CRM/MAIN.yaml", "configs/out.json"]


def test_changed_secret_is_encrypted_again_and_others_stay(importing: Program, folder: Path) -> None:
    other = ("CRM", "MAIN", "", "mail", "m", f"{SECRET}-2", "https://mail.example.org/token", "")
    importing("import", table(folder, (*BRANCH[:5], f"{SECRET}-1", *BRANCH[6:]), other))
    result = importing("import", "--update", table(folder, (*BRANCH[:5], f"{SECRET}-3", *BRANCH[6:]), other))
    assert f"encrypted configs/branches/CRM/MAIN.secrets.yaml: 1 secret, to be sent only to {TOKEN}\n" in result.out
    found = opened((folder / "configs/branches/CRM/MAIN.secrets.yaml").read_bytes())["oauth_servers"]
    assert [found[name]["client_secret"] for name in ("crm", "mail")] == [f"{SECRET}-3", f"{SECRET}-2"]


def test_without_creation_rules_no_secret_is_written(importing: Program, folder: Path) -> None:
    (folder / ".sops.yaml").unlink()
    result = importing("import", table(folder, (*BRANCH[:5], SECRET, *BRANCH[6:])))
    steps = result.out[result.out.index("Next:") :]
    commands = [line.strip() for line in steps.splitlines() if line.startswith("     ")]
    assert commands[2:] == [
        "oauthgit init",
        "git add .",
        'git commit -m "Add OAuth settings"',
        "oauthgit secrets set branch/CRM/MAIN crm",
        "oauthgit validate",
        "oauthgit effective",
    ]
    assert [*yaml_files(folder)] == ["configs/branches/CRM/MAIN.yaml"]
    assert "1 plain secret of the tables not written" in importing("import", "-q", "--update", "../t.csv").err
    assert SECRET not in result.out + result.err


def test_unconfirmed_reader_writes_nothing_at_all(
    importing: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oauthgit.cli.confirm_access.confirm", lambda *_: False)
    monkeypatch.setattr("oauthgit.cli.trust.find_repository", lambda _: None)
    result = importing("import", table(folder, (*BRANCH[:5], SECRET, *BRANCH[6:])))
    assert result.code == 2
    assert f"--recipient {recipient('demo')}" in result.err
    assert not (folder / "configs").exists()
    keys = [word for name in ("demo", "second") for word in ("--recipient", recipient(name))]
    assert importing("import", "../t.csv", *keys, "--endpoint", TOKEN).code == 0
    assert (folder / "configs/branches/CRM/MAIN.secrets.yaml").exists()


def test_endpoint_of_a_table_alone_needs_consent(
    importing: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The working tree counts without a remote, but the table is not the tree."""
    monkeypatch.setattr("oauthgit.cli.confirm_access.confirm", lambda *_: False)
    name = table(folder, (*BRANCH[:5], SECRET, *BRANCH[6:]))
    result = importing("import", name)
    assert result.code == 2
    assert f"would be sent to {TOKEN}, which no trusted file states" in result.err
    assert f"--endpoint {TOKEN}" in result.err
    assert not (folder / "configs").exists()
    importing("import", table(folder, (*BRANCH[:5], "****", *BRANCH[6:]), name="../masked.csv"))
    assert importing("import", name).code == 0, "the tree states the endpoint"


@pytest.mark.parametrize("ignored", [False, True])
def test_table_with_secrets_in_the_work_tree(importing: Program, folder: Path, ignored: bool) -> None:  # noqa: FBT001 - a parameter
    name = table(folder, (*BRANCH[:5], SECRET, *BRANCH[6:]), name="export.csv")
    if ignored:
        (folder / ".gitignore").write_text("*.csv\n")
    result = importing("import", name)
    assert ("export.csv:2:6: error[OG813]" in result.out) != ignored
    assert (folder / "configs").exists() == ignored


def test_pasted_grid_is_read_from_standard_input(
    importing: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = as_csv([HEADER, (*BRANCH[:5], "****", *BRANCH[6:])], "\t")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(grid)))
    result = importing("import", "-")
    assert "read      standard input: 1 row" in result.out
    assert "     oauthgit secrets set branch/CRM/MAIN crm\n" in result.out
    assert (folder / "configs/branches/CRM/MAIN.yaml").exists()


EXISTING = (
    "# Customers: ask Ms Meyer\r\n"
    "kind: branch\r\n"
    "model: CRM\r\n"
    "branch: MAIN\r\n"
    "oauth_servers:\r\n"
    "  crm:\r\n"
    "    client_id: 'old'   # registered in 2021\r\n"
    "    grant_types: [client_credentials]\r\n"
    "    # the production endpoint\r\n"
    "    token_endpoint: https://CRM.example.org:443/oauth/token\r\n"
    "    scopes:\r\n"
    "      - api.write  # for orders\r\n"
    "      - api.read\r\n"
    "    require_pkce: true\r\n"
)


def test_update_keeps_comments_order_and_line_ends(importing: Program, folder: Path) -> None:
    path = folder / "configs/branches/CRM/MAIN.yaml"
    path.parent.mkdir(parents=True)
    path.write_bytes(EXISTING.encode())
    name = table(folder, ("CRM", "MAIN", "", "crm", "new", "", TOKEN, "api.read api.delete"))
    refused = importing("import", name)
    assert (refused.code, path.read_bytes()) == (2, EXISTING.encode())
    assert "--update --dry-run" in refused.err
    shown = importing("import", name, "--update", "--dry-run")
    assert "\n-    client_id: 'old'   #" in shown.out
    assert "registered" not in shown.out
    assert path.read_bytes() == EXISTING.encode()
    importing("import", name, "--update")
    expected = EXISTING.replace("'old'", "'new'").replace("      - api.write  # for orders\r\n", "")
    expected = expected.replace("- api.read\r\n", "- api.read\r\n      - api.delete\r\n")
    assert path.read_bytes() == expected.encode()
    importing("import", name, "--update")
    assert path.read_bytes() == expected.encode()


@pytest.mark.parametrize(
    ("name", "options", "environment"),
    [
        ("shop-prod", (), "production"),
        ("shop_acc", (), "acceptance"),
        ("nonprod", (), None),
        ("non-prod", (), None),
        ("preprod", (), None),
        ("latest", (), None),
        ("test-prod", (), None),
        ("shop", (), None),
        ("shop", ("--environment", "sh*=test"), "test"),
        ("shop-prod", ("--environment", "shop-prod=acceptance"), "acceptance"),
    ],
)
def test_environment_comes_from_option_or_whole_word(
    importing: Program, folder: Path, name: str, options: tuple[str, ...], environment: str | None
) -> None:
    row = ("CRM", "MAIN", name, "crm", "", "", "", "")
    result = importing("import", table(folder, BRANCH, row), *options)
    if environment is None:
        assert "../t.csv:3:3: error[OG812]" in result.out
        assert f"--environment '{name}=ENVIRONMENT'" in result.out
        assert not (folder / "configs").exists()
    else:
        text = (folder / f"configs/iam_applications/{name}.yaml").read_text()
        assert f"environment: {environment}\n" in text


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        ([("CRM", "MAIN", "a-prod", "crm", "", "", "", "")], (), "2:4: error[OG811]"),
        ([BRANCH, ("CRM", "../../x", "", "crm", "x", "", TOKEN, "")], (), "3:4: error[OG119]"),
        ([BRANCH, ("crm", "MAIN", "", "crm", "x", "", TOKEN, "")], (), "3:4: error[OG116]"),
        ([(*BRANCH[:5], "short", *BRANCH[6:])], (), "2:6: error[OG806]"),
        ([(*BRANCH[:6], "ftp:x", "")], (), "2:7: error[OG806]"),
        ([(*BRANCH[:6], "https://me:kR7canary9vT2@crm.example.org/token", "")], (), "2:7: error[OG403]"),
        ([(*BRANCH[:6], "https://crm.example.org/token?client_secret=kR7canary9vT2", "")], (), "2:7: error[OG404]"),
        ([BRANCH], ("--column", "issuer=Nowhere"), "1:1: error[OG803]"),
        ([BRANCH], ("--column", "client_id=client_secret"), "1:6: error[OG803]"),
    ],
)
def test_refusal_has_code_and_cell(
    importing: Program, folder: Path, rows: list[tuple[str, ...]], options: tuple[str, ...], code: str
) -> None:
    result = importing("import", table(folder, *rows), *options)
    assert result.code == 1
    assert f"../t.csv:{code}" in result.out
    assert not (folder / "configs").exists()


def test_policy_cannot_turn_secrets_into_plain_settings(importing: Program, folder: Path) -> None:
    (folder / "configs").mkdir()
    policy = "kind: policy\nplatform:\n  columns: {client_id: Kennwort, application: Portal}\n"
    (folder / "configs/oauthgit.yaml").write_text(policy)
    header = ("model_id", "branch_id", "Portal", "oauth_server_id", "Kennwort", "token_endpoint")
    (folder / "../t.csv").write_bytes(as_csv([header, ("CRM", "MAIN", "", "crm", SECRET, TOKEN)]))
    result = importing("import", "../t.csv")
    assert "1:5: error[OG803]" in result.out
    assert SECRET not in result.out
    assert [*yaml_files(folder)] == ["configs/oauthgit.yaml"]


@pytest.mark.parametrize("command", ["import", "drift"])
def test_columns_of_an_ungranted_policy_are_refused(
    importing: Program, folder: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """A stranger's policy could publish a column of secrets as client_id."""
    (folder / "configs/branches/CRM").mkdir(parents=True)
    (folder / "configs/branches/CRM/MAIN.yaml").write_text("kind: branch\nmodel: CRM\nbranch: MAIN\n")
    (folder / "configs/oauthgit.yaml").write_text("kind: policy\nplatform:\n  columns: {client_id: Code}\n")
    header = ("model_id", "branch_id", "oauth_server_id", "Code", "token_endpoint")
    (folder / "../t.csv").write_bytes(as_csv([header, ("CRM", "MAIN", "crm", SECRET, TOKEN)]))
    git(folder, "remote", "add", "origin", "https://git.example.org/x.git")
    refused = importing(command, "../t.csv")
    assert "1:4: error[OG803]" in refused.out
    assert SECRET not in refused.out + refused.err
    git(folder, "remote", "remove", "origin")
    assert "OG803" not in importing(command, "../t.csv").out
    monkeypatch.setattr("oauthgit.cli.trust.has_terminal", lambda: False)
    assert "1:4: error[OG803]" in importing(command, "../t.csv", *(["--update"] if command == "import" else [])).out
    assert "OG803" not in importing("drift", "../t.csv", "--column", "client_id=Code").out


def test_masked_secret_of_effective_rows_is_asked_for_once(importing: Program, folder: Path) -> None:
    masked = (*BRANCH[:5], "****", *BRANCH[6:])
    same = ("CRM", "MAIN", "a-prod", *masked[3:])
    other = ("CRM", "MAIN", "b-prod", "crm", "crm-b", *masked[5:])
    out = importing("import", table(folder, masked, same, other), "--rows", "effective").out
    assert "     oauthgit secrets set branch/CRM/MAIN crm\n" in out
    assert "     oauthgit secrets set iam_application/b-prod crm\n" in out
    assert "oauthgit init" not in out, "there are creation rules"
    assert out.endswith("     oauthgit explain branch/CRM/MAIN crm\n"), "effective leaves incomplete targets out"
    assert "secrets set iam_application/a-prod" not in out


def test_patch_of_a_dry_run_makes_what_the_import_writes(importing: Program, folder: Path) -> None:
    name = table(folder, BRANCH, ("CRM", "MAIN", "my shop prod", "crm", "other", "", "", ""))
    patch = importing("import", name, "--dry-run").out
    assert not (folder / "configs").exists()
    (folder / "../p.diff").write_text(patch)
    git(folder, "apply", "../p.diff")
    applied = yaml_files(folder)
    assert "configs/iam_applications/my shop prod.yaml" in applied
    assert importing("import", name).code == importing("import", name, "--update").code
    assert yaml_files(folder) == applied


def test_client_in_another_case_is_another_client(importing: Program, folder: Path) -> None:
    importing("import", table(folder, (*BRANCH[:4], "https://App", *BRANCH[5:])))
    importing("import", "--update", table(folder, (*BRANCH[:4], "https://app", *BRANCH[5:])))
    assert "client_id: https://app\n" in (folder / "configs/branches/CRM/MAIN.yaml").read_text()
    assert importing("drift", "../t.csv").code == 0


def test_provider_is_suggested_unless_refused(importing: Program, folder: Path) -> None:
    row = ("CRM", "MAIN", "", "crm", "x", "", "https://start.exactonline.nl/api/oauth2/token", "")
    importing("import", table(folder, row))
    path = folder / "configs/branches/CRM/MAIN.yaml"
    assert "provider: exact_online" in path.read_text()
    path.unlink()
    importing("import", "../t.csv", "--no-provider")
    assert "provider" not in path.read_text()


def test_text_of_tables_is_no_command_for_terminal_or_runner(importing: Program, folder: Path) -> None:
    header = (*HEADER, "::error::\x1b[31mgotcha")
    (folder / "../t.xlsx").write_bytes(as_xlsx([(*HEADER, "::error:: ##vso[x]"), (*BRANCH, "x")]))
    (folder / "../t.csv").write_bytes(as_csv([header, (*BRANCH, "x")]))
    for name in ("../t.xlsx", "../t.csv"):
        result = importing("import", name, "--dry-run")
        assert "\x1b[31m" not in result.out
        assert "##vso[" not in result.out
        assert result.code == 0 or "OG203" in result.out
