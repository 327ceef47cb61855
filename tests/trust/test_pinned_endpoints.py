"""Revocation and introspection endpoints get a secret or a token only by the pin, the authority or the catalogue."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import pytest

from oauthgit.model.credential import GrantedEndpoint
from oauthgit.model.settings import SecretReference
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.probe import make_plan, run, stated_endpoints
from support.cli import Program
from support.git import committed, git
from support.run_smoke import LOOPBACK, only, server, settings, vault
from support.scripted_server import TOKEN, Behaviour, Fake, fake, reply
from support.server_behaviours import Heard, deciding
from support.sops import KEY, encrypted

NAMES = ("revocation_endpoint", "introspection_endpoint")
OPAQUE = reply(200, {**TOKEN, "scope": None})
"""A token of unknown scope, so that introspection is useful."""


def served_by(name: str) -> Behaviour:
    """Return a server with all endpoints; its introspection is used only if that is the endpoint in question."""

    def decide(heard: Heard) -> bytes:
        if heard.path == "/introspect":
            return reply(200, {"active": True, "scope": "api.read"})
        if heard.path == "/revoke":
            return reply(200, "")
        return OPAQUE if name == "introspection_endpoint" else reply(200, TOKEN)

    return deciding(decide)


def paths(served: Fake) -> list[str]:
    """Return the requested paths of a server, in order."""
    return [request.split(b" ")[1].decode() for request in served.requests]


class Moved(NamedTuple):
    """The endpoint of a change, with ``{same}`` and ``{other}`` for the two hosts."""

    url: str
    listens: str


MOVED = {
    "another path of the same host": Moved("{same}/attacker", "same"),
    "a query more": Moved("{same}/{kind}?to=attacker", "same"),
    "letters of another case": Moved("{same}/{Kind}", "same"),
    "another trusted host": Moved("{other}/{kind}", "other"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("moved", MOVED)
@pytest.mark.parametrize("pinned", [False, True], ids=["token endpoint pinned", "all pinned"])
@pytest.mark.parametrize("how", ["pin", "authority"])
def test_moved_endpoint_gets_no_request(name: str, moved: str, pinned: bool, how: str) -> None:  # noqa: FBT001 - a table
    kind = name.removesuffix("_endpoint").replace("revocation", "revoke").replace("introspection", "introspect")
    with fake(served_by(name)) as same, fake(reply(200, "")) as other:
        base, elsewhere = (each.url.removesuffix("/token") for each in (same, other))
        url = MOVED[moved].url.format(same=base, other=elsewhere, kind=kind, Kind=kind.title())
        before = server(same.url, **{name: f"{base}/{kind}"})
        now = settings(server(same.url, **{name: url}))
        policy = dict(now.policy) | {
            each: [*now.policy[each], elsewhere[7:]] for each in ("trusted_hosts", "http_hosts")
        }
        target = now._replace(policy=policy)
        pins = (same.url, f"{base}/{kind}") if pinned and how == "pin" else (same.url,)
        granted = stated_endpoints([settings(before)]) if pinned and how == "authority" else frozenset()
        planned = make_plan([target], vault(*pins), {}, granted=granted)
        verdict = only(run(planned, [target], LOOPBACK, listen=lambda _: None).verdicts)
        assert paths(same) == ["/token"]
        assert other.connections == 0
    assert verdict.outcome in {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS}
    assert ", not revoked (" in verdict.reason
    if name == "revocation_endpoint":
        assert verdict.reason.endswith(
            "(send_only_to of the secret does not list revocation_endpoint; add it there if the URL is right)"
        )


def entry(**endpoints: str) -> dict[str, Any]:
    """Return a catalogue entry of a provider with these endpoints."""
    known = {"title": "CRM", "sources": ["https://crm.example.com"], "example": {"client_id": "client"}}
    return {"kind": "provider", "provider": "crm", **known, "oauth_server": endpoints}


def smoke(target_server: dict[str, Any], *pins: str, granted: frozenset[GrantedEndpoint] = frozenset()) -> Verdict:
    target = settings(target_server)
    planned = make_plan([target], vault(*pins), {}, granted=granted)
    return only(run(planned, [target], LOOPBACK, listen=lambda _: None).verdicts)


@pytest.mark.parametrize("how", ["pin", "authority", "catalogue"])
def test_permitted_endpoints_get_requests(how: str) -> None:
    with fake(served_by("introspection_endpoint")) as served:
        base = served.url.removesuffix("/token")
        own = {"revocation_endpoint": f"{base}/revoke", "introspection_endpoint": f"{base}/introspect"}
        data = server(served.url, **own)
        target = settings(data)
        if how == "catalogue":
            target = target._replace(providers={"crm": entry(token_endpoint=served.url, **own)})
        pins = (served.url, *own.values()) if how == "pin" else (served.url,)
        granted = stated_endpoints([settings(data)]) if how == "authority" else frozenset()
        planned = make_plan([target], vault(*pins), {}, granted=granted)
        verdict = only(run(planned, [target], LOOPBACK, listen=lambda _: None).verdicts)
        assert paths(served) == ["/token", "/introspect", "/revoke"]
        for request in served.requests[1:]:
            assert parse_qs(request.decode().partition("\r\n\r\n")[2])["token"] == ["the-token"]
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "token for 3600 s, scope as requested, revoked")


def test_grant_counts_with_its_token_endpoint_only() -> None:
    """An endpoint that the authority states for another client is not granted to this client's secret."""
    with fake(served_by("revocation_endpoint")) as ours, fake(reply(200, "")) as theirs:
        revoke = theirs.url.replace("/token", "/revoke")
        granted = stated_endpoints([settings(server(theirs.url, revocation_endpoint=revoke))])
        target = settings(server(ours.url, revocation_endpoint=revoke))
        hosts = [each.url.split("/")[2] for each in (ours, theirs)]
        target = target._replace(policy={"trusted_hosts": hosts, "http_hosts": hosts, "networks": []})
        run(make_plan([target], vault(ours.url), {}, granted=granted), [target], LOOPBACK, listen=lambda _: None)
        assert (paths(ours), theirs.connections) == (["/token"], 0)


