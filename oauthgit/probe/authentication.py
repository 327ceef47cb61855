"""How a client shows who it is at a token endpoint (RFC 6749 section 2.3.1)."""

import base64
from collections.abc import Mapping
from urllib.parse import quote

from oauthgit.model.credential import Credential
from oauthgit.probe.exchange import Request


def authenticated(credential: Credential, url: str, form: Mapping[str, str]) -> Request:
    """Return ``form`` as a request to ``url`` that carries the client's secret by the configured method.

    In the header, identifier and secret are percent-encoded first, a blank as ``%20``: that is read alike by servers
    that decode forms and by those that decode percent signs only. The two methods are never mixed.
    """
    secret = credential.secret.reveal()
    if credential.token_endpoint_auth_method == "client_secret_basic":  # noqa: S105 - the name of the method
        return Request(url, form, {"Authorization": f"Basic {basic(credential.client_id, secret)}"})
    return Request(url, {**form, "client_id": credential.client_id, "client_secret": secret}, {})


def basic(client_id: str, secret: str) -> str:
    """Return the value of the Basic scheme for a client."""
    return base64.b64encode(f"{quote(client_id, safe='')}:{quote(secret, safe='')}".encode()).decode()
