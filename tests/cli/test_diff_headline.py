"""The headline of a diff names the worst change first, in every format, and every advised command works."""

import io
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from oauthgit.model.schema import schema
from support.cli import Program
from support.git import committed, edit
from support.render_markdown import render_all
from support.sops import KEY, run_sops

MAIN = "configs/branches/INSIGHTS/MAIN.yaml"
MAIN_SECRETS = "configs/branches/INSIGHTS/MAIN.secrets.yaml"
PROD = "configs/iam_applications/insights-prod.yaml"
ACC = "configs/iam_applications/insights-acc.yaml"
TEST = "configs/iam_applications/insights-test.yaml"
SECRETS = "configs/iam_applications/insights-prod.secrets.yaml"
POLICY = "configs/oauthgit.yaml"
TOKEN = "https://login.insights.example.com/oauth/token"
NAME = "iam_application/insights-prod"
CANARY = "c4n4ry-7b9f-3e21-aa50"


def remove_application(root: Path) -> None:
    (root / PROD).unlink()
    (root / SECRETS).unlink()


def add_server(root: Path, name: str = "crm") -> None:
    url = f"https://{name}.example.com/oauth/token"
    settings = f"    token_endpoint: {url}\n    client_id: {name}-development\n    grant_types: [client_credentials]\n"
    with (root / MAIN).open("a") as main:
        main.write(f"  {name}:\n{settings}    scopes: [api.read]\n")
    entry = json.dumps({"client_secret": "new-kV3x9Qm2Lr8Tn5Wb7Yc4", "send_only_to": url})
    run_sops("set", root / MAIN_SECRETS, f'["oauth_servers"]["{name}"]', entry)


def remove_server(root: Path) -> None:
    text = (root / MAIN).read_text()
    add_server(root)
    committed(root)
    (root / MAIN).write_text(text)
    run_sops("unset", root / MAIN_SECRETS, '["oauth_servers"]["crm"]')


def move_host(root: Path) -> None:
    edit(root, PROD, TOKEN, "https://login.evil.example.com/oauth/token")


def move_to_development_realm(root: Path) -> None:
    edit(root, PROD, TOKEN, "https://login.insights.example.com/realms/dev/token")


def move_to_endpoint_of_test(root: Path) -> None:
    edit(root, TEST, "https://login-test.insights.example.com/oauth/token", f"{TOKEN}/b")
    committed(root)
    edit(root, PROD, TOKEN, f"{TOKEN}/b")


def move_on_the_host(root: Path) -> None:
    edit(root, PROD, TOKEN, "https://login.insights.example.com/oauth/v2/token")


def change_client(root: Path) -> None:
    edit(root, PROD, "client_id: insights-production", "client_id: insights-live")


def take_client_of_acceptance(root: Path) -> None:
    edit(root, PROD, "client_id: insights-production", "client_id: insights-acceptance")


def change_secret(root: Path) -> None:
    run_sops("set", root / SECRETS, '["oauth_servers"]["google"]["client_secret"]', '"new-kV3x9Qm2Lr8Tn5Wb7Yc4"')


def leave_production(root: Path) -> None:
    edit(root, PROD, "environment: production", "environment: test")


def disable_pkce(root: Path) -> None:
    edit(
        root, PROD, "    client_id: insights-production", "    require_pkce: false\n    client_id: insights-production"
    )


def widen_scopes(root: Path) -> None:
    edit(root, MAIN, "[ledger.read, ledger.write, report.publish]", "[ledger.read, ledger.write, report.publish, all]")


def loosen_policy(root: Path) -> None:
    edit(root, POLICY, "trusted_hosts:\n", "trusted_hosts:\n  - evil.example\n")


def change_acceptance(root: Path) -> None:
    edit(root, ACC, "client_id: insights-acceptance", "client_id: other")


