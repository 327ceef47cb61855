"""The changes of a pull request: real repositories, compared without a checkout."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.cli import Program, Result
from support.git import committed, edit, git
from support.sops import run_sops

MAIN = "configs/branches/INSIGHTS/MAIN.yaml"
TAX = "configs/branches/INSIGHTS/FEATURE_TAX.yaml"
PROD = "configs/iam_applications/insights-prod.yaml"
ACC = "configs/iam_applications/insights-acc.yaml"
DEV = "configs/runtime_configurations/INSIGHTS/MAIN/dev.yaml"
SECRETS = "configs/iam_applications/insights-prod.secrets.yaml"
POLICY = "configs/oauthgit.yaml"


@pytest.fixture
def root(sample: Path) -> Path:
    """Return a repository whose branch main holds the sample."""
    committed(sample)
    return sample


def compared(program: Program, *arguments: str, code: int = 0) -> dict[str, Any]:
    result = program("diff", *arguments, "--format", "json")
    assert (result.code, result.err) == (code, "")
    found: dict[str, Any] = json.loads(result.out)["differences"]
    return found


def changes(found: dict[str, Any]) -> dict[str, list[str]]:
    """Return the changes by target, for runnable targets."""
    return {
        target["target"].rpartition("/")[2] if "iam" in target["target"] else target["target"].partition("/")[2]: [
            ".".join(filter(None, (each["server"], each["setting"]))) for each in target["changes"]
        ]
        for target in found["targets"]
        if not target["target"].startswith("branch/")
    }


def edits(found: dict[str, Any]) -> Iterator[tuple[str, list[str], list[str]]]:
    for each in found["edits"]:
        place = f"{each['location']['file']}:{each['location']['line']}" if each["location"] else each["layer"]
        yield place, each["reached"], [hidden["target"] for hidden in each["hidden"]]


@pytest.mark.usefixtures("root")
def test_equal_states_have_no_differences(program: Program) -> None:
    result = program("diff")
    assert result == Result(0, "HEAD -> the working tree: no target changes\n", "")
    assert program("diff", "--exit-code").code == 0
    assert compared(program)["targets"] == []


def test_base_change_affects_all_but_overriding_targets(root: Path, program: Program) -> None:
    edit(
        root, DEV, "oauth_servers:\n", "oauth_servers:\n  graph:\n    scopes: [https://graph.microsoft.com/.default]\n"
    )
    committed(root)
    edit(root, MAIN, "scopes: [https://graph.microsoft.com/.default]", "scopes: [https://graph.microsoft.com/other]")
    found = compared(program)
    reached = {"insights-prod", "insights-acc", "insights-test", "INSIGHTS/MAIN/test", "INSIGHTS/FEATURE_TAX/dev"}
    assert changes(found) == {name: ["graph.scopes"] for name in reached}
    line = (root / MAIN).read_text().splitlines().index("    scopes: [https://graph.microsoft.com/other]") + 1
    [(place, reaches, hidden)] = edits(found)
    assert place == f"{MAIN}:{line}"
    assert {target.partition("/")[2] for target in reaches} == reached
    assert hidden == ["runtime_configuration/INSIGHTS/MAIN/dev"]
    assert found["edits"][0]["hidden"][0]["location"]["file"] == DEV
    assert found["targets"][0]["target"] == "iam_application/insights-prod", "production first"
    text = program("diff").out
    assert text.count("graph.scopes") == 3, "in production, elsewhere, and where it comes from"
    assert "  hidden in runtime_configuration/INSIGHTS/MAIN/dev   by " in text
    assert "\nbranch/" not in text, "runnable targets show the changes of branches"


def override(root: Path, path: str, server: str, line: str) -> None:
    text = (root / path).read_text()
    place = f"  {server}:\n" if f"  {server}:\n" in text else "oauth_servers:\n"
    new = f"{place}    {line}\n" if place != "oauth_servers:\n" else f"{place}  {server}:\n    {line}\n"
    (root / path).write_text(text.replace(place, new))


def test_change_overridden_in_every_target_is_named(root: Path, program: Program) -> None:
    others = ("configs/runtime_configurations/INSIGHTS/MAIN/test.yaml", "configs/iam_applications/insights-test.yaml")
    for path in (TAX, DEV, PROD, ACC, *others):
        override(root, path, "graph", "require_pkce: true")
    committed(root)
    edit(root, MAIN, "    client_id: b6a0f7d4", "    require_pkce: false\n    client_id: b6a0f7d4")
    found = compared(program)
    assert changes(found) == {}
    [(_, reaches, hidden)] = edits(found)
    assert (reaches, len(hidden)) == ([], 6)
    assert "hidden in iam_application/insights-acc " in program("diff").out


def test_branch_with_an_origin_inherits_the_change(root: Path, program: Program) -> None:
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    found = compared(program)
    assert changes(found)["INSIGHTS/FEATURE_TAX/dev"] == ["hub.client_id"]
    tax = next(each for each in found["targets"] if each["target"] == "branch/INSIGHTS/FEATURE_TAX")
    assert tax["changes"][0]["cause"]["layer"] == "branch/INSIGHTS/MAIN"


def test_changed_origin_is_the_cause_of_inherited_changes(root: Path, program: Program) -> None:
    (root / "configs/branches/INSIGHTS/OTHER.yaml").write_text(
        (root / MAIN).read_text().replace("branch: MAIN", "branch: OTHER").replace("insights-development", "other")
    )
    committed(root)
    edit(root, TAX, "origin: MAIN", "origin: OTHER")
    found = compared(program)
    causes = [each["cause"] for target in found["targets"] for each in target["changes"]]
    assert {(cause["layer"], cause["setting"]) for cause in causes} == {("branch/INSIGHTS/FEATURE_TAX", "origin")}
    line = (root / TAX).read_text().splitlines().index("origin: OTHER # all servers of MAIN are here too") + 1
    assert (f"{TAX}:{line}", ["runtime_configuration/INSIGHTS/FEATURE_TAX/dev"], []) in list(edits(found))


def test_application_moved_to_another_branch_is_compared(root: Path, program: Program) -> None:
    edit(root, ACC, "branch: MAIN", "branch: FEATURE_TAX")
    found = compared(program)
    assert changes(found) == {"insights-acc": ["tax_filing", "google.scopes"]}
    cause = found["targets"][0]["changes"][0]["cause"]
    assert (cause["setting"], cause["location"]["file"]) == ("branch", ACC)


def test_renamed_application_is_one_target(root: Path, program: Program) -> None:
    for end in (".yaml", ".secrets.yaml"):
        git(root, "mv", f"configs/iam_applications/insights-prod{end}", f"configs/iam_applications/insights-live{end}")
    edit(root, PROD.replace("-prod", "-live"), "application: insights-prod", "application: insights-live")
    edit(root, PROD.replace("-prod", "-live"), "client_id: insights-production", "client_id: insights-live")
    found = compared(program)
    [live] = found["targets"]
    assert (live["target"], live["was"], live["status"]) == (
        "iam_application/insights-live",
        "iam_application/insights-prod",
        "renamed",
    )
    assert changes(found) == {"insights-live": ["hub.client_id"]}
    assert (
        "iam_application/insights-live   production   renamed, it was iam_application/insights-prod\n"
        in program("diff").out
    )


def test_renamed_branch_renames_its_runtime_configuration(root: Path, program: Program) -> None:
    git(root, "mv", "configs/branches/INSIGHTS/FEATURE_TAX.yaml", "configs/branches/INSIGHTS/FEATURE_VAT.yaml")
    git(
        root,
        "mv",
        "configs/branches/INSIGHTS/FEATURE_TAX.secrets.yaml",
        "configs/branches/INSIGHTS/FEATURE_VAT.secrets.yaml",
    )
    git(
        root,
        "mv",
        "configs/runtime_configurations/INSIGHTS/FEATURE_TAX",
        "configs/runtime_configurations/INSIGHTS/FEATURE_VAT",
    )
    edit(root, "configs/branches/INSIGHTS/FEATURE_VAT.yaml", "branch: FEATURE_TAX", "branch: FEATURE_VAT")
    edit(
        root,
        "configs/runtime_configurations/INSIGHTS/FEATURE_VAT/dev.yaml",
        "branch: FEATURE_TAX",
        "branch: FEATURE_VAT",
    )
    found = compared(program)
    assert [(each["target"], each["was"], each["changes"]) for each in found["targets"]] == [
        (f"{kind}/INSIGHTS/FEATURE_VAT{end}", f"{kind}/INSIGHTS/FEATURE_TAX{end}", [])
        for kind, end in (("runtime_configuration", "/dev"), ("branch", ""))
    ]


def test_deleted_and_new_applications_are_two_changes(root: Path, program: Program) -> None:
    for end in (".yaml", ".secrets.yaml"):
        (root / f"configs/iam_applications/insights-acc{end}").unlink()
    (root / "configs/iam_applications/fresh.yaml").write_text(
        "kind: iam_application\napplication: fresh\nmodel: WAREHOUSE\nbranch: MAIN\nenvironment: test\n"
        "redirect_uri: https://fresh.example.com/oauth-callback\n"
    )
    found = compared(program, "--exit-code", code=4)
    status = {each["target"]: each["status"] for each in found["targets"]}
    assert status == {"iam_application/insights-acc": "removed", "iam_application/fresh": "added"}
    gone = next(each for each in found["targets"] if each["status"] == "removed")
    assert {each["server"] for each in gone["changes"]} - {None} == {"exact_online", "google", "graph", "hub"}
    assert all(each["after"] is None for each in gone["changes"])
    assert all(each["before"]["token_endpoint"] for each in gone["changes"] if each["server"])


def test_added_and_removed_servers_are_reported(root: Path, program: Program) -> None:
    text = (root / TAX).read_text()
    assert "\n  tax_filing:" in text
    (root / TAX).write_text(text.replace("\n  tax_filing:", "\n  duty:"))
    secrets = root / TAX.replace(".yaml", ".secrets.yaml")
    secrets.write_text(secrets.read_text().replace("tax_filing:", "duty:"))
    edit(root, "configs/runtime_configurations/INSIGHTS/FEATURE_TAX/dev.yaml", "tax_filing:", "duty:")
    found = compared(program, code=1)  # OG708: the secrets file was edited by hand
    assert changes(found) == {"INSIGHTS/FEATURE_TAX/dev": ["tax_filing", "duty"]}
    risks = [each["risk"] for each in found["targets"][0]["changes"]]
    assert risks == ["removed", "new server"]
    assert [reached for _, reached, _ in edits(found)] == [["runtime_configuration/INSIGHTS/FEATURE_TAX/dev"]] * 2


def test_changed_secret_is_reported_but_not_shown(root: Path, program: Program) -> None:
    run_sops("set", root / SECRETS, '["oauth_servers"]["google"]["client_secret"]', '"new-kV3x9Qm2Lr8Tn5Wb7Yc4"')
    found = compared(program)
    [change] = found["targets"][0]["changes"]
    assert (change["setting"], change["risk"], change["cause"]["location"]["file"]) == (
        "client_secret",
        "secret",
        SECRETS,
    )
    before, after = (change[when]["fingerprint"] for when in ("before", "after"))
    assert before != after
    text = program("diff").out
    assert f"#{before}\n" in text
    assert f"-> #{after}\n" in text
    assert "ENC[" not in text
    assert "new-kV3" not in text + json.dumps(found)


def test_reencrypted_file_is_reported_as_such(root: Path, program: Program) -> None:
    run_sops("rotate", "--in-place", root / SECRETS)
    found = compared(program)
    settings = {each["setting"]: each["note"] for each in found["targets"][0]["changes"]}
    assert settings.keys() == {"client_secret", "send_only_to"}
    assert all("was encrypted anew" in note for note in settings.values())
    assert "pin" not in {each["risk"] for each in found["targets"][0]["changes"]}, "no alarm at each rotation"


def test_changed_pin_is_distinguished_from_changed_secret(root: Path, program: Program) -> None:
    run_sops("set", root / SECRETS, '["oauth_servers"]["hub"]["send_only_to"]', '"https://hub.insights.example.com/t"')
    [change] = compared(program)["targets"][0]["changes"]
    assert (change["server"], change["setting"], change["risk"]) == ("hub", "send_only_to", "pin")


def test_changed_recipients_are_no_changed_secret(root: Path, program: Program) -> None:
    text = (root / SECRETS).read_text()
    (root / SECRETS).write_text(text.replace("version: ", "version: 9."))
    assert not compared(program)["targets"]


def test_plain_secret_counts_as_changed_if_its_file_changed(root: Path, program: Program) -> None:
    edit(root, DEV, "oauth_servers:\n", "oauth_servers:\n  hub:\n    client_secret: hunter2\n")
    committed(root)
    assert changes(compared(program)) == {}
    edit(root, DEV, "hunter2", "hunter3")
    result = program("diff", "--format", "json")
    [change] = json.loads(result.out)["differences"]["targets"][0]["changes"]
    assert (change["setting"], change["after"]["state"], change["after"]["fingerprint"]) == (
        "client_secret",
        "plain",
        None,
    )
    assert "hunter" not in result.out + program("diff").out + program("diff", "--format", "checklist").out


def test_moved_endpoint_warns_that_the_pin_is_another(root: Path, program: Program) -> None:
    edit(root, PROD, "https://login.insights.example.com/oauth/token", "https://login.evil.example.com/oauth/token")
    found = compared(program)
    change = found["targets"][0]["changes"][0]
    assert (change["risk"], change["setting"]) == ("host", "token_endpoint")
    assert "stays pinned" in change["note"]
    assert change["command"] == "oauthgit secrets pin iam_application/insights-prod hub"
    assert found["headline"] == (
        "iam_application/insights-prod (production), hub: token_endpoint moves to the host login.evil.example.com; "
        "production changes in 1 target"
    )


def test_differences_are_ordered_by_risk(root: Path, program: Program) -> None:
    edit(
        root,
        PROD,
        "    client_id: insights-production\n",
        "    client_id: other\n    token_endpoint_auth_method: client_secret_post\n    require_pkce: false\n"
        "    scopes: [ledger.read, ledger.write, report.publish, admin]\n"
        "    grant_types: [authorization_code, client_credentials]\n"
        "    authorization_endpoint: https://login.insights.example.com/authorize\n",
    )
    edit(root, PROD, "https://login.insights.example.com/oauth/token", "https://login.insights.example.com/other/token")
    edit(root, PROD, "/oauth-callback", "/new/oauth-callback")
    risks = [each["risk"] for each in compared(program)["targets"][0]["changes"]]
    assert risks == [
        *("host", "endpoint", "client, same secret", "PKCE off", "auth method", "grant", "scope", "redirect"),
    ]


def test_reordered_or_fewer_scopes_are_no_risk(root: Path, program: Program) -> None:
    edit(root, MAIN, "[ledger.read, ledger.write, report.publish]", "[report.publish, ledger.write, ledger.read]")
    assert changes(compared(program)) == {}
    edit(root, MAIN, "[report.publish, ledger.write, ledger.read]", "[ledger.read]")
    assert compared(program)["targets"][0]["changes"][0]["risk"] is None


def test_changed_policy_is_compared(root: Path, program: Program) -> None:
    edit(root, POLICY, "trusted_hosts:\n", "trusted_hosts:\n  - evil.example\n")
    edit(root, POLICY, "rules:\n", "rules:\n  OG435: off\n")
    found = compared(program, "--exit-code", code=4)
    assert [(each["name"], each["loosened"]) for each in found["policy"]] == [
        ("rules.OG435", True),
        ("trusted_hosts", True),
    ]
    assert found["policy"][1]["location"]["file"] == POLICY
    assert "the policy is loosened in 2 places" in program("diff").out
    assert "  loosened   trusted_hosts   + evil.example\n" in program("diff").out
    committed(root)
    edit(root, POLICY, "OG435: off", "OG435: error")
    edit(root, POLICY, "  - evil.example\n", "")
    assert [each["loosened"] for each in compared(program)["policy"]] == [False, False]


def test_two_commits_are_compared_without_checkout(root: Path, program: Program) -> None:
    git(root, "switch", "--quiet", "--create", "change")
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    committed(root)
    git(root, "switch", "--quiet", "main")
    (root / PROD).write_text("broken: [")
    found = compared(program, "main..change")
    assert changes(found) == {name: ["hub.client_id"] for name in ("INSIGHTS/MAIN/dev", "INSIGHTS/FEATURE_TAX/dev")}
    assert (found["base"], found["head"]) == ("main", "change")
    assert changes(compared(program, "change..main")) == changes(found)
    assert (root / PROD).read_text() == "broken: ["


def test_three_dots_compare_with_the_merge_base(root: Path, program: Program) -> None:
    git(root, "switch", "--quiet", "--create", "change")
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    committed(root)
    git(root, "switch", "--quiet", "main")
    edit(root, ACC, "client_id: insights-acceptance", "client_id: other")
    committed(root)
    git(root, "switch", "--quiet", "change")
    assert "insights-acc" in changes(compared(program, "main..change"))
    assert "insights-acc" not in changes(compared(program, "main...change"))
    assert changes(compared(program, "main...")) == changes(compared(program, "main...change"))


def test_merge_commit_is_compared_with_either_parent(root: Path, program: Program) -> None:
    git(root, "switch", "--quiet", "--create", "change")
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    committed(root)
    git(root, "switch", "--quiet", "main")
    edit(root, ACC, "client_id: insights-acceptance", "client_id: other")
    committed(root)
    git(root, "merge", "--quiet", "--no-edit", "change")
    assert changes(compared(program, "HEAD^1")) == {
        name: ["hub.client_id"] for name in ("INSIGHTS/MAIN/dev", "INSIGHTS/FEATURE_TAX/dev")
    }
    assert changes(compared(program, "HEAD^2..HEAD")) == {"insights-acc": ["hub.client_id"]}


def test_shallow_clone_is_an_error_with_advice(
    root: Path, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(root)
    git(root, "clone", "--quiet", "--depth=1", f"file://{root}", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    result = program("diff", "HEAD~1")
    assert (result.code, result.out) == (2, "")
    assert "HEAD~1 is not in this repository" in result.err
    assert "fetch-depth: 0" in result.err
    assert program("diff").code == 0


@pytest.mark.parametrize(
    "ref",
    [
        "--upload-pack=touch owned",
        "-x",
        "--output=owned",
        "HEAD:configs",
        "main\n",
        "..",
        "nobody",
        "HEAD; touch owned",
        "^main",
        "\x1b[31m",
    ],
)
def test_hostile_refs_are_rejected(root: Path, program: Program, ref: str) -> None:
    result = program("diff", "--", ref)
    if ref == "..":
        assert result.code == 0, "HEAD against HEAD, as in git"
        return
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("oauthgit: nothing was compared: ")
    assert "\x1b" not in result.err
    assert not (root / "owned").exists()


def test_branch_named_like_an_option_is_a_branch(root: Path, program: Program) -> None:
    git(root, "update-ref", "refs/heads/--upload-pack=touch owned".replace(" ", ""), "HEAD")
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    found = compared(program, "refs/heads/--upload-pack=touchowned")
    assert "INSIGHTS/MAIN/dev" in changes(found)


def test_programs_in_git_configuration_are_not_started(root: Path, program: Program) -> None:
    trap = root / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {root}/owned\ncat\n")
    trap.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "filter.x.smudge",
        "filter.x.clean",
        "core.sshCommand",
        "diff.x.textconv",
    ):
        git(root, "config", name, str(trap))
    (root / ".gitattributes").write_text("*.yaml filter=x diff=x\n")
    git(root, "-c", "filter.x.clean=cat", "-c", "core.fsmonitor=false", "add", ".gitattributes")
    git(root, "-c", "filter.x.clean=cat", "-c", "core.fsmonitor=false", "commit", "--quiet", "--message=trap")
    (root / "owned").unlink(missing_ok=True)
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    assert changes(compared(program))
    assert not (root / "owned").exists()


def test_target_with_errors_is_not_compared_but_listed(root: Path, program: Program) -> None:
    edit(root, PROD, "client_id: insights-production", "client_idd: insights-production")
    edit(root, ACC, "client_id: insights-acceptance", "client_id: other")
    result = program("diff", "--exit-code")
    assert result.code == 1
    assert (
        "iam_application/insights-prod   production   cannot be compared: its settings have errors (OG201 unknown-key)\n"
        in result.out
    )
    assert "error[OG201]" in result.out
    assert "hub.client_id" in result.out
    committed(root)
    edit(root, PROD, "client_idd: insights-production", "client_id: insights-production")
    found = compared(program, "--exit-code", code=4)
    assert [each["reason"][:7] for each in found["targets"]] == ["before:"]


@pytest.mark.parametrize("name", ["insights-prod.yml", "insights-prod.secret.yaml"])
def test_misnamed_file_is_no_removed_target(root: Path, program: Program, name: str) -> None:
    old = "insights-prod.secrets.yaml" if "secret" in name else "insights-prod.yaml"
    (root / "configs/iam_applications" / old).rename(root / "configs/iam_applications" / name)
    result = program("diff", "--exit-code")
    assert "insights-prod   production   cannot be compared: its settings have errors (OG119" in result.out
    assert "removed" not in result.out


@pytest.mark.parametrize("how", ["binary", "link", "misspelt", "folder"])
def test_unreadable_secrets_file_is_no_removed_secret(root: Path, program: Program, how: str) -> None:
    file = root / SECRETS
    content = file.read_text()
    file.unlink()
    if how == "binary":
        file.write_bytes(b"\xff\x00")
    elif how == "link":
        file.symlink_to("/etc/passwd")
    elif how == "folder":
        file.mkdir()
    else:
        file.write_text(content.replace("client_secret:", "clientsecret:", 1))
    found = compared(program, code=0 if how == "folder" else 1)
    status = {each["target"]: each["status"] for each in found["targets"]}
    # Git ignores an empty folder, and so does oauthgit: the secrets are really gone.
    assert status == {"iam_application/insights-prod": "changed" if how == "folder" else "incomparable"}


def test_unreadable_layer_is_no_removed_target(root: Path, program: Program) -> None:
    (root / ACC).unlink()
    (root / ACC).symlink_to("insights-prod.yaml")
    result = program("diff")
    assert result.code == 1
    assert "iam_application/insights-acc   acceptance   cannot be compared" in result.out
    assert "removed" not in result.out


def test_decrypted_secret_is_not_reported_as_reencrypted(root: Path, program: Program) -> None:
    (root / SECRETS).write_text(
        "kind: secrets\nfor: x\noauth_servers: {hub: {client_secret: hunter2, send_only_to: https://x}}\n"
    )
    result = program("diff")
    assert "hunter2" not in result.out
    assert "encrypted anew" not in result.out


def test_mistake_shared_by_many_targets_is_reported_once(root: Path, program: Program) -> None:
    edit(root, MAIN, "prompt: consent", "prompt: consents")
    result = program("diff")
    assert result.out.startswith(
        "HEAD -> the working tree: iam_application/insights-prod (production): cannot be compared; 6 targets cannot be compared\n"
    )
    assert result.out.count("cannot be compared: its settings have errors (OG204 enum-invalid)\n") == 6
    assert "\nbranch/" not in result.out
    table = program("diff", "--format", "markdown").out
    assert table.count("**not compared**") == 2, "production, and the others"


def test_first_commit_of_settings_adds_everything(tmp_path: Path, sample: Path, program: Program) -> None:
    moved = tmp_path / "moved"
    (sample / "configs").rename(moved)
    committed(sample)
    moved.rename(sample / "configs")
    found = compared(program)
    assert {each["status"] for each in found["targets"]} == {"added"}
    assert len(changes(found)) == 10


@pytest.mark.usefixtures("sample")
def test_missing_repository_or_settings_is_an_error(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = program("diff")
    assert result.code == 2
    assert "is not in a git repository" in result.err
    monkeypatch.chdir(tmp_path)
    assert "configs/ was not found here" in program("diff").err


def test_base_of_a_pull_request_is_detected(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    committed(root)
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", git(root, "rev-parse", "HEAD~1"))
    assert "hub.client_id" in program("diff", "--format", "text").out


def test_exit_codes_do_not_depend_on_the_format(root: Path, program: Program, tmp_path: Path) -> None:
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    for form in ("text", "json", "checklist"):
        assert program("diff", "--format", form).code == 0
        assert program("diff", "--exit-code", "--format", form).code == 4
    outputs = [f"--output={form}={tmp_path / form}" for form in ("text", "json", "checklist")]
    assert program("diff", "--exit-code", *outputs).code == 4
    assert (tmp_path / "checklist").read_text().partition("\n")[2].startswith("4 screens\n")
    assert program("diff", "--format", "junit").code == 2


def test_tampered_secrets_file_is_reported_by_diff(root: Path, program: Program) -> None:
    old = (root / SECRETS).read_text()
    run_sops("set", root / SECRETS, '["oauth_servers"]["google"]["client_secret"]', '"new-kV3x9Qm2Lr8Tn5Wb7Yc4"')
    committed(root)
    (root / SECRETS).write_text(old)
    result = program("diff", "--exit-code")
    assert result.code == 1
    assert "error[OG706]" in result.out
    assert "google.client_secret" in result.out


def test_change_from_a_fork_is_compared_without_keys(
    root: Path, program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    committed(root)
    event = tmp_path / "event.json"
    repositories = {side: {"repo": {"full_name": f"{side}/oauth"}} for side in ("head", "base")}
    event.write_text(json.dumps({"pull_request": repositories}))
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_BASE_REF": "main",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }.items():
        monkeypatch.setenv(name, value)
    assert program("validate").code == 0
    result = program("diff")
    assert (result.code, result.err) == (0, "")
    worst = "(development) and 1 more target, hub: client_id changes while its secret stays; 2 targets change"
    assert worst in result.out.partition("\n")[0]
    assert "### OAuth settings: `runtime_configuration/" in (tmp_path / "summary.md").read_text()
    smoke = program("smoke")
    assert smoke.code == 0
    assert "not-run" in smoke.out
    assert "runs this for a fork" in smoke.err
