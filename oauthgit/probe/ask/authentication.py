"""How a client shows who it is at a token endpoint (RFC 6749 section 2.3.1)."""

import base64
from collections.abc import Mapping
from urllib.parse import quote

from oauthgit.model.credential import Credential
from oauthgit.probe.ask.request import Request

BASIC = "client_secret_basic"
POST = "client_secret_post"


def authenticated(credential: Credential, url: str, form: Mapping[str, str]) -> Request:
    """Return ``form`` as a request to ``url`` that carries the client's secret by the configured method.

    In the header, identifier and secret are percent-encoded first, a blank as ``%20``: that is read alike by servers
    that decode forms and by those that decode percent signs only. The two methods are never mixed.
    """
    secret = credential.secret.reveal()
    if credential.token_endpoint_auth_method == BASIC:
        value = basic(credential.client_id, secret, raw=credential.raw_basic)
        return Request(url, form, {"Authorization": f"Basic {value}"})
    return Request(url, {**form, "client_id": credential.client_id, "client_secret": secret})


def basic(client_id: str, secret: str, *, raw: bool = False) -> str:
    """Return the value of the Basic scheme for a client; with ``raw`` nothing is percent-encoded (RFC 7617)."""
    encoded = f"{client_id}:{secret}" if raw else f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return base64.b64encode(encoded.encode()).decode()


def is_changed_by_encoding(credential: Credential) -> bool:
    """Tell whether it makes a difference in the Basic scheme that identifier and secret are percent-encoded."""
    secret = credential.secret.reveal()
    return basic(credential.client_id, secret) != basic(credential.client_id, secret, raw=True)
