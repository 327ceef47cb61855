"""The HTML page, as each command writes it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from support.cli import Program
from support.git import committed, edit, git
from support.sops import KEY

PROD = "configs/iam_applications/insights-prod.yaml"
REMOTE = "https://user:hunter2@github.com/acme/oauth-settings.git"


@pytest.fixture
def repository(sample: Path) -> Path:
    """Return the sample as a repository with a remote on a known forge."""
    committed(sample)
    git(sample, "remote", "add", "origin", REMOTE)
    return sample


def smoke(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a smoke test in the sandbox and return its JSON report, which is in ``smoke.json``."""
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    assert program("smoke", "insights-prod", "--sandbox", "-q", "--output", "json=smoke.json").code == 0
    reported: dict[str, Any] = json.loads((root / "smoke.json").read_text())
    return reported


def test_report_without_options_writes_the_page(repository: Path, program: Program) -> None:
    result = program("report")
    assert (result.code, "oauthgit.html was written; open it in a browser" in result.err) == (0, True)
    page = (repository / "oauthgit.html").read_text()
    commit = git(repository, "rev-parse", "HEAD")
    assert "<h1>github.com/acme/oauth-settings</h1>" in page
    assert f'href="https://github.com/acme/oauth-settings/blob/{commit}/{PROD}#L11"' in page
    assert f'href="https://github.com/acme/oauth-settings/commit/{commit}"' in page
    assert f"<code>{commit}</code>" in page, "the last change of the policy"
    assert "hunter2" not in page
    assert "working tree" not in page
    assert program("report", "--format", "html").out == page, "the same bytes"


def test_changed_file_has_no_link_to_the_commit(repository: Path, program: Program) -> None:
    edit(repository, PROD, "insights-production", "insights-live")
    page = program("report", "--format", "html").out
    assert "working tree, not as committed" in page
    assert f"{PROD}#L" not in page
    assert "configs/branches/INSIGHTS/MAIN.yaml#L12" in page


def test_page_of_named_targets_concerns_their_files_only(repository: Path, program: Program) -> None:
    named = ("effective", "warehouse-prod", "--format", "html")
    assert "working tree" not in program(*named).out
    (repository / PROD).unlink()
    assert "working tree" not in program(*named).out, "it says nothing about this target"
    (repository / "configs/oauthgit.yaml").unlink()
    assert "working tree, not as committed" in program(*named).out


def test_folder_without_repository_has_a_page(sample: Path, program: Program) -> None:
    page = program("report", "--format", "html").out
    assert f"<h1>{sample.name}</h1>" in page
    assert "working tree, not committed" in page
    assert "https://github.com/acme" not in page


@pytest.mark.parametrize("command", ["validate", "effective", "effective insights-prod", "diff", "report"])
def test_commands_write_the_page_beside_their_text(command: str, repository: Path, program: Program) -> None:
    arguments = command.split()
    text = program(*arguments).out
    result = program(*arguments, "--output", "html=page.html")
    assert result.code == 0
    assert re.sub(r"[0-9.]+ s", "", result.out) == re.sub(r"[0-9.]+ s", "", text), "the page changes no other format"
    page = (repository / "page.html").read_text()
    assert page.count('id="insights-prod/hub"') == 1
    assert ("only the named targets" in page) == (command == "effective insights-prod")
    assert ('id="changes"' in page) == (command == "diff")


def test_page_of_a_diff_has_changes_and_all_findings(repository: Path, program: Program) -> None:
    edit(repository, PROD, "login.insights.example.com", "login.insights.example.net")
    edit(repository, PROD, "client_id: insights-production", "client_id: insights-live\n    require_pkc: true")
    page = program("diff", "--format", "html").out
    assert 'id="changes"' in page
    assert "OG201" in page
    committed(repository)
    edit(repository, PROD, "    require_pkc: true\n", "")
    committed(repository)
    of_commits = program("diff", "HEAD~2..HEAD", "--format", "html").out
    assert "token_endpoint moves to the host login.insights.example.net" in of_commits
    assert "OG451" in of_commits, "rules run for the page, although a comparison needs none"
    assert git(repository, "rev-parse", "HEAD") in of_commits


