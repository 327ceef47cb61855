"""The offline gate: secrets that are not sent, with the reason."""

from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest

from oauthgit.model.formats.endpoint import Endpoint, matches
from oauthgit.model.secret import Vault
from oauthgit.model.settings import SecretReference
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.probe import make_plan
from oauthgit.probe.http import endpoint
from oauthgit.probe.http.endpoint import parse
from support.run_smoke import only, server, settings, vault

URL = "https://crm.example.com/token"


def refused(
    url: str = URL, *pins: str, policy: dict[str, Any] | None = None, environment: str = "test", **changes: Any
) -> Verdict | None:
    rules = {"trusted_hosts": ["*.example.com"], "http_hosts": [], "networks": []} | (policy or {})
    target = settings(server(url, **changes), policy=rules, environment=environment)
    planned = make_plan([target], vault(*(pins or (url,))), {})
    assert len(planned.credentials) + len(planned.refused) == 1
    return only(planned.refused) if planned.refused else None


def reason(verdict: Verdict | None) -> str:
    assert verdict is not None
    assert (verdict.outcome, verdict.milliseconds) == (Outcome.NOT_RUN, None)
    assert verdict.code == (
        "OG519"
        if "pinned to a token endpoint other" in verdict.reason
        else "OG518"
        if "not pinned" in verdict.reason
        else "OG908"
    )
    assert verdict.remedy
    return verdict.reason


def test_pinned_secret_for_a_trusted_host_passes() -> None:
    assert refused() is None
    assert refused(URL, "https://other.example.com/token", URL) is None


@pytest.mark.parametrize(
    "pin",
    [
        "https://crm.example.com/token/",
        "https://crm.example.com/Token",
        "https://CRM.example.com/token",
        "https://crm.example.com:443/token",
        "http://crm.example.com/token",
        "https://crm.example.com/token?",
    ],
)
def test_pin_must_equal_the_endpoint_exactly(pin: str) -> None:
    verdict = refused(URL, pin)
    assert reason(verdict) == f"the secret is pinned to a token endpoint other than {URL}"
    assert verdict is not None
    assert verdict.location.pointer == "/oauth_servers/crm/token_endpoint"


def test_secret_without_a_pin_is_not_sent() -> None:
    verdict = only(make_plan([settings(server(URL))], vault(), {}).refused)
    assert "not pinned to a token endpoint" in reason(verdict)
    assert "send_only_to" in verdict.remedy


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (None, "no client_secret is set"),
        (SecretReference("encrypted", "elsewhere.yaml", "/x"), "not available: its file"),
        (SecretReference("from_env", "app.yaml", "/x", "CRM_SECRET"), "the variable CRM_SECRET is not set"),
        (SecretReference("plain", "app.yaml", "/x"), "plain text"),
        (SecretReference("inline", "app.yaml", "/x"), "it is in a layer"),
    ],
)
def test_unavailable_secret_is_named(secret: SecretReference | None, words: str) -> None:
    assert words in reason(refused(client_secret=secret))


@pytest.mark.parametrize(
    ("pattern", "host", "port", "covered"),
    [
        ("crm.example.com", "crm.example.com", 443, True),
        ("CRM.Example.com", "crm.example.com", 443, True),
        ("crm.example.com", "crm.example.com", 8443, False),
        ("crm.example.com:8443", "crm.example.com", 8443, True),
        ("crm.example.com:8443", "crm.example.com", 443, False),
        ("crm.example.com", "crm.example.com.evil.org", 443, False),
        ("crm.example.com", "evil-crm.example.com", 443, False),
        ("*.example.com", "crm.example.com", 443, True),
        ("*.example.com", "a.b.example.com", 443, True),
        ("*.example.com", "example.com", 443, False),
        ("*.example.com", "evilexample.com", 443, False),
        ("*.example.com:9443", "crm.example.com", 9443, True),
        ("*.example.com:9443", "crm.example.com", 443, False),
        ("*", "crm.example.com", 443, False),
        ("[::1]:9443", "::1", 9443, True),
        ("crm.example.com:notaport", "crm.example.com", 443, False),
        ("https://crm.example.com", "crm.example.com", 443, False),
        ("crm.example.com/path", "crm.example.com", 443, False),
        ("x@crm.example.com", "crm.example.com", 443, False),
        ("", "crm.example.com", 443, False),
    ],
)
def test_host_pattern_matches_exactly(pattern: str, host: str, port: int, covered: bool) -> None:  # noqa: FBT001 - a table
    assert matches([pattern], Endpoint("https", host, port)) is covered