def test_provider_named_by_a_change_grants_nothing() -> None:
    """The catalogue's endpoint counts with the catalogue's token endpoint: another client's secret is not sent there."""
    with fake(served_by("revocation_endpoint")) as ours, fake(reply(200, "")) as theirs:
        revoke = theirs.url.replace("/token", "/revoke")
        target = settings(server(ours.url, revocation_endpoint=revoke))
        hosts = [each.url.split("/")[2] for each in (ours, theirs)]
        target = target._replace(
            policy={"trusted_hosts": hosts, "http_hosts": hosts, "networks": []},
            providers={"crm": entry(token_endpoint=theirs.url, revocation_endpoint=revoke)},
        )
        (credential,) = make_plan([target], vault(ours.url), {}).credentials
    assert credential.revocation_endpoint is None


@pytest.mark.parametrize(
    ("environment", "policy", "words"),
    [
        ("test", {"trusted_hosts": ["{token}"]}, "host 127.0.0.1:9 is not in trusted_hosts"),
        ("test", {"trusted_hosts": ["{token}", "127.0.0.1:9"], "http_hosts": ["localhost"]}, "is not in http_hosts"),
    ],
)
def test_pinned_endpoint_of_untrusted_host_gets_no_request(
    environment: str, policy: dict[str, list[str]], words: str
) -> None:
    with fake(served_by("revocation_endpoint"), host="localhost") as served:
        host = served.url.split("/")[2]
        rules = {
            "http_hosts": [host, "127.0.0.1"],
            "networks": [],
            **{name: [each.format(token=host) for each in hosts] for name, hosts in policy.items()},
        }
        target = settings(server(served.url, revocation_endpoint="http://127.0.0.1:9/revoke"))
        target = target._replace(policy=rules, environment=environment)
        planned = make_plan([target], vault(served.url, "http://127.0.0.1:9/revoke"), {})
        verdict = only(run(planned, [target], LOOPBACK, listen=lambda _: None).verdicts)
    assert "not revoked (revocation_endpoint: " in verdict.reason
    assert words in verdict.reason


