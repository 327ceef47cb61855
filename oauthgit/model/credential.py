"""What is asked about: credentials, authorization requests and issuers, each shared by every target that has the same."""

from typing import NamedTuple

from oauthgit.model.provider import Provider
from oauthgit.model.secret import Secret


class Holder(NamedTuple):
    """A server of a target that uses what is asked about."""

    target: str
    server: str


class Credential(NamedTuple):
    """One distinct client at one token endpoint, asked for one grant.

    ``grant`` is ``client_credentials`` or ``authorization_code``. ``redirect_uri`` is the configured one or the
    platform's ``http://localhost/oauth-callback``. ``revocation_endpoint`` and ``introspection_endpoint`` are set where
    the secret may be sent there; ``revocation_refusal`` is why the former is not. ``provider`` holds the catalogue's facts
    where the server names a provider or is recognised. ``raw_basic`` sends identifier and secret in the Basic scheme as
    they are.
    """

    token_endpoint: str
    client_id: str
    secret: Secret
    token_endpoint_auth_method: str
    grant: str
    scopes: tuple[str, ...]
    redirect_uri: str
    require_pkce: bool
    holders: tuple[Holder, ...]
    revocation_endpoint: str | None = None
    introspection_endpoint: str | None = None
    provider: Provider | None = None
    raw_basic: bool = False
    revocation_refusal: str = "no revocation_endpoint is set"


class GrantedEndpoint(NamedTuple):
    """A URL that may get a secret and its tokens, beside the token endpoint.

    ``secret`` tells whose it is: the place of the secret in its file, or the variable that holds it; empty for any.
    """

    token_endpoint: str
    url: str
    secret: tuple[str, ...] = ()


class Login(NamedTuple):
    """One distinct authorization request (RFC 6749 section 4.1.1): what sends a user to the authorization endpoint."""

    authorization_endpoint: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    require_pkce: bool
    token_endpoint: str
    holders: tuple[Holder, ...]


class Issuer(NamedTuple):
    """One distinct issuer identifier (RFC 8414 section 2), whose metadata is compared with its holders' settings."""

    issuer: str
    holders: tuple[Holder, ...]
