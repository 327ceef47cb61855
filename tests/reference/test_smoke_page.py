"""docs/smoke.md shows every possible request as sent over a socket; ``pytest --update`` records anew."""

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from oauthgit.model.credential import AuthorizationRequest, Credential
from oauthgit.model.secret import Secret
from oauthgit.probe.http import HttpClient
from oauthgit.probe.judge.exchange import STRANGERS, Exchange, RequestKind
from oauthgit.probe.judge.login import LoginStep
from oauthgit.probe.requests import alter, request_login, request_metadata, request_revocation
from oauthgit.probe.runner.session import login_variant_of, request_of, variant_of
from oauthgit.reference import smoke
from support.answers import answer
from support.golden import Golden
from support.paths import REPOSITORY
from support.run_smoke import LOOPBACK
from support.scripted_server import TOKEN, fake, reply

if TYPE_CHECKING:
    from oauthgit.probe.requests import Request

PAGE = REPOSITORY / "docs/smoke.md"
SECRET = "the secret: 7%"


def recorded(base: str, client: HttpClient, heard: list[bytes]) -> dict[str, str]:
    """Send every possible request and return the received bytes by the request's name."""
    credential = Credential(
        token_endpoint=f"{base}/token",
        client_id="client",
        secret=Secret(SECRET),
        token_endpoint_auth_method="client_secret_basic",
        grant="client_credentials",
        scopes=("api.read",),
        redirect_uri="https://app.example.com/oauth-callback",
        require_pkce=True,
        users=(),
        revocation_endpoint=f"{base}/revoke",
        introspection_endpoint=f"{base}/introspect",
    )
    login = AuthorizationRequest(
        authorization_endpoint=f"{base}/authorize",
        client_id="client",
        redirect_uri=credential.redirect_uri,
        scopes=("openid",),
        require_pkce=True,
        token_endpoint=credential.token_endpoint,
        users=(),
    )
    first = [Exchange(RequestKind.AS_CONFIGURED, answer(200, TOKEN), credential)]
    wrong = alter(credential.secret)
    stranger = credential._replace(client_id="made-up", secret=Secret("made-up"))
    metadata, oauth_metadata = request_metadata(f"{base}/tenant")
    requests: dict[str, Request] = {
        smoke.METADATA: metadata,
        smoke.OAUTH_METADATA: oauth_metadata,
        smoke.REVOCATION: request_revocation("the-token", credential),
        **{
            step: request_login(login_variant_of(step, login), prompt=step is not LoginStep.NO_PROMPT)
            for step in LoginStep
        },
        **{
            step: request_of(step, variant_of(stranger if step in STRANGERS else credential, step, wrong), first)
            for step in RequestKind
        },
    }
    found = {}
    for name, request in requests.items():
        client.send(request)
        found[name] = _steady(heard[-1].decode(), wrong.reveal() if wrong else "")
    return found


def _steady(request: str, wrong: str) -> str:
    """Return a request without the parts that change: port, fresh values, the altered secret."""
    request = re.sub(r"127\.0\.0\.1:\d+", "login.example.com", request.replace("\r\n", "\n"))
    request = re.sub(r"http(%3A%2F%2F|://)login", r"https\1login", request)
    request = re.sub(r"(?<=User-Agent: oauthgit/)\S+", "...", request)
    request = re.sub(r"[0-9a-f]{16}(?=\.invalid)", "...", request)
    request = re.sub(r"(?<=client_id=)oauthgit-[0-9a-f]{16}", "...", request)
    for name in ("state", "code_challenge", "code_verifier"):
        request = re.sub(rf"(?<=\b{name}=)[\w-]+", "...", request)
    basic = base64.b64encode(f"client:{quote(wrong, safe='')}".encode()).decode()
    request = request.replace(basic, "... (client and the altered secret)")
    return re.sub(r"Content-Length: \d+", "Content-Length: ...", request.replace(quote_plus(wrong), "..."))


def test_page_shows_every_request_as_sent(golden: Golden) -> None:
    with fake(reply(200, TOKEN)) as served:
        found = recorded(served.url.removesuffix("/token"), HttpClient(LOOPBACK), served.requests)
    shown = {name for section in smoke.SECTIONS for name in section.shown}
    assert shown == set(found), "the page shows exactly the sent requests"
    golden(PAGE, smoke.page(found))