def test_variable_without_the_endpoint_is_named() -> None:
    with fake(served_by("revocation_endpoint")) as served:
        reference = SecretReference("from_env", "app.secrets.yaml", "/oauth_servers/crm/client_secret", "CRM_SECRET")
        revoke = served.url.replace("/token", "/revoke")
        verdict = smoke(server(served.url, client_secret=reference, revocation_endpoint=revoke), served.url)
    assert verdict.reason.endswith(
        "(env_secrets/CRM_SECRET of the policy does not list revocation_endpoint; add it there if the URL is right)"
    )


def test_one_permitted_user_of_a_credential_is_enough() -> None:
    """Two targets share a credential, and a change of one does not affect the other."""
    with fake(served_by("revocation_endpoint")) as served:
        base = served.url.removesuffix("/token")
        targets = [
            settings(server(served.url, revocation_endpoint=f"{base}/{path}"), target=f"iam_application/{path}")
            for path in ("revoke", "attacker")
        ]
        for order in (targets, targets[::-1]):
            served.requests.clear()
            planned = make_plan(order, vault(served.url, f"{base}/revoke"), {})
            verdicts = run(planned, order, LOOPBACK, listen=lambda _: None).verdicts
            assert paths(served) == ["/token", "/revoke"]
            assert [verdict.reason.rpartition(", ")[2] for verdict in verdicts] == ["revoked"] * 2


BRANCH = "configs/branches/CRM/MAIN.yaml"
POLICY = "configs/oauthgit.yaml"


@pytest.fixture
def project(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that writes a project for a server; ``pin`` are the URLs of its secret's pin."""
    del program  # it deletes the caller's keys, so it has to come first
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setenv("CRM_SECRET", "a-secret-of-thirty-characters-x")

    def write(served: Fake, pin: list[str], *, variable: bool, **endpoints: str) -> None:
        entry: dict[str, Any] = {"from_env": "CRM_SECRET"} if variable else {}
        host = served.url.split("/")[2]
        data = {
            "token_endpoint": served.url,
            "client_id": "A",
            "grant_types": ["client_credentials"],
            "scopes": ["api.read"],
            **({"client_secret": entry} if variable else {}),
            **endpoints,
        }
        policy = {
            "kind": "policy",
            "trusted_hosts": [host],
            "http_hosts": ["127.0.0.1"],
            "networks": ["127.0.0.0/8"],
            **({"env_secrets": {"CRM_SECRET": pin if len(pin) > 1 else pin[0]}} if variable else {}),
        }
        application = {"kind": "iam_application", "application": "app", "model": "CRM", "branch": "MAIN"}
        files = {
            POLICY: policy,
            BRANCH: {"kind": "branch", "model": "CRM", "branch": "MAIN", "oauth_servers": {"crm": data}},
            "configs/iam_applications/app.yaml": application | {"environment": "test"},
        }
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(json.dumps(content))
        if not variable:
            secret = {"client_secret": "a-secret-of-thirty-characters-x", "send_only_to": pin}
            document = {"kind": "secrets", "for": "branch/CRM/MAIN", "oauth_servers": {"crm": secret}}
            (tmp_path / BRANCH.replace(".yaml", ".secrets.yaml")).write_bytes(encrypted(json.dumps(document), "demo"))

    return write


@pytest.mark.parametrize("variable", [False, True], ids=["sops", "variable"])
def test_command_revokes_at_a_listed_endpoint_only(
    project: Callable[..., None],
    program: Program,
    variable: bool,  # noqa: FBT001 - a table
) -> None:
    with fake(served_by("revocation_endpoint")) as served:
        revoke = served.url.replace("/token", "/revoke")
        project(served, [served.url, revoke], variable=variable, revocation_endpoint=revoke)
        assert program("validate").code == 0
        reported = json.loads(program("smoke", "--format", "json").out)["verdicts"]
        assert [each["reason"] for each in reported] == ["token for 3600 s, scope as requested, revoked"]
        served.requests.clear()
        committed(Path())
        git(Path(), "tag", "trusted")
        project(served, [served.url, revoke], variable=variable, revocation_endpoint=f"{revoke}/attacker")
        reported = json.loads(program("smoke", "--authority", "trusted", "--format", "json").out)["verdicts"]
        assert paths(served) == ["/token"]
    (reason,) = (each["reason"] for each in reported)
    assert "not revoked (" in reason
    assert "does not list revocation_endpoint" in reason
