"""Answers of servers from public bug reports, each with the right verdict."""

import gzip
import json

import pytest

from support.run_smoke import only, server, smoke
from support.scripted_server import TOKEN, fake, reply

HEADER = reply(200, TOKEN).replace(b"Cache-Control", b"X-Bad Header: 1\r\nCache-Control")
FORM = "access_token=the-token&token_type=bearer&expires_in=3600&scope=api.read"
ENTRA = {"error": "invalid_resource", "error_description": "AADSTS500011: x", "error_codes": [500011]}
BLOCKED = reply(403, "<html><title>403</title>Request blocked</html>", "text/html", Server="cloudflare")


@pytest.mark.parametrize(
    ("answer", "outcome", "code", "words"),
    [
        pytest.param(
            *(reply(200, json.dumps(TOKEN), "text/html"), "accepted-with-remarks", "OG909", "media type of the answer"),
            id="30 a token as text/html",
        ),
        pytest.param(reply(400, {"error": "access_denied"}), "rejected", "OG915", "gives no token", id="34 refused"),
        pytest.param(reply(400, ENTRA), "rejected", "OG915", "AADSTS500011", id="35 a number of Entra"),
        pytest.param(
            *(reply(200, FORM, "application/x-www-form-urlencoded"), "accepted-with-remarks", "OG909", "form-encoded"),
            id="36 a token as a form",
        ),
        pytest.param(HEADER, "unreachable", "OG906", "malformed header", id="38 a malformed header"),
        pytest.param(
            *(reply(200, TOKEN | {"token_type": "BearerToken"}), "accepted-with-remarks", "OG909", "is BearerToken"),
            id="39 BearerToken",
        ),
        pytest.param(
            *(reply(401, {"ErrorCode": "invalid_client", "Error": "x"}), "rejected", "OG901", "client"),
            id="40 an error of Apigee",
        ),
        pytest.param(
            *(
                reply(415, {"title": "x", "status": 415}, "application/problem+json"),
                "unreachable",
                "OG904",
                "no forms",
            ),
            id="42 an endpoint without forms",
        ),
        pytest.param(BLOCKED, "unreachable", "OG904", "firewall", id="43 a firewall"),
        pytest.param(
            *(
                reply(200, gzip.compress(json.dumps(TOKEN).encode()), Content_Encoding="gzip"),
                "accepted",
                "",
                "token for",
            ),
            id="44 compressed without a request",
        ),
        pytest.param(
            *(reply(401, "", WWW_Authenticate='Bearer realm="x", error="invalid_client", Basic realm="y"'), "rejected"),
            *("OG901", "rejects the client"),
            id="45 an error in a challenge",
        ),
    ],
)
def test_case_of_a_server_gives_the_right_verdict(answer: bytes, outcome: str, code: str, words: str) -> None:
    with fake(answer) as served:
        verdict = only(smoke(server(served.url)))
    said = f"{verdict.reason} {verdict.error}"
    assert (verdict.outcome, verdict.code) == (outcome, code), said
    assert words in said


def test_case_32_path_with_a_semicolon_is_sent_as_it_is() -> None:
    with fake(reply(200, TOKEN)) as served:
        assert only(smoke(server(f"{served.url};v=1"))).outcome == "accepted"
        assert served.requests[0].startswith(b"POST /token;v=1 HTTP/1.1")


def test_case_36_token_in_a_form_is_revoked() -> None:
    with fake(reply(200, FORM, "application/x-www-form-urlencoded")) as served:
        revocation = served.url.replace("/token", "/revoke")
        verdict = only(smoke(server(served.url, revocation_endpoint=revocation)))
        assert verdict.reason.endswith("revoked")
        assert b"token=the-token" in served.requests[1]
