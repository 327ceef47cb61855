"""Recognition: a token endpoint identifies its provider, without any setting in the layers or the result."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import oauthgit
from oauthgit.discover.catalogue import provider_file, provider_index
from oauthgit.merge import MergeInputs, merge
from oauthgit.model.formats.provider_index import ProviderIndex, find_provider
from oauthgit.model.schema import server_settings
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS, File
from oauthgit.pipeline.resolve import catalogue_entry
from support.documents import document

INDEX = ProviderIndex(
    {"idp.example.com": "one", "*.example.com": "all", "*.eu.example.com": "europe", "login.example.org": "two"},
    {"/oauth/access_token": "short", "/protocol/openid-connect/token": "software", "/api/oauth/access_token": "long"},
)
KNOWN = {
    "https://idp.example.com/token": "one",
    "https://IDP.Example.COM:8443/token?tenant=1": "one",
    "http://idp.example.com/token": "one",
    "https://other.example.com/token": "all",
    "https://a.b.example.com/token": "all",
    "https://a.eu.example.com/token": "europe",
    "https://a.b.eu.example.com": "europe",
    "https://login.example.org": "two",
    "https://sso.example.net/realms/r/protocol/openid-connect/token": "software",
    "https://sso.example.net/auth/realms/r/protocol/openid-connect/token?x=1": "software",
    "https://idp.example.com/realms/r/protocol/openid-connect/token": "one",
    "https://sso.example.net/login/oauth/access_token": "short",
    "https://sso.example.net/login/api/oauth/access_token": "long",
}
UNKNOWN = [
    "https://example.com/token",
    "https://example.com.evil.example.net/token",
    "https://notexample.com/token",
    "https://idp.example.com@evil.example.net/token",
    "https://idp.example.com:443@evil.example.net/token",
    "https://evil.example.net/https://idp.example.com/token",
    "https://evil.example.net/?https://idp.example.com/token",
    "https://evil.example.net/#@idp.example.com/token",
    "https://evil.example.net\\@idp.example.com/token",
    "https://me:secret@idp.example.com/token",
    "https://sso.example.net/protocol/openid-connect/token/",
    "https://sso.example.net/?p=/protocol/openid-connect/token",
    "https://sso.example.net/protocol/openid-connect/token2",
    "https:/idp.example.com/token",
    "//idp.example.com/token",
    "idp.example.com/token",
    "javascript://idp.example.com/token",
    "ftp://idp.example.com/token",
    "https://idp.example.com /token",
    "https://idp.example.com\n/token",
    "https://idp.example.com:99999/token",
    "https://[::1]/token",
    "https://" + "a." * 2000 + "example.net",
    "",
    None,
    True,
    7,
    ["https://idp.example.com/token"],
    {"https": "//idp.example.com/token"},
]
MAIN = """
    kind: branch
    model: M
    branch: MAIN
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/token
        client_id: main
    """
PROD = """
    kind: iam_application
    application: prod
    model: M
    branch: MAIN
    environment: production
    oauth_servers:
      crm: {client_id: prod}
    """
ENTRY = "kind: provider\nprovider: %s\noauth_server: {authorization_endpoint: https://%s.example/a}\n"


@pytest.mark.parametrize(("endpoint", "provider"), KNOWN.items())
def test_provider_is_recognised_by_its_endpoint(endpoint: str, provider: str) -> None:
    assert find_provider(endpoint, INDEX) == provider


@pytest.mark.parametrize("endpoint", UNKNOWN, ids=lambda endpoint: repr(endpoint)[:60])
def test_similar_endpoint_is_not_recognised(endpoint: object) -> None:
    assert find_provider(endpoint, INDEX) is None
    assert find_provider(endpoint, provider_index()) in {None, "keycloak"}


def merged(main: str, prod: str = PROD, index: ProviderIndex = INDEX) -> Mapping[str, Settings]:
    layers = [document("branch/M/MAIN", main), document("iam_application/prod", prod)]
    entries = {name: document("branch/x/y", ENTRY % (name, name)) for name in ("one", "all")}
    ground = MergeInputs({}, {"require_pkce": True}, server_settings(), entries, {}, recognition=index)
    known = {layer.layer: layer.file for layer in layers if layer.kind in LAYERS}
    settings, _ = merge(layers, ground, known)
    return {one.target: one for one in settings}


def provider_of(settings: Settings) -> str | None:
    entry = settings.providers.get("crm")
    return entry["provider"] if entry else None


def test_recognised_entry_is_available_and_sets_nothing() -> None:
    found, unknown = merged(MAIN), merged(MAIN, index=ProviderIndex({}, {}))
    assert {target: provider_of(settings) for target, settings in found.items()} == dict.fromkeys(found, "all")
    for target, settings in found.items():
        assert provider_of(unknown[target]) is None
        assert settings._replace(providers={}, known_hosts=frozenset()) == unknown[target]
        assert not any("provider" in setting.origin.layer for setting in settings.settings.values())


def test_effective_endpoint_decides_recognition() -> None:
    moved = PROD.replace("client_id: prod", "token_endpoint: https://idp.example.com/token")
    gone = PROD.replace("client_id: prod", "token_endpoint: https://example.net/token")
    nulled = PROD.replace("client_id: prod", "token_endpoint: null")
    assert provider_of(merged(MAIN, moved)["branch/M/MAIN"]) == "all"
    assert provider_of(merged(MAIN, moved)["iam_application/prod"]) == "one"
    assert provider_of(merged(MAIN, gone)["iam_application/prod"]) is None
    assert provider_of(merged(MAIN, nulled)["iam_application/prod"]) is None


def test_named_provider_wins_over_recognised_one() -> None:
    named = merged(MAIN.replace("client_id: main", "provider: one"))["iam_application/prod"]
    assert provider_of(named) == "one"
    assert named.servers["crm"]["authorization_endpoint"] == "https://one.example/a"
    taken_back = PROD.replace("client_id: prod", "provider: null")
    back = merged(MAIN.replace("client_id: main", "provider: one"), taken_back)["iam_application/prod"]
    assert provider_of(back) == "all"
    assert "authorization_endpoint" not in back.servers["crm"]


def test_unknown_named_provider_is_not_replaced() -> None:
    assert provider_of(merged(MAIN.replace("client_id: main", "provider: nobody"))["iam_application/prod"]) is None


def test_missing_catalogue_entry_gives_none() -> None:
    assert provider_of(merged(MAIN.replace("crm.example.com", "a.eu.example.com"))["branch/M/MAIN"]) is None


@pytest.mark.parametrize("value", ["[https://idp.example.com/token]", "{a: b}", "7", "true", '"\\n"'])
def test_endpoint_of_any_shape_is_handled(value: str) -> None:
    assert provider_of(merged(MAIN.replace("https://crm.example.com/token", value))["branch/M/MAIN"]) is None


def layer(root: Path, endpoint: str) -> None:
    file = root / "configs/branches/M/MAIN.yaml"
    file.parent.mkdir(parents=True)
    server = f"token_endpoint: {endpoint}, client_id: c, grant_types: [client_credentials], scopes: [a]"
    file.write_text(f"kind: branch\nmodel: M\nbranch: MAIN\noauth_servers:\n  crm: {{{server}}}\n")


def test_only_named_or_recognised_entries_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(name: str) -> File | None:
        read.append(name)
        return provider_file(name)

    monkeypatch.setattr("oauthgit.pipeline.resolve.provider_file", counted)
    catalogue_entry.cache_clear()  # an entry is read once per run
    layer(tmp_path, "https://insights.okta.com/oauth2/default/v1/token")
    (settings,) = oauthgit.load(tmp_path).resolve().targets
    assert read == ["okta"]
    assert provider_of(settings) == "okta"
    assert "provider" not in settings.servers["crm"]


def test_unknown_endpoint_reads_no_entry(tmp_path: Path) -> None:
    layer(tmp_path, "https://crm.example.com/token")
    loaded = oauthgit.load(tmp_path)
    assert loaded.findings == ()
    assert loaded.resolve().targets[0].providers == {}


def test_explain_omits_a_recognised_provider(tmp_path: Path, program: Any) -> None:
    layer(tmp_path, "https://insights.okta.com/oauth2/default/v1/token")
    for command in (("explain", "MAIN", "crm"), ("effective", "MAIN"), ("effective", "MAIN", "--format", "json")):
        shown = program("-C", str(tmp_path), *command)
        assert shown.code == 0
        assert "provider" not in shown.out
        assert "Okta" not in shown.out
