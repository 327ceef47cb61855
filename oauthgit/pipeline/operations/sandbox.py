"""From a plan to the same plan asked of the sandbox: its clients, and where each of them finds its endpoints."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oauthgit.model.credential import Credential, Holder
    from oauthgit.probe import Plan
    from oauthgit.sandbox import Endpoints


def clients(planned: "Plan") -> "tuple[Credential, ...]":
    """Return the clients that the sandbox has to know: the credentials, with all scopes that their user logins ask for."""
    scopes = {holder: login.scopes for login in planned.logins for holder in login.holders}
    return tuple(
        credential._replace(scopes=credential.scopes or _together(scopes, credential))
        for credential in planned.credentials
    )


def _together(scopes: "Mapping[Holder, tuple[str, ...]]", credential: "Credential") -> tuple[str, ...]:
    return tuple(dict.fromkeys(scope for holder in credential.holders for scope in scopes.get(holder, ())))


def redirected(planned: "Plan", endpoints: "Sequence[Endpoints]") -> "Plan":
    """Return a plan that asks the sandbox: each credential its own tenant, and no issuer, for that would be another one."""
    credentials: list[Credential] = []
    tenants: dict[tuple[Holder, str], tuple[Endpoints, Credential]] = {}
    for credential, own in zip(planned.credentials, endpoints, strict=True):
        tenants |= {(holder, credential.grant): (own, credential) for holder in credential.holders}
        credentials.append(
            credential._replace(
                token_endpoint=own.token_endpoint,
                revocation_endpoint=own.revocation_endpoint,
                introspection_endpoint=credential.introspection_endpoint and own.introspection_endpoint,
                provider=None,
            )
        )
    logins = []
    for login in planned.logins:
        own, credential = tenants[login.holders[0], "authorization_code"]
        logins.append(
            login._replace(
                authorization_endpoint=own.authorization_endpoint,
                redirect_uri=credential.redirect_uri,
                require_pkce=credential.require_pkce,
                token_endpoint=own.token_endpoint,
            )
        )
    return planned._replace(credentials=tuple(credentials), logins=tuple(logins), issuers=(), skipped={}, silent={})