def test_untrusted_host_is_named() -> None:
    assert reason(refused("https://crm.example.net/token")) == "host crm.example.net is not in trusted_hosts"
    assert reason(refused("https://crm.example.com:8443/t")) == "host crm.example.com:8443 is not in trusted_hosts"


def test_http_needs_a_listed_host_and_no_production() -> None:
    url, trusted = "http://crm.example.com:8080/token", {"trusted_hosts": ["crm.example.com:8080"]}
    listed = trusted | {"http_hosts": ["crm.example.com"]}
    assert "not in http_hosts" in reason(refused(url, policy=trusted))
    assert refused(url, policy=listed) is None
    assert "production" in reason(refused(url, policy=listed, environment="production"))


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example.com\\@evil.org/token",
        "https://crm.example.com@evil.org/token",
        "https://user:pass@crm.example.com/token",
        "https://@crm.example.com/token",
        "https://crm.example.com/token#fragment",
        "https://crm.example.com/token#",
        "https://crm.example.com /token",
        "https://crm.example.com/to ken",
        "https://crm.example.com/token\n",
        "https://crm.example.com/\ttoken",
        "https://crm.example.com./token",
        "https://crm.example.com%2eevil.org/token",
        "https://crm\u3002example.com/token",
        "https://\uff43rm.example.com/token",
        "https://crm..example.com/token",
        "https://crm.example.com:0/token",
        "https://crm.example.com:99999/token",
        "https://crm.example.com:port/token",
        "https://[::1/token",
        "https:///token",
        "https:crm.example.com/token",
        "//crm.example.com/token",
        "ftp://crm.example.com/token",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "",
    ],
)
def test_hostile_url_gets_nothing_even_if_pinned(url: str) -> None:
    assert reason(refused(url)).startswith("the URL of the token endpoint is not safe: ")


def test_ambiguous_url_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def misled(url: str) -> SplitResult:
        return urlsplit(url.replace("crm", "evil"))

    monkeypatch.setattr(endpoint, "urlsplit", misled)
    assert (
        reason(refused())
        == "the URL of the token endpoint is not safe: two URL parsers disagree about its host or port"
    )


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://crm.example.com/a?b=c", Endpoint("https", "crm.example.com", 443)),
        ("HTTPS://CRM.example.com:8443", Endpoint("https", "crm.example.com", 8443)),
        ("http://[::1]:80/", Endpoint("http", "::1", 80)),
        ("http://under_score.example.com", Endpoint("http", "under_score.example.com", 80)),
        ("https://xn--caf-dma.example.com/", Endpoint("https", "xn--caf-dma.example.com", 443)),
    ],
)
def test_plain_url_passes_with_its_host(url: str, leads: Endpoint) -> None:
    assert parse(url) == leads


def test_sandbox_skips_host_checks_but_not_the_pin() -> None:
    target = settings(server("http://anywhere.example.net/token"), policy={}, environment="production")
    assert make_plan([target], vault("http://anywhere.example.net/token"), {}, sandbox=True).refused == ()
    assert only(make_plan([target], vault(URL), {}, sandbox=True).refused).sandbox
    assert make_plan([target], Vault({}), {}, sandbox=True).credentials == ()