Edit = Callable[[Path], None]
WORST: dict[Edit, tuple[str | None, str, str, str, str]] = {
    remove_application: ("production", NAME, "", "removed", "is removed"),
    remove_server: ("production", NAME, "crm", "removed", "is removed"),
    move_host: ("production", NAME, "hub", "host", "token_endpoint moves to the host login.evil.example.com"),
    move_to_development_realm: (
        *("production", NAME, "hub", "other environment"),
        "token_endpoint becomes one of development, on the same host",
    ),
    move_to_endpoint_of_test: (
        *("production", NAME, "hub", "other environment"),
        "token_endpoint becomes one of test, on the same host",
    ),
    move_on_the_host: ("production", NAME, "hub", "endpoint", "token_endpoint changes on the same host"),
    change_client: ("production", NAME, "hub", "client, same secret", "client_id changes while its secret stays"),
    take_client_of_acceptance: ("production", NAME, "hub", "other environment", "client_id becomes one of acceptance"),
    change_secret: ("production", NAME, "google", "secret", "the secret changes"),
    leave_production: ("production", NAME, "", "environment", "changes from production to test"),
    disable_pkce: ("production", NAME, "hub", "PKCE off", "goes without PKCE"),
    widen_scopes: ("production", NAME, "hub", "scope", "gets more scopes"),
    loosen_policy: (None, "", "", "loosened", "trusted_hosts is loosened"),
    change_acceptance: (
        *("acceptance", "iam_application/insights-acc", "hub", "client, same secret"),
        "client_id changes while its secret stays",
    ),
}


@pytest.fixture
def root(sample: Path) -> Path:
    """Return a repository whose branch main holds the sample."""
    committed(sample)
    return sample


def differences_of(report: str) -> dict[str, Any]:
    document = json.loads(report)
    Draft202012Validator(schema("report")).validate(document)
    found: dict[str, Any] = document["differences"]
    return found


def differences(program: Program) -> dict[str, Any]:
    return differences_of(program("diff", "--format", "json").out)


@pytest.mark.parametrize("change", WORST, ids=lambda change: change.__name__)
def test_every_format_names_the_worst_change_first(change: Edit, root: Path, program: Program, tmp_path: Path) -> None:
    environment, target, server, risk, what = WORST[change]
    change(root)
    files = {form: tmp_path / form for form in ("json", "checklist", "markdown")}
    done = program("diff", *(f"--output={form}={file}" for form, file in files.items()))
    texts = {form: file.read_text() for form, file in files.items()}
    found = differences_of(texts["json"])
    worst = found["worst"]
    assert (worst["environment"], worst["target"], worst["server"]) == (environment, target or None, server or None)
    assert (worst["risk"], worst["what"]) == (risk, what)
    names = "policy" if not target else f"{target} ({environment}){f', {server}' if server else ''}"
    sentence = f"{names}: {what}"
    assert found["headline"].startswith(sentence)
    for text in (done.out, texts["checklist"]):
        assert text.startswith(f"HEAD -> the working tree: {sentence}")
    first = texts["markdown"].partition("\n")[0]
    assert first.replace("`", "").startswith(f"### OAuth settings: {sentence}")


PAIRS = [
    (remove_application, change_acceptance),
    (move_host, change_client),
    (change_client, change_secret),
    (move_on_the_host, disable_pkce),
    (change_client, loosen_policy),
    (loosen_policy, change_acceptance),
    (move_to_development_realm, widen_scopes),
]


@pytest.mark.parametrize(("worse", "other"), PAIRS, ids=lambda change: change.__name__)
def test_worse_of_two_changes_comes_first(worse: Edit, other: Edit, root: Path, program: Program) -> None:
    other(root)
    worse(root)
    worst = differences(program)["worst"]
    assert (worst["risk"], worst["what"]) == WORST[worse][-2:]


@pytest.mark.parametrize("change", [remove_application, remove_server], ids=lambda change: change.__name__)
def test_rows_of_removals_have_a_risk(change: Edit, root: Path, program: Program) -> None:
    change(root)
    rows = [each for target in differences(program)["targets"] for each in target["changes"]]
    removed = [each for each in rows if each["after"] is None]
    assert removed
    assert {each["risk"] for each in removed} == {"removed"}
    assert "\n  removed " in program("diff").out
    table = render_all(program("diff", "--format", "markdown").out)[0].rows
    assert any(row[0] == "removed" for row in table)


