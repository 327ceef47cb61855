"""Servers changed since a commit: real repositories, and changes that affect some targets and not others."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from oauthgit.discover.git import Repository
from oauthgit.model.workspace import TARGETS
from oauthgit.pipeline import Project, UsageError, load
from oauthgit.pipeline.operations.authority import Authority, Grantor
from oauthgit.pipeline.operations.changed_since import changed_since
from oauthgit.pipeline.operations.secrets_review import add_integrity_findings
from oauthgit.pipeline.operations.trusted_policy import apply_authority
from support.git import committed, edit, git
from support.sops import encrypted, recipient, run_sops

BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"
PROD = "configs/iam_applications/insights-prod.yaml"
SECRETS = "configs/iam_applications/insights-prod.secrets.yaml"
POLICY = "configs/oauthgit.yaml"
DEV = "configs/runtime_configurations/INSIGHTS/MAIN/dev.yaml"
PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


@pytest.fixture
def root(sample: Path) -> Path:
    """Return a repository whose branch main holds the sample."""
    committed(sample)
    return sample


def pairs(ref: str = "main", project: Project | None = None) -> frozenset[tuple[str, str]]:
    return changed_since(project or load(), Repository(Path.cwd(), os.defpath).commit(ref))


def changed(ref: str = "main", project: Project | None = None) -> set[str]:
    """Return the changes of runnable targets: the last part of the target's id, and the server."""
    kinds = tuple(f"{kind}/" for kind in TARGETS)
    return {
        f"{target.removeprefix(kinds[0]).removeprefix(kinds[1])} {server}"
        for target, server in pairs(ref, project)
        if target.startswith(kinds)
    }


def everything() -> frozenset[tuple[str, str]]:
    return frozenset((settings.target, server) for settings in load().resolve().targets for server in settings.servers)


def refusal(ref: str) -> str:
    with pytest.raises(UsageError) as raised:
        pairs(ref)
    return str(raised.value)


def test_unchanged_project_has_no_changed_server(root: Path) -> None:
    assert pairs() == frozenset()
    (root / "README.md").write_text("new")
    committed(root)
    assert pairs("main~1") == frozenset()


def test_changed_branch_affects_targets_that_inherit_it(root: Path) -> None:
    edit(root, BRANCH, "token_endpoint: https://login-dev.", "token_endpoint: https://login-new.")
    reached = {"INSIGHTS/MAIN/dev hub", "INSIGHTS/FEATURE_TAX/dev hub"}
    assert changed() == reached
    assert {target for target, _ in pairs() if target.startswith("branch/")} == {
        "branch/INSIGHTS/MAIN",
        "branch/INSIGHTS/FEATURE_TAX",
    }
    committed(root)
    assert (changed("main~1"), changed()) == (reached, set())


def test_comments_order_and_formatting_are_no_change(root: Path) -> None:
    edit(root, PROD, "  exact_online:\n", "  # the ledger\n\n  exact_online: # ours\n")
    edit(root, PROD, "    client_id: insights-production\n", "    client_id: 'insights-production'\n")
    edit(root, PROD, "environment: production\nredirect_uri", "redirect_uri")
    edit(root, PROD, "model: INSIGHTS\n", "environment: production\nmodel: INSIGHTS\n")
    edit(root, BRANCH, "[ledger.read, ledger.write, report.publish]", "[report.publish,\n ledger.read, ledger.write]")
    (root / SECRETS).write_text("# see the vault\n" + (root / SECRETS).read_text())
    assert pairs() == frozenset()


def test_repeated_inherited_value_is_no_change(root: Path) -> None:
    edit(root, DEV, "oauth_servers:\n", "oauth_servers:\n  hub:\n    client_id: insights-development\n")
    assert pairs() == frozenset()


def test_secret_set_by_sops_is_the_only_changed_one(root: Path) -> None:
    run_sops("set", root / SECRETS, '["oauth_servers"]["google"]["client_secret"]', '"new-kV3x9Qm2Lr8Tn5Wb7Yc4"')
    assert changed() == {"insights-prod google"}


def test_changed_pin_is_a_change(root: Path) -> None:
    run_sops("set", root / SECRETS, '["oauth_servers"]["hub"]["send_only_to"]', '"https://hub.insights.example.com/t"')
    assert changed() == {"insights-prod hub"}


def test_reencrypted_file_changes_all_its_secrets(root: Path) -> None:
    servers = {
        name: {"client_secret": f"{name}-kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ", "send_only_to": "https://a.example/token"}
        for name in ("exact_online", "google", "graph", "hub")
    }
    data = {"kind": "secrets", "for": "iam_application/insights-prod", "oauth_servers": servers}
    (root / SECRETS).write_bytes(encrypted(json.dumps(data), "demo"))
    assert changed() == {f"insights-prod {name}" for name in servers}


