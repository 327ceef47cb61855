"""A sent secret appears nowhere else, even if the server echoes it in every possible way."""

import base64
import html
import json
import logging
from urllib.parse import quote, quote_plus

import pytest

from oauthgit.probe import report
from oauthgit.probe.requests import Request
from support.run_smoke import LOOPBACK, server, smoke
from support.scripted_server import TOKEN, fake, reply

CANARY = "CaNaRy/+&<é>%41 \"':="
FORMS = {
    CANARY,
    quote(CANARY, safe=""),
    quote_plus(CANARY),
    json.dumps(CANARY)[1:-1],
    json.dumps(CANARY, ensure_ascii=False)[1:-1],
    html.escape(CANARY),
    base64.b64encode(CANARY.encode()).decode(),
    base64.urlsafe_b64encode(CANARY.encode()).decode(),
    base64.b64encode(f"client:{quote(CANARY, safe='')}".encode()).decode(),
    CANARY.encode().hex(),
}


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize("form", sorted(FORMS))
def test_secret_is_in_no_verdict_finding_or_log(
    form: str, method: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    header = form.encode("ascii", "ignore").decode()
    answers = [
        reply(400, {"error": form, "error_description": form}, X_Echo=header),
        reply(200, {**TOKEN, "token_type": form, "scope": form, "expires_in": form}, X_Echo=header),
        reply(400, {"error": {"code": form}}),
        reply(302, form, "text/html", Location=f"https://evil.example.com/?{quote(form)}"),
        b"HTTP/1.1 " + form.encode() + b"\r\n\r\n",
    ]
    for answer in answers:
        with fake(answer) as served:
            verdicts = smoke(server(served.url, token_endpoint_auth_method=method), secret=CANARY)
        reported = repr((verdicts, report(verdicts))) + caplog.text + "".join(capfd.readouterr())
        assert [found for found in FORMS if found.lower() in reported.lower()] == []
        assert "canary" not in reported.lower()


def test_unknown_error_code_is_counted_and_redacted_on_request() -> None:
    with fake(reply(400, {"error": f"no such client with {CANARY}"})) as served:
        (finding,) = report(smoke(server(served.url), secret=CANARY))
        (verbose,) = report(smoke(server(served.url), secret=CANARY, limits=LOOPBACK._replace(verbose=True)))
    assert finding.message.endswith("(the server answered an unknown error code (40 characters))")
    assert verbose.message.endswith(
        "(the server answered an unknown error code (40 characters): no such client with ***)"
    )


def test_repr_of_a_request_hides_its_content() -> None:
    request = Request("https://crm.example.com/token", {"client_secret": CANARY}, {"Authorization": CANARY})
    assert repr(request) == "Request(POST 'https://crm.example.com/token', ...)"
