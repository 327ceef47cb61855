"""The catalogue: every entry is valid and consistent, and its example is a healthy server."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest

import oauthgit
from oauthgit.discover.catalogue import provider_file, provider_index, provider_names
from oauthgit.model.formats.json_pointer import leaves
from oauthgit.model.formats.provider_index import find_provider, find_provider_of_metadata
from oauthgit.model.provider import Provider
from oauthgit.model.schema import schema
from oauthgit.model.settings import Origin, Setting
from oauthgit.parse import parse
from oauthgit.pipeline import Project
from oauthgit.reference.providers import entry, page
from oauthgit.rules.og412_host_typosquat import host_typosquat
from support.run_smoke import server
from support.run_smoke import settings as made_settings

NAMES = provider_names()
ENTRIES: dict[str, dict[str, Any]] = {name: entry(name).data for name in NAMES}
FORMATS = ("client_id_format", "client_secret_format")
SOURCE = re.compile(r"https://\S+|[\w.-]+/[\w.-]+[^<>]* \(facts only\)")

each = pytest.mark.parametrize("name", NAMES)


def effective(name: str) -> dict[str, Any]:
    """Return the settings of the entry together with those of its example."""
    return {**ENTRIES[name]["oauth_server"], **ENTRIES[name]["example"]}


def project(root: Path, name: str) -> Project:
    """Load a folder with the example in a branch, and a production application that adds only the secret."""
    endpoint = effective(name)["token_endpoint"]
    policy = {
        "kind": "policy",
        "trusted_hosts": [urlsplit(endpoint).hostname],
        "env_secrets": {"CLIENT_SECRET": endpoint},
    }
    branch = {"kind": "branch", "model": "M", "branch": "MAIN", "oauth_servers": {name: ENTRIES[name]["example"]}}
    application = {
        "kind": "iam_application",
        "application": "prod",
        "model": "M",
        "branch": "MAIN",
        "environment": "production",
        "redirect_uri": "https://insights.example.com/indicium/oauth-callback",
        "oauth_servers": {name: {"client_secret": {"from_env": "CLIENT_SECRET"}}},
    }
    files = {"oauthgit": policy, "branches/M/MAIN": branch, "iam_applications/prod": application}
    for path, data in files.items():
        file = root / f"configs/{path}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(data))  # JSON is YAML
    return oauthgit.load(root)


def test_catalogue_has_the_common_providers() -> None:
    assert {"google", "microsoft_entra", "azure_ad_b2c", "github", "gitlab", "facebook", "linkedin", "apple"} <= set(
        NAMES
    )
    assert {"slack", "atlassian", "salesforce", "exact_online", "okta", "auth0", "keycloak"} <= set(NAMES)
    assert {"aws_cognito", "dropbox", "zoho", "docusign", "hubspot", "x", "spotify", "stripe"} <= set(NAMES)
    assert {"zoom", "box"} <= set(NAMES)
    assert {"adfs", "afas", "exact_online", "fortnox", "intuit", "mollie", "moneybird", "twinfield", "xero"} <= set(
        NAMES
    )
    assert {"casdoor", "duende_identityserver", "fusionauth", "gitea", "onelogin", "ping_federate", "wso2"} <= set(
        NAMES
    )
    assert {"sap_uaa", "servicenow", "shopify", "visma_connect"} <= set(NAMES)


@each
def test_entry_is_plain_yaml_and_valid(name: str) -> None:
    file = provider_file(name)
    assert file is not None
    document, findings = parse(file)
    assert document is not None
    assert findings == []
    assert document.data["provider"] == name
    jsonschema.Draft202012Validator(schema("provider")).validate(document.data)
    Provider.model_validate(document.data)


@each
def test_formats_are_anchored_and_fit_the_example(name: str) -> None:
    for fact in FORMATS:
        pattern = ENTRIES[name].get(fact)
        if pattern:
            re.compile(pattern)
            assert pattern.startswith("^")
            assert pattern.endswith("$")
            assert "|" not in re.sub(r"\(.*\)", "", pattern), "an alternative escapes the anchors"
    pattern = ENTRIES[name].get("client_id_format", "")
    assert re.search(pattern, ENTRIES[name]["example"]["client_id"])


@each
def test_only_facts_that_the_entry_states_are_unverified(name: str) -> None:
    stated = ENTRIES[name].keys()
    assert set(ENTRIES[name].get("unverified", ())) <= stated


@each
def test_sources_are_pages_or_repositories(name: str) -> None:
    for source in ENTRIES[name]["sources"]:
        assert SOURCE.fullmatch(source), source


@each
def test_rejection_texts_state_cause_and_remedy(name: str) -> None:
    for own, error in ENTRIES[name].get("errors", {}).items():
        assert error["says"], own
        assert not error["says"].endswith("."), own
        if error["means"] in {"invalid_client", "wrong_endpoint", "invalid_scope", "unauthorized_client"}:
            assert error["remedy"].endswith("."), own


def test_host_belongs_to_one_provider() -> None:
    hosts = [host for data in ENTRIES.values() for host in data.get("hosts", ())]
    assert len(hosts) == len(set(hosts))
    assert hosts
    assert all(re.fullmatch(r"(\*\.)?([a-z0-9-]+\.)+[a-z]+", host) for host in hosts)


@pytest.mark.parametrize(
    "domain", ["servicenow.com", "visma.net", "shopify.com", "mollie.nl", "fortnox.no", "xerox.com"]
)
def test_domain_of_another_company_is_no_lookalike(domain: str) -> None:
    endpoint = Setting("/oauth_servers/crm/token_endpoint", f"https://login.{domain}/token", Origin("layer", None))
    target = made_settings(server(endpoint.value))._replace(known_hosts=frozenset(provider_index().hosts))
    check = host_typosquat.check_setting
    assert check is not None
    assert list(check(endpoint, target)) == []


@each
def test_entry_is_recognised_by_its_endpoint_or_metadata(name: str) -> None:
    index, data, server = provider_index(), ENTRIES[name], effective(name)
    by_endpoint = bool(data.get("hosts") or data.get("token_paths"))
    assert by_endpoint or data.get("metadata")
    for endpoint in (server["token_endpoint"], data["oauth_server"].get("token_endpoint")):
        assert endpoint is None or find_provider(endpoint, index) == (name if by_endpoint else None)
    for url, path in data.get("metadata", {}).items():
        for base in ("https://sso.example.com", "https://example.com/a/b"):
            document = {"issuer": base, "token_endpoint": server["token_endpoint"], url: base + path}
            assert find_provider_of_metadata(document, index) == name
            assert find_provider_of_metadata({**document, url: f"{base}{path}2"}, index) is None


@each
def test_example_states_what_its_templates_leave_open(name: str) -> None:
    filled, templates = ENTRIES[name]["oauth_server"], ENTRIES[name].get("endpoints", {})
    assert not filled.keys() & templates.keys()
    assert all("<" in template for template in templates.values())
    assert "token_endpoint" in {**filled, **templates}
    assert all(value.startswith("https://") for key, value in {**filled, **templates}.items() if "endpoint_" not in key)


@each
def test_example_follows_the_facts_of_its_entry(name: str) -> None:
    data, server = ENTRIES[name], effective(name)
    login = server.get("user_login", {})
    assert server["provider"] == name
    assert "client_secret" not in server
    assert server.get("require_pkce", True)
    assert set(server["grant_types"]) <= set(data["grant_types"])
    assert server.get("token_endpoint_auth_method", "client_secret_post") in data["token_endpoint_auth_methods"]
    assert "prompt" not in login or login["prompt"] in data["prompts"]
    assert data.get("scope_separator") != "comma" or len(server.get("scopes", ())) < 2
    if login.get("request_refresh_token"):
        asked = data.get("refresh_token", {"by": "never"})
        assert asked["by"] != "never"
        assert asked["by"] != "scope" or asked["scope"] in server["scopes"]
        query = parse_qsl(urlsplit(server["authorization_endpoint"]).query)
        assert asked["by"] != "parameter" or tuple(asked["parameter"].split("=")) in query
    for _, value in leaves(server):
        assert not str(value).startswith("http:")


@each
def test_example_is_healthy(name: str, tmp_path: Path) -> None:
    loaded = project(tmp_path, name)
    assert loaded.findings == ()
    targets = {settings.target: settings for settings in loaded.resolve().targets}
    assert targets["iam_application/prod"].providers[name]["provider"] == name


def test_provider_page_shows_the_whole_entry() -> None:
    shown = page("zoho")
    for words in (
        "It sets no values.",
        "`https://accounts.zoho.<data centre>/oauth/v2/token`",
        "    client_id: 1000.",
        "| `invalid_client` | `invalid_client` | the client is unknown in this data centre",
        "| prompt | `consent` | unverified |",
        "- Scopes are separated by commas.",
        "- https://docs.catalyst.zoho.com/",
    ):
        assert words in shown
    assert r"{32}\.apps" in page("google")
    assert r"\|[!-~]{31,34}" in page("microsoft_entra"), "a bar would end the cell"
    assert r"\<tenant>" in page("microsoft_entra"), "a tag would not be shown"


@each
def test_example_on_the_page_is_valid_settings(name: str) -> None:
    file = provider_file(name)
    assert file is not None
    block = page(name).partition("```yaml\n")[2].partition("```")[0]
    document, findings = parse(file._replace(content=block.encode()))
    assert findings == []
    assert document is not None
    assert document.data == {"oauth_servers": {name: ENTRIES[name]["example"]}}
