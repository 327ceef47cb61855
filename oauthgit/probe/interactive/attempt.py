"""Plan the login of a person, and make its authorization request."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from oauthgit.model.credential import AuthorizationRequest, Credential
from oauthgit.model.formats.endpoint import Endpoint, parse_endpoint
from oauthgit.model.formats.host import is_loopback
from oauthgit.model.provider import Provider, RefreshToken
from oauthgit.model.secret import Secret
from oauthgit.model.settings import Settings
from oauthgit.probe.gate import explain_closed
from oauthgit.probe.http import HttpClient
from oauthgit.probe.interactive.callback import Expected
from oauthgit.probe.judge.judgement import Judgement, judge_not_run
from oauthgit.probe.judge.metadata import describes, list_documents
from oauthgit.probe.plan import authorization_request
from oauthgit.probe.requests import authorization_url, request_metadata

GRANT = "authorization_code"
_REQUEST_OBJECT = {"request", "request_uri"}
_REQUIRES_ISSUER = "authorization_response_iss_parameter_supported"


class LoginPlan(NamedTuple):
    """Hold a login that may be sent.

    The scopes of ``credential`` are those of ``request``. ``prompt`` is None if none is set. With ``wants_refresh``, the
    settings require a refresh token; ``refresh_by`` is the provider's way to get one, if it is known. ``issuer`` is None
    if none is set; its metadata are read only with ``may_read_metadata``.
    """

    credential: Credential
    request: AuthorizationRequest
    prompt: str | None
    wants_refresh: bool
    refresh_by: RefreshToken | None = None
    issuer: str | None = None
    may_read_metadata: bool = False


class LoginAttempt(NamedTuple):
    """Hold one authorization request of a login, and what its answer must have."""

    plan: LoginPlan
    url: str
    verifier: Secret
    expected: Expected


def plan_login(
    settings: Settings, server: str, credential: Credential, redirect_uris: frozenset[str] | None = None
) -> LoginPlan | Judgement:
    """Return the login with a credential that passed the gate, or why it is not run.

    Browsers and people follow the authorization endpoint, so it is held to the rules of the token endpoint. A password is
    typed there, so http is for this machine only. The code goes to this machine or to one of ``redirect_uris``; None permits
    every redirect URI.
    """
    request = authorization_request(settings, server, credential, sandbox=False)
    if not isinstance(request, AuthorizationRequest):
        reason = request.replace(" not tested", "") or "no authorization_endpoint is set"
        remedy = "Have its host added to trusted_hosts in configs/oauthgit.yaml, or correct authorization_endpoint."
        return judge_not_run(reason, "authorization_endpoint", remedy)
    endpoint = parse_endpoint(request.authorization_endpoint)
    if endpoint.scheme == "http" and not _is_here(endpoint):
        reason = "the authorization endpoint uses http, so the person's password would be sent in plain text"
        return judge_not_run(reason, "authorization_endpoint", "Use its https URL.")
    query = request.authorization_endpoint.partition("?")[2]
    if _REQUEST_OBJECT.intersection(unquote_plus(each.partition("=")[0]) for each in re.split("[&;]", query)):
        reason = "the query of the authorization endpoint has request or request_uri, which replaces the redirect URI (RFC 9101)"
        return judge_not_run(reason, "authorization_endpoint", "Remove it from authorization_endpoint.")
    try:
        redirect = parse_endpoint(request.redirect_uri)
    except ValueError as error:
        return judge_not_run(f"the redirect URI is not safe: {error}", "redirect_uri", "Correct redirect_uri.")
    if redirect_uris is not None and request.redirect_uri not in redirect_uris and not _is_here(redirect):
        reason = "no trusted commit has this redirect URI, so the code of the person could reach somebody else"
        remedy = "Merge the settings first, or read them and add --trust-working-tree."
        return judge_not_run(reason, "redirect_uri", remedy)
    data = settings.servers[server]
    options = data.get("user_login") or {}
    provider = credential.provider
    issuer: str | None = data.get("issuer")
    return LoginPlan(
        credential._replace(scopes=request.scopes),
        request,
        options.get("prompt"),
        bool(options.get("request_refresh_token")) or "refresh_token" in data["grant_types"],
        provider.refresh_token if provider and "refresh_token" not in provider.unverified else None,
        issuer,
        issuer is not None and not explain_closed(issuer, settings.policy, settings.environment, sandbox=False),
    )


def _is_here(endpoint: Endpoint) -> bool:
    """Return True for an endpoint on this machine."""
    return is_loopback(f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host)


def start_login(
    plan: LoginPlan, recognize: Callable[[Mapping[str, Any]], Provider | None], client: HttpClient
) -> LoginAttempt:
    """Return a new authorization request; read the issuer's metadata for it.

    The metadata show if each answer has the issuer, and which software answers (``recognize``). They decide no address.
    """
    documents = _fetch_documents(plan, client)
    if plan.credential.provider is None:
        known = filter(None, map(recognize, documents))
        plan = plan._replace(credential=plan.credential._replace(provider=next(known, None)))
    state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    needs_issuer = any(document.get(_REQUIRES_ISSUER) is True for document in documents)
    return LoginAttempt(
        plan,
        authorization_url(plan.request, state, verifier, prompt=plan.prompt),
        Secret(verifier),
        Expected(plan.request.redirect_uri, state, plan.issuer, needs_issuer),
    )


def _fetch_documents(plan: LoginPlan, client: HttpClient) -> Sequence[Mapping[str, Any]]:
    if plan.issuer is None or not plan.may_read_metadata:
        return ()
    found = list_documents([client.send(request) for request in request_metadata(plan.issuer)])
    return [each for each in found if describes(each, plan.issuer, plan.credential.token_endpoint)]