def test_file_with_another_secret_for_is_a_change(root: Path) -> None:
    run_sops("set", root / SECRETS, '["for"]', '"iam_application/insights-acc"')
    assert len(changed()) == 4


def test_changed_recipients_are_no_changed_secret(root: Path) -> None:
    lines = (root / SECRETS).read_text()
    (root / SECRETS).write_text(re.sub(r"(?m)^( +)version: .*$", r"\g<1>version: 3.99.0", lines))
    assert pairs() == frozenset()


def test_secret_from_another_source_is_a_change(root: Path) -> None:
    edit(root, DEV, "oauth_servers:\n", "oauth_servers:\n  hub:\n    client_secret: {from_env: HUB_SECRET}\n")
    assert changed() == {"INSIGHTS/MAIN/dev hub"}
    committed(root)
    assert changed() == set()
    edit(root, DEV, "HUB_SECRET", "OTHER_SECRET")
    assert changed() == {"INSIGHTS/MAIN/dev hub"}
    committed(root)
    text = (root / POLICY).read_text()
    (root / POLICY).write_text(
        f"{text}env_secrets:\n  OTHER_SECRET: https://login-dev.insights.example.com/oauth/token\n"
    )
    assert changed() == {"INSIGHTS/MAIN/dev hub"}
    committed(root)
    edit(root, POLICY, "OTHER_SECRET: https://login-dev.", "OTHER_SECRET: https://login-new.")
    assert changed() == {"INSIGHTS/MAIN/dev hub"}


def test_ciphertext_in_a_layer_is_compared_too(root: Path) -> None:
    edit(root, DEV, "oauth_servers:\n", "oauth_servers:\n  hub:\n    client_secret: kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ\n")
    run_sops("encrypt", "--in-place", "--age", recipient("demo"), "--encrypted-regex", "^client_secret$", root / DEV)
    assert changed() == {"INSIGHTS/MAIN/dev hub"}
    committed(root)
    assert changed() == set()
    run_sops("set", root / DEV, '["oauth_servers"]["hub"]["client_secret"]', '"new-kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F"')
    assert changed() == {"INSIGHTS/MAIN/dev hub"}


def test_setting_for_all_servers_changes_them_all(root: Path) -> None:
    edit(root, PROD, "https://insights.example.com/indicium", "https://new.insights.example.com/indicium")
    servers = {"exact_online", "google", "graph", "hub"}
    assert changed() == {f"insights-prod {server}" for server in servers}
    git(root, "checkout", "--quiet", ".")
    edit(root, DEV, "environment: development", "environment: test")
    assert changed() == {f"INSIGHTS/MAIN/dev {server}" for server in servers}


def test_new_and_renamed_targets_are_changed(root: Path) -> None:
    for path in (PROD, SECRETS):
        shutil.move(root / path, root / path.replace("insights-prod", "insights-live"))
    edit(
        root, PROD.replace("insights-prod", "insights-live"), "application: insights-prod", "application: insights-live"
    )
    new = root / DEV.replace("dev.yaml", "new.yaml")
    new.write_text("kind: runtime_configuration\nmodel: INSIGHTS\nbranch: MAIN\nname: new\n")
    servers = ("exact_online", "google", "graph", "hub")
    assert changed() == {
        f"{target} {server}" for target in ("insights-live", "INSIGHTS/MAIN/new") for server in servers
    }


def test_new_server_is_changed_and_deleted_one_absent(root: Path) -> None:
    text = (root / BRANCH).read_text()
    added = """
  crm:
    token_endpoint: https://crm.example.com/token
    client_id: a
    client_secret: {from_env: CRM}
    grant_types: [client_credentials]
"""
    (root / BRANCH).write_text(text + added)
    applications = ("insights-prod", "insights-acc", "insights-test")
    names = (*applications, "INSIGHTS/MAIN/dev", "INSIGHTS/MAIN/test", "INSIGHTS/FEATURE_TAX/dev")
    assert changed() == {f"{name} crm" for name in names}
    committed(root)
    (root / BRANCH).write_text(text)
    assert pairs() == frozenset()


def test_target_invalid_on_either_side_is_changed(root: Path) -> None:
    edit(root, PROD, "client_id: insights-production", "client_idd: insights-production")
    servers = {f"insights-prod {server}" for server in ("exact_online", "google", "graph", "hub")}
    assert changed() == servers
    committed(root)
    assert changed() == servers
    git(root, "checkout", "--quiet", "main~1", "--", PROD)
    assert changed() == servers
    (root / PROD).write_text("kind: [")
    committed(root)
    git(root, "checkout", "--quiet", "main~2", "--", PROD)
    assert changed() == servers


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - github.com\n", ""),
        ("rules:", "networks: [10.0.0.0/8]\nrules:"),
        ("rules:", "http_hosts: [localhost]\nrules:"),
        ("rules:", "proxy: http://proxy.example.com:3128\nrules:"),
        ("rules:", "ca_file: ca.pem\nrules:"),
        ("[age]", "[age, pgp]"),
    ],
)
def test_changed_trust_settings_change_everything(root: Path, before: str, after: str) -> None:
    edit(root, POLICY, before, after)
    assert pairs() == everything() != frozenset()


