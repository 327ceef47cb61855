"""Cleaning up: a token that a probe obtained is revoked (RFC 7009)."""

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer
from oauthgit.probe.authentication import authenticated
from oauthgit.probe.endpoint import parse
from oauthgit.probe.exchange import send
from oauthgit.probe.limits import Limits
from oauthgit.probe.transport import Transport


async def revoke(token: str, credential: Credential, transport: Transport, limits: Limits) -> str:
    """Revoke ``token`` and say in a few words what became of it.

    The secret goes along, so nothing is sent to another scheme, host or port than the token endpoint's: the pin of the
    secret does not speak of any other.
    """
    url = credential.revocation_endpoint
    if not url:
        return "not revoked (no revocation_endpoint is set)"
    try:
        same = parse(url) == parse(credential.token_endpoint)
    except ValueError:
        same = False
    if not same:
        return "not revoked (revocation_endpoint is not on the host of the token endpoint)"
    form = {"token": token, "token_type_hint": "access_token"}
    outcome = await send(authenticated(credential, url, form), transport, limits)
    if isinstance(outcome, Answer):
        return "revoked" if outcome.status == 200 else f"not revoked (the server answered {outcome.status})"  # noqa: PLR2004 - RFC 7009 section 2.2
    return "not revoked (the revocation endpoint did not answer)"