def test_verdict_of_a_part_is_about_its_settings(
    repository: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported = smoke(repository, program, monkeypatch)
    stamps = [verdict["stamp"] for verdict in reported["verdicts"]]
    assert {stamp["commit"] for stamp in stamps} == {git(repository, "rev-parse", "HEAD")}
    assert len({stamp["settings"] for stamp in stamps}) == 4
    merge = ("report", "--merge", "smoke.json", "--format", "html")
    page = program(*merge).out
    assert page.count("claimed, not signed") == len(stamps)
    assert "proven for earlier settings" not in page
    edit(repository, PROD, "insights-production", "insights-live")
    page = program(*merge).out
    assert page.count("proven for earlier settings") == 2, "the number, and the cell"
    assert 'href="#insights-prod/hub"><span class="m earlier">' in page


def test_own_verdicts_are_not_claimed(repository: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    smoke(repository, program, monkeypatch)
    page = program("smoke", "--sandbox", "--format", "html").out
    assert "claimed, not signed" not in page
    assert "by the sandbox, which proves nothing about a provider" in page


def test_report_of_version_1_is_joined(repository: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    reported = smoke(repository, program, monkeypatch)
    reported["schema_version"] = 1
    for verdict in reported["verdicts"]:
        del verdict["stamp"]
    for finding in reported["findings"]:
        del finding["until"]
    (repository / "old.json").write_text(json.dumps(reported))
    result = program("report", "--merge", "old.json", "--format", "html")
    assert result.code == 0
    assert "claimed, not signed" in result.out
    assert "proven for earlier settings" not in result.out


def test_suppressed_finding_names_who_and_until_when(repository: Path, program: Program) -> None:
    more = "    # oauthgit: ignore[OG440] the hub wants it until=2099-06-30\n    scopes: [a, a]\n"
    (repository / PROD).write_text((repository / PROD).read_text() + more)
    assert "not known</" in program("report", "--format", "html").out.replace("<tr", "</"), "it is not committed"
    committed(repository)
    page = program("report", "--format", "html").out
    for words in ("the hub wants it", "2099-06-30", "test@example.com, 20"):
        assert words in page


def test_baseline_applies_to_the_report(repository: Path, program: Program) -> None:
    edit(repository, PROD, "client_id: insights-production", "client_id: insights-production\n    scopes: [a, a]")
    assert program("validate", "--write-baseline", "known.json").code == 0
    found = json.loads(program("report", "--baseline", "known.json", "--format", "json").out)["findings"]
    assert {finding["suppressed"] for finding in found} == {"baseline"}


def test_finding_of_a_part_has_no_excerpt(repository: Path, program: Program) -> None:
    edit(repository, PROD, "client_id: insights-production", "client_id: insights-production\n    scopes: [a, a]")
    program("validate", "--output", "json=part.json", "-q")
    edit(repository, PROD, "    scopes: [a, a]\n", "")
    result = program("report", "--merge", "part.json", "--output", "html=page.html")
    assert "OG440" in result.out
    assert "^" not in result.out, "the line may be another one by now"
    assert "<pre" not in (repository / "page.html").read_text()


def test_limits_of_a_selection_are_named(repository: Path, program: Program) -> None:
    assert repository.is_dir()
    page = program("validate", PROD, "--select", "OG3", "--format", "html").out
    assert f"only the targets that use {PROD}" in page
    assert "only the rules OG3" in page
    assert 'id="warehouse-prod/' not in page


def test_too_large_project_has_a_page_without_settings(
    repository: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oauthgit.pipeline.operations.page.SERVERS", 38)
    edit(repository, PROD, "client_id: insights-production", "client_id: insights-production\n    require_pkc: true")
    result = program("validate", "--format", "html")
    assert result.code == 1
    assert "no settings: 39 OAuth servers are too many for one page, which has room for 38" in result.out
    assert "OG201" in result.out
    assert 'id="insights-prod/hub"' not in result.out
    assert 'id="insights-acc/hub"' in program("effective", "insights-acc", "--format", "html").out


def test_finding_of_part_and_project_is_on_the_page_once(repository: Path, program: Program) -> None:
    edit(repository, PROD, "client_id: insights-production", "client_id: insights-production\n    scopes: [a, a]")
    part = json.loads(program("validate", "--format", "json").out)
    part["findings"][0]["targets"].append("iam_application/another")
    (repository / "part.json").write_text(json.dumps(part))
    page = program("report", "--merge", "part.json", "--format", "html").out
    assert page.count('<article id="finding-') == 1
    assert "<code>iam_application/another</code>" in page


def test_target_that_lacks_a_secret_is_on_the_page(repository: Path, program: Program) -> None:
    (repository / "configs/branches/INSIGHTS/MAIN.secrets.yaml").unlink()
    (repository / "configs/iam_applications/insights-prod.secrets.yaml").unlink()
    page = program("report", "--format", "html").out
    assert 'href="#insights-prod/hub"><span class="m incomplete">incomplete</span>' in page
    assert "cannot be merged" not in page
    count = re.search(r"(\d+) OAuth servers checked", program("validate").out)
    assert count
    assert f"<dt>OAuth servers<dd><b>{count[1]}</b>" in page
    assert '<span class="m incomplete">' in page[page.index("Secrets that end") :]


def test_page_without_any_secret_states_no_date(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, row = (
        "model_id,branch_id,application,oauth_server_id,client,client_secret,token_endpoint",
        "https://a.example/t",
    )
    (tmp_path / "t.csv").write_text(f"{header}\nCRM,MAIN,,crm,one,***,{row}\nCRM,MAIN,crm-prod,crm,two,***,{row}\n")
    monkeypatch.chdir(tmp_path)
    assert program("import", "t.csv").code == 1
    page = program("report", "--format", "html").out
    assert "every secret has a date" not in page
    assert "1 missing" in page
    assert "1 name in 2 layers" in page
    assert "Expiry" not in page


def test_success_in_the_sandbox_is_a_state_of_its_own(
    repository: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    smoke(repository, program, monkeypatch)
    page = program("report", "--merge", "smoke.json", "--format", "html").out
    assert 'href="#insights-prod/hub"><span class="m sandbox">accepted (sandbox)</span>' in page
    assert 'class="m accepted"' not in page


@pytest.mark.parametrize(
    "url",
    [
        "https:u:S3cretTok@github.com/a",
        "u:S3cretTok@host:a/b",
        "https://host/S3cretTok@x/y",
        "https://host/a?t=S3cretTok",
    ],
)
def test_odd_remote_is_not_on_the_page(url: str, repository: Path, program: Program) -> None:
    git(repository, "remote", "set-url", "origin", url)
    page = program("report", "--format", "html").out
    assert "s3crettok" not in page.lower()
    assert f"<h1>{repository.name}</h1>" in page
