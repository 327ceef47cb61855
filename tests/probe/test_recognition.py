"""Recognition for smoke: an entry that no layer names judges answers as a named one, and metadata add facts only."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

import oauthgit
from oauthgit.discover.catalogue import provider_names
from oauthgit.model.secret import Secret, Vault, VaultEntry
from oauthgit.model.settings import SecretReference
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.pipeline.operations.smoke import provider_of_metadata
from oauthgit.probe import make_plan, run
from oauthgit.probe.answer import Answer
from oauthgit.probe.judge.classify import classify
from oauthgit.probe.judge.exchange import Exchange, RequestKind
from oauthgit.reference.providers import entry
from support.run_smoke import LOOPBACK, only, server, settings, vault
from support.scripted_server import TOKEN, fake, reply

ENTRIES: dict[str, dict[str, Any]] = {name: entry(name).data for name in provider_names()}
BY_ENDPOINT = [name for name, data in ENTRIES.items() if data.get("hosts") or data.get("token_paths")]
BY_METADATA = [name for name, data in ENTRIES.items() if data.get("metadata")]
NO_CODE = {"error": "invalid_grant"}
MADE_UP = {
    "discriminates": Outcome.ACCEPTED,
    "proves_nothing": Outcome.INCONCLUSIVE,
    "unverified": Outcome.INCONCLUSIVE,
    "unknown": Outcome.INCONCLUSIVE,
}


def layer(root: Path, login: dict[str, Any]) -> None:
    """Write a branch with one server, and an application with its secret."""
    branch = {"kind": "branch", "model": "M", "branch": "MAIN", "oauth_servers": {"crm": login}}
    application = {
        "kind": "iam_application",
        "application": "prod",
        "model": "M",
        "branch": "MAIN",
        "environment": "production",
        "redirect_uri": "https://insights.example.com/indicium/oauth-callback",
        "oauth_servers": {"crm": {"client_secret": {"from_env": "CLIENT_SECRET"}}},
    }
    policy = {"kind": "policy", "trusted_hosts": [urlsplit(login["token_endpoint"]).hostname]}
    for path, data in {"branches/M/MAIN": branch, "iam_applications/prod": application, "oauthgit": policy}.items():
        file = root / f"configs/{path}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(data))


@pytest.mark.parametrize("name", BY_ENDPOINT)
def test_recognised_entry_judges_as_a_named_one(name: str, tmp_path: Path) -> None:
    data = ENTRIES[name]
    filled = {key: value for key, value in {**data["oauth_server"], **data["example"]}.items() if key != "provider"}
    login = {**filled, "grant_types": ["authorization_code"]}
    layer(tmp_path, login)
    target = next(each for each in oauthgit.load(tmp_path).resolve().targets if each.target == "iam_application/prod")
    reference = target.servers["crm"]["client_secret"]
    assert isinstance(reference, SecretReference)
    pinned = VaultEntry(Secret("a-secret"), (login["token_endpoint"],))
    planned = make_plan([target], Vault({(reference.file, reference.pointer): pinned}), {})
    assert planned.refused == ()
    (credential,) = planned.credentials
    assert credential.provider is not None
    assert credential.provider.provider == name
    answer = Answer(400, {"content-type": "application/json"}, json.dumps(NO_CODE).encode())
    judgement = classify([Exchange(RequestKind.AS_CONFIGURED, answer, credential)], credential)
    at_home = bool(data.get("hosts"))  # software on any host is compared with a made-up client first
    assert judgement.outcome is (MADE_UP[data.get("made_up_code", "unknown")] if at_home else Outcome.INCONCLUSIVE)


class Served(NamedTuple):
    """Hold the URL of a server with metadata, and the paths that were requested."""

    base: str
    paths: list[str]


@contextmanager
def software(answer: dict[str, Any], **metadata: str) -> Iterator[Served]:
    """Serve metadata whose values may contain ``{base}``, and one answer at every other path."""
    paths: list[str] = []

    def behave(connection: socket.socket, request: bytes, _stop: threading.Event) -> None:
        paths.append(request.split(b" ", 2)[1].decode())
        document = {"issuer": served.base} | {name: text.format(base=served.base) for name, text in metadata.items()}
        found = "/.well-known/" in paths[-1]
        connection.sendall(reply(200, document) if found else reply(400, answer))

    with fake(behave) as scripted:
        served = Served(scripted.url.removesuffix("/token"), paths)
        yield served


def login_at(served: Served, issuer: str = "") -> Verdict:
    """Test a user login at ``/token``; its issuer is the server itself if ``issuer`` is empty."""
    configured = server(
        f"{served.base}/token", grant_types=["authorization_code"], scopes=[], issuer=issuer or served.base
    )
    target = settings(configured)
    planned = make_plan([target], vault(configured["token_endpoint"]), {})
    assert planned.refused == ()
    informed = planned._replace(recognize=provider_of_metadata)
    return only(run(informed, [target], LOOPBACK, listen=lambda _: None).verdicts)


@pytest.mark.parametrize("name", BY_METADATA)
def test_software_is_recognised_in_its_issuers_metadata(name: str) -> None:
    data = ENTRIES[name]
    known = {url: f"{{base}}{path}" for url, path in data["metadata"].items()}
    with software(NO_CODE, token_endpoint="{base}/token", **known) as served:
        verdict = login_at(served)
    assert verdict.outcome is Outcome.INCONCLUSIVE, "metadata alone prove no secret: every client gets the same answer"
    assert served.paths[-1] == "/token"


@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint": "{base}/token"},
        {"token_endpoint": "{base}/other", "introspection_endpoint": "{base}/api/login/oauth/introspect"},
        {"introspection_endpoint": "{base}/api/login/oauth/introspect"},
        {"token_endpoint": "{base}/token", "introspection_endpoint": "/api/login/oauth/introspect"},
        {
            "issuer": "https://other.example.com",
            "token_endpoint": "{base}/token",
            "introspection_endpoint": "{base}/api/login/oauth/introspect",
        },
        {
            "token_endpoint": "{base}/token",
            "introspection_endpoint": "{base}/api/login/oauth/introspect",
            "jwks_uri": "{base}/login/oauth/keys",
        },
    ],
    ids=["no sign", "another endpoint", "no endpoint", "no URL", "another issuer", "two signs"],
)
def test_metadata_of_another_server_add_no_facts(metadata: dict[str, str]) -> None:
    with software(NO_CODE, **metadata) as served:
        known = login_at(served)
    with software(NO_CODE) as unknown:
        assert known.reason == login_at(unknown).reason


def test_client_is_tested_if_its_issuer_hangs() -> None:
    def behave(connection: socket.socket, request: bytes, stop: threading.Event) -> None:
        if b"/.well-known/" in request.split(b" ", 2)[1]:
            stop.wait(30)
        connection.sendall(reply(200, TOKEN))

    with fake(behave) as served:
        services = [server(served.url, issuer=served.url.removesuffix("/token"), client_id=name) for name in "ab"]
        target = settings(*services)
        planned = make_plan([target], vault(served.url), {})
        verdicts = run(planned, [target], LOOPBACK._replace(timeout=1), listen=lambda _: None).verdicts
    assert [verdict.outcome for verdict in verdicts] == [Outcome.ACCEPTED] * 2


def test_metadata_never_decide_where_a_secret_goes() -> None:
    elsewhere = {"token_endpoint": "{base}/stolen", "jwks_uri": "{base}/login/oauth/keys"}
    with software(NO_CODE, **elsewhere) as served:
        login_at(served)
    assert {path for path in served.paths if "/.well-known/" not in path} == {"/token"}


def test_gitea_that_is_recognised_blames_no_right_secret() -> None:
    with software(
        {"error": "unauthorized_client"}, token_endpoint="{base}/token", jwks_uri="{base}/login/oauth/keys"
    ) as served:
        known = login_at(served)
    with software({"error": "unauthorized_client"}) as served:
        unknown = login_at(served)
    assert (known.outcome, unknown.outcome) == (Outcome.INCONCLUSIVE, Outcome.REJECTED)
