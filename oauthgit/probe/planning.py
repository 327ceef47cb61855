"""The plan of a smoke test: which credentials to try, each once, and which not, each with its reason."""

import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.credential import Credential, Holder
from oauthgit.model.oauth_server import oauth_server
from oauthgit.model.pointer import join
from oauthgit.model.secret import Secret, Vault
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.probe.gate import Refusal, check

_PROBED = ("client_credentials", "authorization_code")
_REFRESH_ONLY = Refusal(
    "grant_types",
    "a refresh token is single-use at many providers, so it is never tried",
    "Add the grant by which the first token is obtained, usually authorization_code, if it is used.",
)
_REDIRECT_URI = "http://localhost/oauth-callback"


class Plan(NamedTuple):
    """What will be asked, and a ``not-run`` verdict for everything that will not."""

    credentials: tuple[Credential, ...]
    refused: tuple[Verdict, ...]


def plan(targets: Sequence[Settings], vault: Vault, blocked: Mapping[str, str], *, sandbox: bool = False) -> Plan:
    """Return one credential for each distinct client of ``targets``, having passed the offline gate.

    ``blocked`` says of a target's id why nothing of it may be tried. Credentials are equal if token endpoint, client,
    secret, method, grant, provider and, where they are sent, scopes are; each names all servers that hold it. Secrets
    are told apart by a digest whose key lives as long as this call.
    """
    key = secrets.token_bytes()
    distinct: dict[tuple[Any, ...], Credential] = {}
    refused: list[Verdict] = []
    for settings in targets:
        for server in settings.servers:
            found = _candidates(settings, server, vault, blocked.get(settings.target), sandbox=sandbox)
            for candidate in found:
                if isinstance(candidate, Verdict):
                    refused.append(candidate._replace(sandbox=sandbox))
                    continue
                identity = _identity(candidate, settings.servers[server].get("provider"), key)
                known = distinct.get(identity)
                holders = (*known.holders, *candidate.holders) if known else candidate.holders
                distinct[identity] = (known or candidate)._replace(holders=holders)
    return Plan(tuple(distinct.values()), tuple(refused))


def _candidates(
    settings: Settings, server: str, vault: Vault, blocked: str | None, *, sandbox: bool
) -> Iterator[Credential | Verdict]:
    data = settings.servers[server]
    configured = data.get("grant_types")
    grants = [grant for grant in _PROBED if isinstance(configured, list | tuple) and grant in configured]
    if blocked is not None:
        refusal = Refusal("token_endpoint", blocked, "Mend the target's settings first: oauthgit validate names them.")
        yield from (_not_run(settings, server, grant, refusal) for grant in grants or [""])
    elif not grants:
        yield _not_run(settings, server, "refresh_token", _REFRESH_ONLY)
    else:
        checked = check(settings, server, vault, sandbox=sandbox)
        for grant in grants:
            if isinstance(checked, Refusal):
                yield _not_run(settings, server, grant, checked)
            else:
                yield _credential(settings, server, grant, checked.secret)


def _credential(settings: Settings, name: str, grant: str, secret: Secret) -> Credential:
    server, provider = oauth_server(settings, name), settings.providers.get(name, {})
    return Credential(
        token_endpoint=server.token_endpoint,
        client_id=server.client_id,
        secret=secret,
        token_endpoint_auth_method=server.token_endpoint_auth_method,
        grant=grant,
        scopes=tuple(server.scopes) if grant == "client_credentials" else (),
        redirect_uri=settings.data.get("redirect_uri") or _REDIRECT_URI,
        require_pkce=server.require_pkce,
        revocation_endpoint=server.revocation_endpoint,
        made_up_code=provider.get("made_up_code", "unknown"),
        errors=provider.get("errors", {}),
        holders=(Holder(settings.target, name),),
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
        code=refusal.code,
        remedy=refusal.remedy,
    )
