"""Endpoint templates: values of their placeholders, and no match for other URLs."""

import pytest

from oauthgit.discover.catalogue import provider_names
from oauthgit.model.formats.url_template import fill, match_template, templates
from oauthgit.reference.providers import entry

REALM = "https://<host>/realms/<realm>"
FITTING = {
    (REALM, "https://sso.example.com/realms/ledger"): {"host": "sso.example.com", "realm": "ledger"},
    (REALM, "https://SSO.example.com:8443/realms/ledger?x=1"): {"host": "sso.example.com:8443", "realm": "ledger"},
    (REALM, "https://sso.example.com:443/realms/ledger"): {"host": "sso.example.com", "realm": "ledger"},
    ("https://x.example/<tenant, by its id>/v2.0", "https://x.example/7/v2.0"): {"tenant": "7"},
    ("https://<a>.<b>.example.com/", "https://one.eu.example.com/"): {"a": "one", "b": "eu"},
    ("https://<a>.example.com/<a>/", "https://one.example.com/one/"): {"a": "one"},
    ("https://x.example/auth?audience=<api>", "https://x.example/auth?audience=7"): {},
}
NOT_FITTING = [
    (REALM, "https://sso.example.com/realms/ledger/"),
    (REALM, "https://sso.example.com/auth/realms/ledger"),
    (REALM, "http://sso.example.com/realms/ledger"),
    (REALM, "https://me:secret@sso.example.com/realms/ledger"),
    (REALM, "https:/sso.example.com/realms/ledger"),
    (REALM, None),
    ("https://<a>.example.com/<a>/", "https://one.example.com/two/"),
    ("https://x.example.com/token", "https://xxexample.com/token"),
]


@pytest.mark.parametrize(("template", "url"), FITTING)
def test_template_placeholders_are_read(template: str, url: str) -> None:
    assert match_template(template, url) == FITTING[template, url]


@pytest.mark.parametrize(("template", "url"), NOT_FITTING)
def test_other_url_does_not_match_the_template(template: str, url: str | None) -> None:
    assert match_template(template, url) is None


def test_template_placeholders_are_filled_by_name() -> None:
    assert fill("https://x/<tenant, by its id>/<other>", {"tenant": "7"}) == "https://x/7/<other>"


@pytest.mark.parametrize("name", provider_names())
def test_deprecated_template_has_a_complete_replacement(name: str) -> None:
    data = entry(name).data
    for old, new in data.get("deprecated", {}).items():
        there = match_template(old, fill(old, {}))
        assert there is not None
        assert match_template(new, fill(new, {})) is not None or "<" not in new
        assert new not in data["deprecated"]
        assert set(match_template(new, new) or ()) <= set(there)
        current = [text for key in ("authorization_endpoint", "token_endpoint") for text in templates(data, key)]
        assert any(new == text.partition("?")[0] for text in current)
