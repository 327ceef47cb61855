"""Plan a smoke test: distinct requests, and a reason for each omission."""

import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.crash import REMEDY, describe_crash
from oauthgit.model.credential import AuthorizationRequest, Credential, CredentialUser, GrantedEndpoint, Issuer
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.oauth_server import oauth_server
from oauthgit.model.provider import Provider, provider_of
from oauthgit.model.secret import Vault, VaultEntry
from oauthgit.model.settings import Settings
from oauthgit.model.smoke_gate import Refusal
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.probe.gate import check, explain_closed
from oauthgit.probe.permissions import NAMES, Terms, permit_endpoint

_PROBED = ("client_credentials", "authorization_code")
_REFRESH_ONLY = Refusal(
    "grant_types",
    "the only grant is refresh_token, which is not tested: at many providers a refresh token works only once",
    "If the client obtains its first token with another grant, usually authorization_code, add that grant.",
)
_REDIRECT_URI = "http://localhost/oauth-callback"


class Plan(NamedTuple):
    """Hold the planned tests, and a ``not-run`` verdict for each one left out.

    ``authorization_skipped`` maps users of a credential to the reason why no request goes to their authorization
    endpoint, ``issuer_skipped`` to the reason why none goes to their issuer. ``recognize`` returns the catalogue's entry
    for an issuer's metadata; it serves token endpoints that identify no provider.
    """

    credentials: tuple[Credential, ...]
    refused: tuple[Verdict, ...] = ()
    authorization_requests: tuple[AuthorizationRequest, ...] = ()
    issuers: tuple[Issuer, ...] = ()
    authorization_skipped: Mapping[CredentialUser, str] = {}
    issuer_skipped: Mapping[CredentialUser, str] = {}
    recognize: Callable[[Mapping[str, Any]], Provider | None] = lambda _: None


def make_plan(
    targets: Sequence[Settings],
    vault: Vault,
    blocked: Mapping[str, str],
    *,
    sandbox: bool = False,
    granted: frozenset[GrantedEndpoint] = frozenset(),
) -> Plan:
    """Return the tests of ``targets`` that passed the offline gate.

    ``blocked`` maps ids of targets to the reason why they must not be tested. ``granted`` are the revocation and
    introspection endpoints in the trusted commits. Two credentials are the same if token endpoint, client, secret,
    method, grant, provider and the scopes sent are equal; the credential then lists all its users. Secrets are compared
    by a keyed digest whose key is discarded on return.
    """
    terms = Terms(vault, granted, sandbox)
    made = _Planning(secrets.token_bytes())
    for settings in targets:
        for server in settings.servers:
            try:
                made.add(settings, server, terms, blocked.get(settings.target))
            except Exception as error:  # noqa: BLE001 - an error in one server must not stop the others
                words = f"{describe_crash(error)} prevented the planning of this test"
                refusal = Refusal("token_endpoint", words, REMEDY, "OG002")
                made.refused.append(_not_run(settings, server, "", refusal)._replace(sandbox=sandbox))
    return Plan(
        tuple(made.distinct.values()),
        tuple(made.refused),
        tuple(made.authorization_requests.values()),
        tuple(made.issuers.values()),
        made.authorization_skipped,
        made.issuer_skipped,
    )


