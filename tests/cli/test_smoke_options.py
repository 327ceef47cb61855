"""Selections of ``oauthgit smoke``: targets, servers, shards, dry run, control."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.cli import Program, Result
from support.scripted_server import REFUSAL, TOKEN, fake, reply
from support.service_project import SECRET, finished, lay_out
from support.sops import KEY


def asked(result: Result) -> set[tuple[str, str, str]]:
    reported = json.loads(result.out)
    return {(verdict["target"], verdict["server"], verdict["grant"]) for verdict in reported["verdicts"]}


def sandboxed(program: Program, *options: str) -> set[tuple[str, str, str]]:
    result = program("smoke", "--sandbox", "--format", "json", *options)
    assert result.code == 0, result
    return asked(result)


def test_environments_and_servers_select_what_is_tested(keyed: Program) -> None:
    everything = sandboxed(keyed)
    production = sandboxed(keyed, "--environment", "production")
    assert {target for target, *_ in production} == {"iam_application/insights-prod", "iam_application/warehouse-prod"}
    hubs = sandboxed(keyed, "--server", "hub")
    assert hubs == {each for each in everything if each[1] == "hub"}
    both = sandboxed(keyed, "--server", "hub", "--server", "google", "--environment", "production")
    assert both == {each for each in production if each[1] in {"hub", "google"}}


def test_unknown_name_is_refused_with_a_suggestion(keyed: Program) -> None:
    result = keyed("smoke", "--sandbox", "--server", "hubb")
    assert (result.code, result.out) == (2, "")
    assert "hubb" in result.err
    assert "hub" in result.err.replace("hubb", "")


def test_shards_cover_everything_exactly_once(keyed: Program) -> None:
    everything = sandboxed(keyed)
    for count in (1, 3):
        parts = [sandboxed(keyed, "--shard", f"{index + 1}/{count}") for index in range(count)]
        assert set().union(*parts) == everything
        assert sum(map(len, parts)) == len(everything)


def test_empty_shard_is_no_success(keyed: Program) -> None:
    result = keyed("smoke", "--sandbox", "--shard", "999/1000")
    assert result.code == 3
    assert "nothing is proven" in result.err


def test_errors_of_unselected_targets_are_not_reported(keyed: Program, sample: Path) -> None:
    prod = sample / "configs/iam_applications/insights-prod.yaml"
    prod.write_text(prod.read_text().replace("kind: iam_application", "kind: iam_application\nnonsense: 1"))
    assert keyed("smoke", "insights-prod", "--sandbox").code != 0
    result = keyed("smoke", "warehouse-prod", "--sandbox")
    assert (result.code, "OG201" in result.out) == (0, False)


def test_dry_run_shows_redacted_requests_and_sends_nothing(keyed: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        raise AssertionError("a dry run connects to nothing")

    monkeypatch.setattr("socket.socket.connect", connect)
    monkeypatch.setattr("socket.getaddrinfo", connect)
    result = keyed("smoke", "insights-prod", "--dry-run")
    assert result.code == 3, "nothing was tested"
    assert "POST https://login.insights.example.com/oauth/token\n    Authorization: Basic ***" in result.out
    assert "POST https://start.exactonline.nl/api/oauth2/token\n    grant_type=authorization_code" in result.out
    assert "    client_secret=***" in result.out
    assert "    code_verifier=***" in result.out
    assert "iam_application/insights-prod exact_online" in result.out
    assert "dry run: nothing was sent" in result.out
    reported = json.loads(keyed("smoke", "insights-prod", "--dry-run", "--control", "--format", "json").out)
    (hub,) = (each for each in reported["requests"] if each["holders"][0]["server"] == "hub")
    assert hub["headers"] == {"Authorization": "Basic ***"}
    assert hub["form"] == {"grant_type": "client_credentials", "scope": "ledger.read ledger.write report.publish"}
    assert hub["further"] == 5, "those of the control; nothing grants the revocation"
    assert {verdict["verdict"] for verdict in reported["verdicts"]} == {"not-run"}


def test_control_distinguishes_wrong_method_from_wrong_secret(tmp_path: Path) -> None:
    right = base64.b64encode(f"clientcrm:{SECRET}crm".encode())

    def decide(connection: Any, request: bytes, _stop: object) -> None:
        connection.sendall(reply(200, TOKEN) if right in request or b"/revoke" in request else REFUSAL)

    with fake(decide) as served:
        lay_out(tmp_path, [served.url])
        without = finished(tmp_path, "smoke", "--format", "json")
        assert len(served.requests) == 1
        with_control = finished(tmp_path, "smoke", "--control", "--format", "json")
        assert [request.partition(b" HTTP")[0] for request in served.requests[1:]] == [
            *(b"POST /token", b"POST /token", b"POST /token", b"POST /revoke")
        ]
        limited = json.dumps({"smoke": {"control": True, "control_requests": 1}})
        lay_out(tmp_path, [served.url], policy=json.loads(limited))
        stopped = finished(tmp_path, "smoke", "--format", "json")
    codes = [[finding["code"] for finding in json.loads(result.out)["findings"]] for result in (without, with_control)]
    assert (without.code, codes[0]) == (5, ["OG901"])
    assert (with_control.code, codes[1]) == (5, ["OG905"])
    (verdict,) = json.loads(with_control.out)["verdicts"]
    assert verdict["reason"].startswith("wrong authentication method: client_secret_basic works")
    assert verdict["location"]["pointer"] == "/oauth_servers/crm"
    assert [finding["code"] for finding in json.loads(stopped.out)["findings"]] == ["OG901"]
    assert len(served.requests) == 7, "the budget of the policy allows one request more"


def test_report_states_the_request_mode(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    with fake(reply(200, TOKEN)) as proxy:
        address = proxy.url.removesuffix("/token")
        lay_out(tmp_path, ["http://127.0.0.1:9/token"], policy={"proxy": address, "smoke": {"control_requests": 2}})
        result = program("-C", str(tmp_path), "smoke", "--control")
        assert proxy.requests[0].startswith(b"POST http://127.0.0.1:9/token ")
        reported = json.loads(program("-C", str(tmp_path), "smoke", "--control", "--format", "json").out)
        plain = program("-C", str(tmp_path), "smoke", "--format", "json").out
    control = "the control: up to 2 more requests for each client, some with a wrong secret"
    assert f"servers were called with the proxy {address}; {control}\n" in result.out
    assert reported["conditions"] == [f"the proxy {address}", control]
    assert json.loads(plain)["conditions"] == [f"the proxy {address}"]


def test_only_changed_servers_are_tested(sample: Path, keyed: Program) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=sample, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--message=before")
    result = keyed("smoke", "--sandbox", "--only-changed-since", "main", "--format", "json")
    assert (result.code, asked(result)) == (3, set()), "nothing changed, so nothing is tested"
    prod = sample / "configs/iam_applications/insights-prod.yaml"
    prod.write_text(prod.read_text().replace("client_id: insights-production", "client_id: insights-prod-2"))
    changed = sandboxed(keyed, "--only-changed-since", "main")
    assert changed == {("iam_application/insights-prod", "hub", "client_credentials")}
    refused = keyed("smoke", "--sandbox", "--only-changed-since", "--upload-pack=x")
    assert refused.code == 2
