"""A secret is pinned to endpoints that the authority states; a user confirms each other endpoint completely."""

import io
import json
import os
import sys
from typing import Any

import pytest

from support.attacked_project import CANARY, SECRETS, base, edit, edit_server
from support.ci_job import EVIL, MAIN, Job
from support.ci_runs import RUNS
from support.cli import Result
from support.git import committed, git
from support.secrets_command import opened
from support.sops import encrypted

ACTIONS = ("pin", "set")
NEW = "configs/iam_applications/new.yaml"


class Change:
    """A branch with changed settings, on which ``secrets`` is called for one server, without a terminal."""

    def __init__(self, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
        self._job = job
        self._monkeypatch = monkeypatch
        self._run = RUNS["GitHub: push to a branch"]
        self.world = job.world
        self.root = job.check_out(self._run, "main")
        self.evil = f"{base(self.world.eve.plain)}/steal"
        monkeypatch.setattr("oauthgit.cli.terminal.DEVICES", (str(self.root / "no-terminal"),) * 2)

    def add_application(self, **server: str) -> None:
        """Add an application of the attacker below the branch that has the secret."""
        application = {"kind": "iam_application", "application": "new", "model": "CRM", "branch": "MAIN"}
        edit(self.root, NEW, **application, environment="test", oauth_servers={"crm": server})

    def __call__(self, action: str, target: str = "branch/CRM/MAIN", *options: str) -> Result:
        git(self.root, "update-ref", EVIL, committed(self.root))
        self._job.begin(self._run, self.root)
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{CANARY}x\n".encode())))
        result: Result = self._job.program("-C", str(self.root), "secrets", action, target, "crm", *options)
        assert CANARY not in result.out + result.err
        return result

    def entry(self) -> Any:
        return opened((self.root / SECRETS).read_bytes())["oauth_servers"]["crm"]


@pytest.fixture
def change(job: Job, monkeypatch: pytest.MonkeyPatch) -> Change:
    return Change(job, monkeypatch)


@pytest.mark.parametrize("name", ["token_endpoint", "revocation_endpoint", "introspection_endpoint"])
@pytest.mark.parametrize("action", ACTIONS)
def test_endpoint_of_a_new_application_is_refused(change: Change, action: str, name: str) -> None:
    change.add_application(**{name: change.evil})
    before = (change.root / SECRETS).read_bytes()
    result = change(action)
    assert (result.code, result.out, (change.root / SECRETS).read_bytes()) == (2, "", before), result.err
    assert f"would be sent to {change.evil}, which no trusted file states" in result.err
    assert f"--endpoint {change.evil}" in result.err


@pytest.mark.parametrize("action", ACTIONS)
def test_each_unstated_endpoint_has_to_be_repeated(change: Change, action: str) -> None:
    urls = [f"{change.evil}/{number}" for number in range(2)]
    change.add_application(token_endpoint=urls[0], revocation_endpoint=urls[1])
    one = change(action, "branch/CRM/MAIN", "--endpoint", urls[0])
    assert (one.code, f"add: --endpoint {urls[1]}" in one.err) == (2, True), one.err
    both = change(action, "branch/CRM/MAIN", "--endpoint", urls[0], "--endpoint", urls[1])
    assert both.code == 0, both.err
    assert set(urls) <= set(change.entry()["send_only_to"])


@pytest.mark.parametrize("given", ["", "https://else.example.com/token"])
def test_endpoint_outside_of_the_pin_is_refused(change: Change, given: str) -> None:
    change.add_application(token_endpoint=change.evil)
    result = change("pin", "branch/CRM/MAIN", f"--endpoint={given}")
    assert (result.code, "is not an endpoint of the pin" in result.err) == (2, True), result.err


def test_prefix_of_an_endpoint_does_not_confirm_it(change: Change) -> None:
    change.add_application(token_endpoint=change.evil)
    assert change("pin", "branch/CRM/MAIN", "--endpoint", change.evil[:-1]).code == 2


@pytest.mark.parametrize("action", ACTIONS)
def test_endpoint_stated_by_the_authority_needs_no_confirmation(change: Change, action: str) -> None:
    entry = {"client_secret": CANARY, "send_only_to": change.world.good.url}
    data = {"kind": "secrets", "for": "branch/CRM/MAIN", "oauth_servers": {"crm": entry}}
    (change.root / SECRETS).write_bytes(encrypted(json.dumps(data), "demo"))
    result = change(action)
    assert result.code == 0, result.err
    assert change.entry()["send_only_to"] == [change.world.good.url, f"{base(change.world.good)}/revoke"]


@pytest.mark.parametrize("action", ACTIONS)
def test_endpoint_of_another_server_does_not_count(change: Change, action: str) -> None:
    other = f"{base(change.world.good)}/other"
    git(change.root, "checkout", "--quiet", "--detach", MAIN)
    edit_server(change.root, "env", introspection_endpoint=other)
    git(change.root, "update-ref", MAIN, committed(change.root))
    edit_server(change.root, "crm", revocation_endpoint=other)
    result = change(action)
    assert (result.code, f"--endpoint {other}" in result.err) == (2, True), result.err


@pytest.mark.parametrize(("action", "code"), [("pin", 0), ("set", 2)])
def test_existing_pin_counts_for_its_own_secret(change: Change, action: str, code: int) -> None:
    """Everyone with the public key can create a file with another pin; a secret set later is not meant for it."""
    edit_server(change.root, "crm", introspection_endpoint=change.evil)
    entry = {"client_secret": "his own", "send_only_to": [change.world.good.url, change.evil]}
    data = {"kind": "secrets", "for": "branch/CRM/MAIN", "oauth_servers": {"crm": entry}}
    (change.root / SECRETS).write_bytes(encrypted(json.dumps(data), "demo"))
    assert change(action).code == code


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2)])
def test_terminal_prompts_for_each_endpoint(
    change: Change, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    change.add_application(token_endpoint=change.evil)
    master, slave = os.openpty()
    try:
        monkeypatch.setattr("oauthgit.cli.terminal.DEVICES", (os.ttyname(slave),) * 2)
        os.write(master, typed.encode())
        assert change("pin").code == code
        shown = b""
        while b"[y/N]" not in shown:
            shown += os.read(master, 65536)
        assert f"    {change.evil}\r\n" in shown.decode()
    finally:
        os.close(slave)
        os.close(master)
    assert (change.evil in change.entry()["send_only_to"]) is (code == 0)
