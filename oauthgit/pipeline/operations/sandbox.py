"""Redirect a plan to the sandbox: its clients and their endpoints."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oauthgit.model.credential import Credential, CredentialUser
    from oauthgit.probe import Plan
    from oauthgit.sandbox import Endpoints


def list_clients(planned: "Plan") -> "tuple[Credential, ...]":
    """Return the clients of the sandbox, with all scopes of their user logins."""
    scopes = {holder: login.scopes for login in planned.authorization_requests for holder in login.users}
    return tuple(
        credential._replace(scopes=credential.scopes or _join_credentials(scopes, credential))
        for credential in planned.credentials
    )


def _join_credentials(scopes: "Mapping[CredentialUser, tuple[str, ...]]", credential: "Credential") -> tuple[str, ...]:
    return tuple(dict.fromkeys(scope for holder in credential.users for scope in scopes.get(holder, ())))


def redirect(planned: "Plan", endpoints: "Sequence[Endpoints]") -> "Plan":
    """Return a plan for the sandbox: one tenant for each credential, no issuers."""
    credentials: list[Credential] = []
    tenants: dict[tuple[CredentialUser, str], tuple[Endpoints, Credential]] = {}
    for credential, own in zip(planned.credentials, endpoints, strict=True):
        tenants |= {(holder, credential.grant): (own, credential) for holder in credential.users}
        credentials.append(
            credential._replace(
                token_endpoint=own.token_endpoint,
                revocation_endpoint=own.revocation_endpoint,
                introspection_endpoint=credential.introspection_endpoint and own.introspection_endpoint,
                provider=None,
            )
        )
    logins = []
    for login in planned.authorization_requests:
        own, credential = tenants[login.users[0], "authorization_code"]
        logins.append(
            login._replace(
                authorization_endpoint=own.authorization_endpoint,
                redirect_uri=credential.redirect_uri,
                require_pkce=credential.require_pkce,
                token_endpoint=own.token_endpoint,
            )
        )
    return planned._replace(
        credentials=tuple(credentials),
        authorization_requests=tuple(logins),
        issuers=(),
        authorization_skipped={},
        issuer_skipped={},
    )
