"""Build the requests of a smoke test, one function for each."""

import base64
import hashlib
import re
import secrets
import string
import uuid
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from oauthgit.model.credential import AuthorizationRequest, Credential
from oauthgit.model.secret import Secret

BASIC: Final = "client_secret_basic"
POST: Final = "client_secret_post"
CODE: Final = "oauthgit-smoke-invalid-code"
DUMMY_TOKEN: Final = "oauthgit-smoke-invalid-token"  # noqa: S105 - no server has issued it
INTROSPECTION: Final = "introspection"
"""The grant of a request that needs none."""
UNKNOWN_GRANT: Final = "urn:oauthgit:smoke:unknown-grant-type"
HIDDEN: Final = frozenset({"client_secret", "token", "code_verifier"})
"""The parameters with values that are never shown."""

_GUID: Final = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_SHORT: Final = 8
"""The length below which another identifier of the same form may belong to a real client."""
_ALPHABETS: Final = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


class Request(NamedTuple):
    """Represent a POST of ``form``, or a GET if ``form`` is None.

    ``headers`` and ``form`` may contain a secret.
    """

    url: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = {}

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return "GET" if self.form is None else "POST"

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url!r}, ...)"

    def redacted(self) -> "Request":
        """Return the request with ``***`` in place of all sensitive values."""
        form = self.form and {name: "***" if name in HIDDEN else value for name, value in self.form.items()}
        headers = {
            name: value.partition(" ")[0] + " ***" if name == "Authorization" else value
            for name, value in self.headers.items()
        }
        return Request(self.url, form, headers)


def request_metadata(issuer: str) -> tuple[Request, ...]:
    """Return the requests for the metadata of an issuer.

    OpenID Connect Discovery section 4 appends the well-known path to the issuer, RFC 8414 section 3.1 inserts it. Some
    servers use a query in the issuer, against both standards; it is kept.
    """
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    paths = (f"{path}/.well-known/openid-configuration", f"/.well-known/oauth-authorization-server{path}")
    return tuple(Request(parts._replace(path=path).geturl()) for path in paths)


def request_login(login: AuthorizationRequest, *, prompt: bool = True) -> Request:
    """Return the configured authorization request with a new state, for no user.

    With PKCE it has the challenge of a new verifier, which is then discarded. Without ``prompt`` the server may show a page.
    """
    url = authorization_url(
        login, secrets.token_urlsafe(16), secrets.token_urlsafe(32), prompt="none" if prompt else ""
    )
    return Request(url, headers={"Accept": "text/html"})


