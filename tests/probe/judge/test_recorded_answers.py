"""Recorded answers of known providers: the catalogue's facts decide, and uncertain facts decide nothing."""

import pytest

from oauthgit.discover.catalogue import provider_file, provider_names
from oauthgit.model.provider import Provider, provider_of
from oauthgit.parse import parse
from oauthgit.probe.answer import Answer
from oauthgit.probe.judge.classify import classify
from oauthgit.probe.judge.exchange import Exchange, RequestKind
from oauthgit.probe.requests import BASIC, POST
from support.answers import LOGIN, SERVICE
from support.recorded_answers import RECORDED, Recorded


def entry(name: str) -> Provider | None:
    file = provider_file(name)
    document = parse(file)[0] if file else None
    return provider_of(document.data) if document else None


def test_every_entry_of_the_catalogue_has_recorded_answers() -> None:
    assert {row.provider for row in RECORDED} == {*provider_names(), ""}


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: f"{row.provider}, {row.situation}")
def test_recorded_answer_is_classified_by_the_facts(row: Recorded) -> None:
    provider = entry(row.provider)
    method = provider.token_endpoint_auth_methods[0] if provider and provider.token_endpoint_auth_methods else POST
    assert method in {BASIC, POST}
    base = SERVICE if row.grant == "client_credentials" else LOGIN
    host = provider.hosts[0].replace("*", "customer") if provider and provider.hosts else "crm.example.com"
    credential = base._replace(
        token_endpoint=f"https://{host}/token", provider=provider, token_endpoint_auth_method=method
    )
    headers = {"content-type": row.media_type, "cache-control": "no-store"}
    exchange = Exchange(RequestKind.AS_CONFIGURED, Answer(row.status, headers, row.body.encode()), credential)
    judgement = classify([exchange], credential)
    expected = (row.expected, row.code)
    if row.expected == "accepted" and row.grant != "client_credentials" and not (provider and provider.hosts):
        expected = ("inconclusive", "OG907")  # software on any host is compared with a made-up client first
    assert (judgement.outcome, judgement.code) == expected, judgement