def test_changed_severities_change_nothing(root: Path) -> None:
    edit(root, POLICY, "timeout: 20", "timeout: 10")
    edit(root, POLICY, "OG604: off", "OG604: note")
    assert pairs() == frozenset()


def test_invalid_policy_in_the_commit_changes_everything(root: Path) -> None:
    edit(root, POLICY, "timeout: 20", "timeout: soon")
    committed(root)
    git(root, "checkout", "--quiet", "main~1", "--", POLICY)
    assert pairs() == everything()


def test_replaced_certificate_file_changes_everything(root: Path) -> None:
    edit(root, POLICY, "rules:", "ca_file: ca.pem\nrules:")
    (root / "configs/ca.pem").write_text(PEM.format("one"))
    committed(root)
    assert pairs() == frozenset()
    (root / "configs/ca.pem").write_text(PEM.format("two"))
    assert pairs() == everything()
    assert pairs(project=trusted(root)) == frozenset()
    (root / "configs/ca.pem").unlink()
    assert pairs() == everything()


def trusted(root: Path) -> Project:
    """Return the project with the trust settings of its own last commit."""
    main = Grantor("refs/heads/main", git(root, "rev-parse", "main"))
    return apply_authority(load(), Repository(root, os.defpath), Authority((main,))).project


@pytest.mark.parametrize(("file", "same"), [("/etc/ca.pem", True), ("../../outside.pem", False)])
def test_certificates_outside_of_the_repository_are_compared(root: Path, file: str, *, same: bool) -> None:
    edit(root, POLICY, "rules:", f"ca_file: {file}\nrules:")
    committed(root)
    assert (pairs() == frozenset()) == same


def test_pull_request_uses_trust_settings_of_the_base(root: Path) -> None:
    edit(root, POLICY, "  - github.com\n", "  - github.com\n  - gitlab.com\n")
    edit(root, PROD, "client_id: insights-production", "client_id: other")
    assert changed(project=trusted(root)) == {"insights-prod hub"}


def test_suspicious_secrets_file_is_changed(root: Path) -> None:
    edit(root, SECRETS, 'lastmodified: "2026', 'lastmodified: "2020')
    assert pairs() == frozenset()
    project = add_integrity_findings(load(), Repository(root, os.defpath).commit("main"))
    assert {name.partition(" ")[0] for name in changed(project=project)} == {"insights-prod"}


def test_commit_without_settings_makes_everything_new(root: Path) -> None:
    git(root, "checkout", "--quiet", "--orphan", "other")
    git(root, "rm", "-r", "--quiet", "--cached", ".")
    git(root, "commit", "--quiet", "--allow-empty", "--message=empty")
    assert pairs("other") == everything()


def test_links_in_the_commit_are_not_followed(root: Path) -> None:
    shutil.move(root / PROD, root / "elsewhere.yaml")
    (root / PROD).symlink_to(root / "elsewhere.yaml")
    committed(root)
    (root / PROD).unlink()
    shutil.move(root / "elsewhere.yaml", root / PROD)
    assert {name.partition(" ")[0] for name in changed()} == {"insights-prod"}


def test_subfolder_is_compared_with_itself(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = root / "deep/inner"
    inner.mkdir(parents=True)
    for name in ("configs", ".sops.yaml"):
        shutil.move(root / name, inner)
    committed(root)
    monkeypatch.chdir(inner)
    edit(inner, PROD, "client_id: insights-production", "client_id: other")
    assert changed() == {"insights-prod hub"}


class Refused(NamedTuple):
    ref: str
    words: str


@pytest.mark.parametrize(
    "refused",
    [
        Refused("none", "fetch it first"),
        Refused("--output=x", "cannot name a commit"),
        Refused("main\nHEAD", "cannot name a commit"),
        Refused("$(touch x)", "cannot name a commit"),
        Refused("main:configs", "fetch it first"),
    ],
    ids=lambda refused: refused.words,
)
def test_unreadable_commit_is_an_error(root: Path, refused: Refused) -> None:
    reported = refusal(refused.ref)
    assert reported.startswith("the changes cannot be determined: ")
    assert refused.words in reported
    assert not (root / "x").exists()


def test_shallow_clone_names_what_is_missing(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = git(root, "rev-parse", "HEAD")
    committed(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    assert "this clone has only a part of the history" in refusal(base)


def test_folder_without_repository_is_an_error(sample: Path) -> None:
    assert "not in a git repository" in refusal("main")
    assert sample.is_dir()