def authorization_url(login: AuthorizationRequest, state: str, verifier: str, *, prompt: str | None) -> str:
    """Return the URL of an authorization request, as the platform sends it.

    With PKCE it has the S256 challenge of ``verifier`` (RFC 7636 section 4.2). The query of the endpoint is kept, as RFC 6749
    section 3.1 demands, but our parameters replace those of the same name. An empty ``prompt`` removes that of the query;
    None keeps it.
    """
    endpoint, _, query = login.authorization_endpoint.partition("?")
    sent = {
        "response_type": "code",
        "client_id": login.client_id,
        "redirect_uri": login.redirect_uri,
        **_scope(login.scopes),
        "state": state,
    }
    if prompt:
        sent["prompt"] = prompt
    if login.require_pkce:
        digest = hashlib.sha256(verifier.encode()).digest()
        sent["code_challenge"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        sent["code_challenge_method"] = "S256"
    own = sent.keys() if prompt is None else {*sent, "prompt"}
    kept = [part for part in query.split("&") if part and unquote_plus(part.partition("=")[0]) not in own]
    return f"{endpoint}?{'&'.join([*kept, urlencode(sent, quote_via=quote)])}"


def request_token(credential: Credential) -> Request:
    """Return the request for a token with the configured scopes."""
    form = {"grant_type": "client_credentials", **_scope(credential.scopes)}
    return authenticate(credential, credential.token_endpoint, form)


def request_code_exchange(credential: Credential, code: str = CODE, verifier: str = "") -> Request:
    """Return the exchange of an authorization code, by default a dummy one.

    With PKCE it has ``verifier``, or a new one.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": credential.redirect_uri}
    if credential.require_pkce:
        form["code_verifier"] = verifier or secrets.token_urlsafe(32)
    return authenticate(credential, credential.token_endpoint, form)


def request_refresh(credential: Credential, token: str = DUMMY_TOKEN) -> Request:
    """Return the use of a refresh token, by default a dummy one (RFC 6749 section 6)."""
    return authenticate(credential, credential.token_endpoint, {"grant_type": "refresh_token", "refresh_token": token})


def request_unknown_grant(credential: Credential) -> Request:
    """Return a request with an unknown grant type.

    A token endpoint rejects it as such (RFC 6749 section 5.2).
    With the dummy token in it, introspection and revocation endpoints answer as they do.
    """
    form = {"grant_type": UNKNOWN_GRANT, "token": DUMMY_TOKEN}
    return authenticate(credential, credential.token_endpoint, form)


def request_introspection(token: str, credential: Credential) -> Request:
    """Return the introspection of a token at the endpoint that the plan permits."""
    form = {"token": token, "token_type_hint": "access_token"}
    return authenticate(credential, credential.introspection_endpoint or "", form)


def request_revocation(token: str, credential: Credential, kind: str = "access_token") -> Request:
    """Return the revocation of a token at the endpoint that the plan permits."""
    form = {"token": token, "token_type_hint": kind}
    return authenticate(credential, credential.revocation_endpoint or "", form)


def authenticate(credential: Credential, url: str, form: Mapping[str, str]) -> Request:
    """Return a request with the client's secret, sent by the configured method.

    In the header, identifier and secret are percent-encoded, a space as ``%20``: servers that decode forms and servers that
    decode only percent signs read it in the same way. The two methods are never mixed (RFC 6749 section 2.3.1).
    """
    secret = credential.secret.reveal()
    if credential.token_endpoint_auth_method == BASIC:
        value = basic(credential.client_id, secret, raw=credential.raw_basic)
        return Request(url, form, {"Authorization": f"Basic {value}"})
    return Request(url, {**form, "client_id": credential.client_id, "client_secret": secret})


def basic(client_id: str, secret: str, *, raw: bool = False) -> str:
    """Return the value of the Basic scheme (RFC 7617); ``raw`` is not encoded."""
    encoded = f"{client_id}:{secret}" if raw else f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return base64.b64encode(encoded.encode()).decode()


def is_changed_by_encoding(credential: Credential) -> bool:
    """Return True if percent-encoding changes the value of the Basic scheme."""
    secret = credential.secret.reveal()
    return basic(credential.client_id, secret) != basic(credential.client_id, secret, raw=True)


def alter(secret: Secret) -> Secret | None:
    """Return a secret with each ASCII letter and digit replaced by another one.

    Other characters are kept, so that they have the same effect in both secrets. Return None if the secret has no letter
    and no digit.
    """
    text = secret.reveal()
    changed = "".join(map(_another, text))
    return None if changed == text else Secret(changed)


def make_up(client_id: str) -> str:
    """Return an identifier of the same form; a GUID for a GUID."""
    if re.fullmatch(_GUID, client_id):
        return str(uuid.uuid4())
    changed = "".join(map(_another, client_id))
    return f"oauthgit-{secrets.token_hex(8)}" if changed == client_id or len(client_id) < _SHORT else changed


def _another(character: str) -> str:
    alphabet = next((alphabet for alphabet in _ALPHABETS if character in alphabet), "")
    return secrets.choice(alphabet.replace(character, "")) if alphabet else character


def _scope(scopes: tuple[str, ...]) -> dict[str, str]:
    return {"scope": " ".join(scopes)} if scopes else {}
