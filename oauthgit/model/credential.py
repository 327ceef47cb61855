"""Describe the credentials, authorization requests and issuers of a smoke test.

Targets with the same one share it.
"""

from typing import NamedTuple

from oauthgit.model.provider import Provider
from oauthgit.model.secret import Secret


class CredentialUser(NamedTuple):
    """Describe one server of a target that uses a credential, request or issuer."""

    target: str
    server: str


class Credential(NamedTuple):
    """Describe one distinct client at one token endpoint, with one grant.

    ``grant`` is ``client_credentials`` or ``authorization_code``. ``redirect_uri`` is the configured one or the
    platform's ``http://localhost/oauth-callback``. ``revocation_endpoint`` and ``introspection_endpoint`` are set
    if the secret may be sent there; ``revocation_refusal`` is the reason if it may not be sent to the former.
    ``provider`` is the catalogue entry, if the server names a provider or is recognised. With ``raw_basic``, the
    Basic scheme gets identifier and secret without encoding.
    """

    token_endpoint: str
    client_id: str
    secret: Secret
    token_endpoint_auth_method: str
    grant: str
    scopes: tuple[str, ...]
    redirect_uri: str
    require_pkce: bool
    users: tuple[CredentialUser, ...]
    revocation_endpoint: str | None = None
    introspection_endpoint: str | None = None
    provider: Provider | None = None
    raw_basic: bool = False
    revocation_refusal: str = "no revocation_endpoint is set"


class GrantedEndpoint(NamedTuple):
    """Describe a URL, beside the token endpoint, that may get a secret and its tokens.

    ``secret`` identifies the secret: its place in its file, or the variable that holds it. Empty matches any
    secret.
    """

    token_endpoint: str
    url: str
    secret: tuple[str, ...] = ()


class AuthorizationRequest(NamedTuple):
    """Describe one distinct authorization request (RFC 6749 section 4.1.1)."""

    authorization_endpoint: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    require_pkce: bool
    token_endpoint: str
    users: tuple[CredentialUser, ...]


class Issuer(NamedTuple):
    """Describe one distinct issuer identifier (RFC 8414 section 2).

    Its metadata is compared with the settings of the servers that use it.
    """

    issuer: str
    users: tuple[CredentialUser, ...]