def test_endpoint_of_all_environments_is_no_other_environment(root: Path, program: Program) -> None:
    edit(root, PROD, TOKEN, "https://oauth2.googleapis.com/first")
    committed(root)
    edit(root, PROD, "https://oauth2.googleapis.com/first", "https://oauth2.googleapis.com/token")
    assert differences(program)["worst"]["risk"] == "endpoint", "google has it in every environment"


def move_without_pin(root: Path) -> None:
    run_sops("unset", root / SECRETS, '["oauth_servers"]["hub"]["send_only_to"]')
    committed(root)
    move_on_the_host(root)


def add_application_without_pin(root: Path) -> None:
    layer, file = (root / PROD).read_bytes(), (root / SECRETS).read_bytes()
    remove_application(root)
    committed(root)
    (root / PROD).write_bytes(layer)
    (root / SECRETS).write_bytes(file)
    run_sops("unset", root / SECRETS, '["oauth_servers"]["hub"]["send_only_to"]')


ADVISED = [move_host, move_to_development_realm, change_client, move_without_pin, add_application_without_pin]


@pytest.mark.parametrize("change", ADVISED, ids=lambda each: each.__name__)
def test_every_advised_command_works(
    change: Edit, root: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(root)
    commands = [each["command"] for target in differences(program)["targets"] for each in target["changes"]]
    (command,) = filter(None, commands)
    assert f"{command}\n" in program("diff").out
    assert f"`{command}`\n" in program("diff", "--format", "markdown").out
    name, *arguments = shlex.split(command)
    assert name == "oauthgit"
    assert arguments[2:] == [NAME, "hub"]
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{CANARY}\n".encode())))
    done = program(*arguments)
    assert done.code == 0, done.err
    after = [each["command"] for target in differences(program)["targets"] for each in target["changes"]]
    assert not any(after)


def test_shared_secret_is_set_once_where_it_is_stated(
    root: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(root, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    commands = {each["command"] for target in differences(program)["targets"] for each in target["changes"]}
    (command,) = filter(None, commands)
    assert command == "oauthgit secrets set branch/INSIGHTS/MAIN hub"
    assert program("diff").out.count(command) == 1
    assert program("diff", "--format", "markdown").out.count(command) == 1
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{CANARY}\n".encode())))
    done = program(*shlex.split(command)[1:])
    assert done.code == 0, done.err
    assert not any(each["command"] for target in differences(program)["targets"] for each in target["changes"])


def test_checklist_marks_what_follows_from_a_branch(root: Path, program: Program) -> None:
    edit(root, MAIN, "client_id: b6a0f7d4", "client_id: c7b1f8e5")
    edit(root, PROD, "  graph:\n", "  graph:\n    require_pkce: false\n")
    _, *found = program("diff", "--format", "checklist").out.split("\n\n")
    assert all(each.startswith("- [ ] ") for each in found)
    (of_branch,) = [each for each in found if "Integration & AI > OAuth servers > INSIGHTS/MAIN > graph" in each]
    assert "follows" not in of_branch
    followed = [each for each in found if "(follows from branch INSIGHTS/MAIN: only look, do not type)" in each]
    assert followed
    assert all("Client " in each and "Require PKCE" not in each for each in followed)
    typed = [each for each in found if "insights-prod" in each and "follows" not in each]
    assert [each.split("\n")[1].split() for each in typed] == [["Require", "PKCE", "No", "(was:", "Yes)"]]


def test_checklist_types_own_settings_of_a_new_server(root: Path, program: Program) -> None:
    add_server(root)
    edit(root, PROD, "oauth_servers:\n", "oauth_servers:\n  crm:\n    client_id: crm-production\n")
    _, *found = program("diff", "--format", "checklist").out.split("\n\n")
    ours = [each.rstrip("\n").split("\n") for each in found if "insights-prod > tab OAuth servers > crm" in each]
    followed, typed = ours
    assert followed[0].endswith("> crm: add this server (follows from branch INSIGHTS/MAIN: only look, do not type)")
    assert typed[0].endswith("> crm")
    assert [line.split() for line in typed[1:]] == [["Client", "crm-production"]]


def test_checklist_names_the_command_for_a_secret(root: Path, program: Program) -> None:
    change_secret(root)
    output = program("diff", "--format", "checklist").out
    assert f"; this prints it on a terminal: oauthgit secrets show {NAME} google)" in output
