"""A credential: what one probe needs to know, shared by every target that runs with the same one."""

from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.model.secret import Secret


class Holder(NamedTuple):
    """A server of a target that uses a credential."""

    target: str
    server: str


class Credential(NamedTuple):
    """One distinct client at one token endpoint, asked for one grant.

    ``grant`` is ``client_credentials`` or ``authorization_code``. ``redirect_uri`` is the configured one or the
    platform's ``http://localhost/oauth-callback``. ``made_up_code`` and ``errors`` are the catalogue's facts about the
    provider: whether the answer to a made-up code discriminates, and its own error codes in terms of RFC 6749.
    """

    token_endpoint: str
    client_id: str
    secret: Secret
    token_endpoint_auth_method: str
    grant: str
    scopes: tuple[str, ...]
    redirect_uri: str
    require_pkce: bool
    revocation_endpoint: str | None
    made_up_code: str
    errors: Mapping[str, str]
    holders: tuple[Holder, ...]
