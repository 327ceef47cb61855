"""Any text in a URL setting: no rule crashes (OG002), and no message quotes a credential of a URL."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit import rules
from oauthgit.discover.catalogue import provider_index, provider_names
from oauthgit.merge import MergeInputs, merge
from oauthgit.model.finding import Finding
from oauthgit.model.formats.url import SERVER_URLS
from oauthgit.model.schema import schema, server_settings
from oauthgit.model.workspace import Kind
from oauthgit.pipeline.read import policy_of
from oauthgit.reference.providers import entry
from support.documents import document
from support.lint_documents import lint

NAMES = ("issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint")
INDEX = provider_index()
RULES = rules.with_checks()
BRANCH = document("branch/M/MAIN", "kind: branch\nmodel: M\nbranch: MAIN\n")
APPLICATION = document("iam_application/prod", "kind: iam_application\napplication: prod\nmodel: M\nbranch: MAIN\n")
POLICY = policy_of([]) | {"http_hosts": ["localhost", ""], "networks": ["no network", "10.0.0.0/8", "::/0"]}

CATALOGUE = {name: entry(name) for name in provider_names()}
TEMPLATES = {
    template
    for known in CATALOGUE.values()
    for part in ("endpoints", "deprecated")
    for pair in known.data.get(part, {}).items()
    for template in pair
    if template.startswith("https:")
}

HOSTS = (
    st.sampled_from(
        [
            *(host.replace("*", "acme") for host in INDEX.hosts),
            "localhost",
            "127.1",
            "[::1]",
            "[::",
            "0x7f.1",
            "xn--a",
            ".",
        ]
    )
    | st.from_regex(r"[a-z0-9.*%-]{0,30}", fullmatch=True)
    | st.from_regex(r"\[?[0-9a-fx:.]{0,30}\]?", fullmatch=True)
    | st.text(max_size=12)
)
PATHS = st.from_regex(
    r"(/([a-z.;]{0,3}|%2e|%2E%2e|v2\.0|realms|oauth2|common|token|authorize|<[a-z]*>)){0,6}", fullmatch=True
)
TAILS = st.from_regex(r"([?&#;](next|client_secret|%63ode|=|&)[a-z=%]{0,5}){0,3}", fullmatch=True) | st.text(max_size=5)
URLS = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["https://", "http://", "HTTPS://", "https:/", "javascript:", "com.example:/", "//", ""]),
    st.sampled_from(["", "", "", "me:secret@", "@"]),
    HOSTS,
    st.sampled_from(["", "", ":443", ":80", ":99999", ":", ":٣"]),
    PATHS,
    TAILS,
)
KNOWN = st.builds(
    lambda template, word, tail: re.sub("<[^>]*>", word, template) + tail,
    st.sampled_from(sorted(TEMPLATES)),
    st.sampled_from(["one", "two", "common", "<x>"]),
    st.sampled_from(["", "", "/", "?", "?client_secret=x", "#"]),
)
VALUES = st.text(max_size=60) | URLS | KNOWN
SERVERS = st.fixed_dictionaries(
    {"token_endpoint": VALUES},
    optional={
        **{name: VALUES for name in NAMES if name != "token_endpoint"},
        "provider": st.sampled_from(sorted(CATALOGUE)),
        "grant_types": st.just(["authorization_code", "client_credentials"]),
    },
)


GROUND = MergeInputs({}, {}, server_settings(), CATALOGUE, POLICY, "2026-11-24", INDEX)


def found(below: Mapping[str, Any], above: Mapping[str, Any], redirect_uri: str, environment: str) -> list[Finding]:
    """Lint one target whose branch and application have the given values, as if parsed from a file."""
    branch = BRANCH._replace(data={**BRANCH.data, "oauth_servers": {"crm": below}})
    stated = {"environment": environment, "redirect_uri": redirect_uri, "oauth_servers": {"crm": above}}
    application = APPLICATION._replace(data={**APPLICATION.data, **stated})
    targets, _ = merge([branch, application], GROUND, {})
    assert len(targets) == 2
    return lint([], targets, RULES, POLICY)


@given(SERVERS, st.just({}) | SERVERS, VALUES, st.sampled_from(["development", "production"]))
def test_any_url_is_linted_without_a_crash(
    below: dict[str, Any], above: dict[str, Any], redirect_uri: str, environment: str
) -> None:
    findings = found(below, above, redirect_uri, environment)
    assert [finding.message for finding in findings if finding.code == "OG002"] == []
    said = " ".join(finding.message + finding.remedy for finding in findings)
    assert "me:secret" not in said
    assert "client_secret=x" not in said


@pytest.mark.parametrize("length", [100, 2048])
def test_long_url_is_linted_quickly(length: int) -> None:
    for part in ("a.", "1.", "/..", "..;", "&next", "%2e", ":", "[", "0x", "rn"):
        found(dict.fromkeys(NAMES, f"https://{part * length}"), {}, f"https://h/{part * length}", "production")


def test_every_url_setting_is_covered() -> None:
    servers = schema(Kind.BRANCH)["properties"]["oauth_servers"]["additionalProperties"]["properties"]
    assert {name for name, of in servers.items() if of.get("format") == "uri"} == set(NAMES)
    assert {f"/oauth_servers/*/{name}" for name in NAMES} == set(SERVER_URLS)
