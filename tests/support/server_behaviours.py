"""Authorization servers with behaviours that the real ones here lack, on the scripted server."""

import base64
import gzip
import json
import threading
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from support.scripted_server import TOKEN, Behaviour, reply

CLIENT, SECRET, SCOPE = "client", "the-secret", "api.read"
REDIRECT_URI = "http://localhost/oauth-callback"


class Heard(NamedTuple):
    """A parsed request; ``by`` is the client's authentication method, ``raw`` its Basic header without decoding."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    by: str
    client: str
    secret: str
    raw: str

    @property
    def is_right(self) -> bool:
        """True for the right client with its secret."""
        return (self.client, self.secret) == (CLIENT, SECRET)


def heard(request: bytes) -> Heard:
    """Parse a request."""
    head, _, body = request.decode("latin-1").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, target, *_ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    raw = ""
    by, client, secret = "client_secret_post", form.get("client_id", ""), form.get("client_secret", "")
    if "authorization" in headers:
        raw = base64.b64decode(headers["authorization"].partition(" ")[2]).decode()
        name, _, password = raw.partition(":")
        by, client, secret = "client_secret_basic", unquote_plus(name), unquote(password)
    return Heard(method, urlsplit(target).path, query, form, by, client, secret, raw)


Decide = Callable[[Heard], bytes]


def deciding(decide: Decide) -> Behaviour:
    """Return a behaviour that answers by ``decide``; introspection and revocation have the same answers everywhere."""

    def behave(connection: Any, request: bytes, _stop: threading.Event) -> None:
        connection.sendall(decide(heard(request)))

    return behave


def refusal(word: str, status: int = 400) -> bytes:
    """Return an error as in RFC 6749 section 5.2."""
    return reply(status, {"error": word})


def token(**changes: Any) -> bytes:
    """Return an answer with a token; a field that is None is omitted."""
    return reply(200, {name: value for name, value in (TOKEN | changes).items() if value is not None})


BAD, TAKEN = refusal("invalid_client", 401), refusal("invalid_grant")


def granted(asked: Heard) -> bytes:
    """Answer the right client: a token for itself, a rejection of the dummy code."""
    if asked.path == "/introspect":
        return reply(200, {"active": True, "scope": "", "client_id": CLIENT})
    if asked.path == "/revoke":
        return reply(200, "")
    return token() if asked.form.get("grant_type") == "client_credentials" else TAKEN


def strict(asked: Heard) -> bytes:
    """Answer by the standard."""
    return granted(asked) if asked.is_right else BAD


def only(method: str) -> Decide:
    """Accept only one authentication method."""
    return lambda asked: strict(asked) if asked.by == method else BAD


def code_first(asked: Heard) -> bytes:
    """Check the code before the secret."""
    return TAKEN if asked.form.get("grant_type") == "authorization_code" else strict(asked)


def to_anybody(asked: Heard) -> bytes:
    """Issue a token for any secret."""
    return granted(asked)


def raw_basic(asked: Heard) -> bytes:
    """Accept the Basic header without decoding it."""
    return granted(asked) if asked.raw.partition(":")[2] == HARD else BAD


HARD = ": % + & space"


def like_keycloak(asked: Heard) -> bytes:
    """Report a wrong secret as an unauthorized client."""
    return granted(asked) if asked.is_right else refusal("unauthorized_client", 401)


def five_hundred_on_post(asked: Heard) -> bytes:
    """Fail if a client sends its secret in the body."""
    return reply(500, "<html>", "text/html") if asked.by == "client_secret_post" else strict(asked)


def grant_unknown(asked: Heard) -> bytes:
    """Allow no grant of either kind."""
    return refusal("unauthorized_client") if asked.is_right else BAD


def scope_refused(asked: Heard) -> bytes:
    """Reject the scope of the right client."""
    return refusal("invalid_scope") if asked.is_right else BAD


def silent_scope(asked: Heard) -> bytes:
    """Drop scopes without notice."""
    if asked.path in {"/introspect", "/revoke"}:
        return granted(asked)
    return token(scope=None) if asked.is_right else BAD


def reduced_scope(asked: Heard) -> bytes:
    """Grant fewer scopes than requested, and state them."""
    return token(scope="other") if asked.is_right else BAD


def echoing(asked: Heard) -> bytes:
    """Put the whole request into the answer."""
    error = f"invalid_client {asked.secret} {asked.raw} {base64.b64encode(asked.secret.encode()).decode()}"
    return reply(401, {"error": error, "error_description": repr(asked)}, X_Echo=asked.secret)


def form_errors(asked: Heard) -> bytes:
    """Write errors as a form."""
    return (
        granted(asked)
        if asked.is_right
        else reply(400, "error=invalid_client&x=y", "application/x-www-form-urlencoded")
    )


def two_hundred(asked: Heard) -> bytes:
    """Write errors with status 200."""
    return granted(asked) if asked.is_right else reply(200, {"error": "invalid_client"})


def disabled(sent: Heard) -> bytes:
    """Reject the right client like a wrong one, with a word about it; the description is never shown."""
    return reply(401, {"error": "invalid_client", "error_description": "Client is disabled"}) if sent.is_right else BAD


def expired(sent: Heard) -> bytes:
    """Reject the right secret because its time is over, as oidc-provider words it."""
    words = "could not authenticate the client - its client secret used for the client_secret_basic is expired"
    return reply(400, {"error": "invalid_client", "error_description": words}) if sent.is_right else BAD


def locking(after: int) -> Decide:
    """Answer 429 to every attempt after ``after`` wrong secrets."""
    failures: list[Heard] = []

    def decide(asked: Heard) -> bytes:
        if len(failures) >= after:
            return reply(429, {"error": "slow_down"})
        if not asked.is_right:
            failures.append(asked)
        return strict(asked)

    return decide


def nasty(asked: Heard) -> bytes:
    """Send texts that no sink may show unescaped."""
    words = "\x1b[31mred ::set-output name=a::b\n##vso[task.setvariable variable=a]b **bold** <script>alert(1)</script>"
    assert asked is not None
    return reply(400, {"error": words, "error_description": words})


def authorizing(answer: Callable[[Heard], bytes]) -> Decide:
    """Answer authorization requests by ``answer``, and everything else by the standard."""
    return lambda asked: answer(asked) if asked.path == "/authorize" else strict(asked)


def back(error: str, uri: str = REDIRECT_URI) -> bytes:
    """Redirect with an error."""
    return reply(302, "", Location=f"{uri}?error={error}&state=x")


def demands_pkce(asked: Heard) -> bytes:
    """Require a code challenge."""
    return back("login_required" if "code_challenge" in asked.query else "invalid_request")


def knows_one_uri(asked: Heard) -> bytes:
    """Show a page unless client and redirect URI are registered."""
    right = (asked.query.get("client_id"), asked.query.get("redirect_uri")) == (CLIENT, REDIRECT_URI)
    return back("login_required") if right else reply(400, "<html>", "text/html")


BOMB = gzip.compress(b" " * 52_000_000)
TEN_MEGABYTES = json.dumps(TOKEN | {"filler": "x" * 10_000_000})


def byte_by_byte(connection: Any, _request: bytes, stop: threading.Event) -> None:
    """Send one byte a second."""
    for byte in token():
        connection.sendall(bytes([byte]))
        if stop.wait(1):
            return