class _Planning:
    """Collect a plan; ``key`` is the key of the digests that compare secrets."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.distinct: dict[tuple[Any, ...], Credential] = {}
        self.authorization_requests: dict[tuple[Any, ...], AuthorizationRequest] = {}
        self.issuers: dict[str, Issuer] = {}
        self.refused: list[Verdict] = []
        self.authorization_skipped: dict[CredentialUser, str] = {}
        self.issuer_skipped: dict[CredentialUser, str] = {}

    def add(self, settings: Settings, server: str, terms: Terms, blocked: str | None) -> None:
        """Add the tests of a server, or the reasons why there are none."""
        for candidate in list(_candidates(settings, server, terms, blocked)):
            if isinstance(candidate, Verdict):
                self.refused.append(candidate._replace(sandbox=terms.sandbox))
                continue
            identity = _identity(candidate, settings.servers[server].get("provider"), self._key)
            self.distinct[identity] = _join(self.distinct.get(identity), candidate)
            self._add_issuer(settings, server, terms)
            self._add_login(settings, server, candidate, terms)

    def _add_issuer(self, settings: Settings, server: str, terms: Terms) -> None:
        holder, issuer = CredentialUser(settings.target, server), settings.servers[server].get("issuer")
        why = issuer and explain_closed(issuer, settings.policy, settings.environment, sandbox=terms.sandbox)
        if why:
            self.issuer_skipped[holder] = why
        elif issuer:
            self.issuers[issuer] = Issuer(issuer, _join_users(self.issuers.get(issuer), holder))

    def _add_login(self, settings: Settings, server: str, credential: Credential, terms: Terms) -> None:
        holder = CredentialUser(settings.target, server)
        login = authorization_request(settings, server, credential, sandbox=terms.sandbox)
        if login and credential.provider and credential.provider.authorization_request == "proves_nothing":
            login = "authorization endpoint not tested: without a login, its answers prove nothing"
        if isinstance(login, AuthorizationRequest):
            self.authorization_requests[login[:-1]] = login._replace(
                users=_join_users(self.authorization_requests.get(login[:-1]), holder)
            )
        elif login:
            self.authorization_skipped[holder] = login


def _join(known: Credential | None, candidate: Credential) -> Credential:
    """Return a credential with the users of both.

    The first permitted revocation and introspection endpoints serve all users.
    """
    if known is None:
        return candidate
    return known._replace(
        users=tuple(dict.fromkeys((*known.users, *candidate.users))),
        revocation_endpoint=known.revocation_endpoint or candidate.revocation_endpoint,
        introspection_endpoint=known.introspection_endpoint or candidate.introspection_endpoint,
    )


def _join_users(known: AuthorizationRequest | Issuer | None, holder: CredentialUser) -> tuple[CredentialUser, ...]:
    """Return the users of a planned request, if there is one, and ``holder``."""
    return tuple(dict.fromkeys((*(known.users if known else ()), holder)))


def _candidates(settings: Settings, server: str, terms: Terms, blocked: str | None) -> Iterator[Credential | Verdict]:
    data = settings.servers[server]
    configured = data.get("grant_types")
    grants = [grant for grant in _PROBED if isinstance(configured, list | tuple) and grant in configured]
    if blocked is not None:
        refusal = Refusal(
            "token_endpoint",
            blocked,
            "Correct the target's settings first: run `oauthgit validate`, which lists their errors.",
        )
        yield from (_not_run(settings, server, grant, refusal) for grant in grants or [""])
    elif not grants:
        yield _not_run(settings, server, "refresh_token", _REFRESH_ONLY)
    else:
        checked = check(settings, server, terms.vault, sandbox=terms.sandbox)
        for grant in grants:
            if isinstance(checked, Refusal):
                yield _not_run(settings, server, grant, checked)
            else:
                yield _credential(settings, server, grant, checked, terms)


def _credential(settings: Settings, name: str, grant: str, entry: VaultEntry, terms: Terms) -> Credential:
    server = oauth_server(settings, name)
    revocation, introspection = (permit_endpoint(settings, name, endpoint, entry, terms) for endpoint in NAMES)
    return Credential(
        token_endpoint=server.token_endpoint,
        client_id=server.client_id,
        secret=entry.secret,
        token_endpoint_auth_method=server.token_endpoint_auth_method,
        grant=grant,
        scopes=tuple(server.scopes) if grant == "client_credentials" else (),
        redirect_uri=settings.data.get("redirect_uri") or _REDIRECT_URI,
        require_pkce=server.require_pkce,
        users=(CredentialUser(settings.target, name),),
        revocation_endpoint=revocation.url,
        introspection_endpoint=introspection.url,
        provider=provider_of(settings.providers.get(name)),
        revocation_refusal=revocation.refusal,
    )


def authorization_request(
    settings: Settings, name: str, credential: Credential, *, sandbox: bool
) -> AuthorizationRequest | str:
    """Return the authorization request of a user login.

    If the request must be skipped, return the reason; if there is none, an empty text.
    """
    server = settings.servers[name]
    url = server.get("authorization_endpoint")
    if credential.grant != "authorization_code" or not url:
        return ""
    if why := explain_closed(url, settings.policy, settings.environment, sandbox=sandbox):
        return f"authorization endpoint not tested: {why}"
    return AuthorizationRequest(
        authorization_endpoint=url,
        client_id=credential.client_id,
        redirect_uri=credential.redirect_uri,
        scopes=tuple(server.get("scopes") or ()),
        require_pkce=credential.require_pkce,
        token_endpoint=credential.token_endpoint,
        users=credential.users,
    )


def _identity(credential: Credential, provider: str | None, key: bytes) -> tuple[Any, ...]:
    return (
        credential.token_endpoint,
        credential.client_id,
        hmac.digest(key, credential.secret.reveal().encode(), "sha256"),
        credential.token_endpoint_auth_method,
        credential.scopes,
        credential.grant,
        provider,
    )


def _not_run(settings: Settings, server: str, grant: str, refusal: Refusal) -> Verdict:
    return Verdict(
        target=settings.target,
        server=server,
        grant=grant,
        outcome=Outcome.NOT_RUN,
        reason=refusal.reason,
        location=settings.locate(join("oauth_servers", server, refusal.setting)),
        connector_status=refusal.connector_status,
        code=refusal.code,
        remedy=refusal.remedy,
    )
