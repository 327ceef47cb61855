"""Revoke every token that a run obtains, also after an error."""

from typing import Final, Self

from oauthgit.model.crash import describe_crash
from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer
from oauthgit.probe.http import HttpClient
from oauthgit.probe.requests import request_revocation

SECONDS: Final = 5.0
"""The time limit of one revocation, also after an interruption."""
REVOKED: Final = "revoked"


class IssuedTokens:
    """Hold the tokens of one credential; revoke them at the end of ``with``.

    Refresh tokens come first: with one of them, a server ends its access tokens too (RFC 7009 section 2.1).
    """

    def __init__(self, http_client: HttpClient) -> None:
        self._http_client = http_client
        self._held: list[tuple[str, Credential, str]] = []
        self.outcome = ""
        """The result for the token of the request as configured, empty if there was none."""
        self.outcomes: dict[str, str] = {}
        """The results by kind of token; the worst one of each kind."""
        self.crashed = False
        """True if a bug in oauthgit prevented a revocation."""

    def keep(self, answer: Answer, credential: Credential) -> None:
        """Store the tokens of an answer, and the credential that obtained them."""
        known = {token for token, *_ in self._held}
        held = [(answer.issued(kind), credential, kind) for kind in ("access_token", "refresh_token")]
        self._held += ((token, client, kind) for token, client, kind in held if token and token not in known)

    def forget(self) -> bool:
        """Remove all tokens, so that none is revoked; return True if there were any."""
        had, self._held = bool(self._held), []
        return had

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        order = sorted(range(len(self._held)), key=lambda at: (self._held[at][2] != "refresh_token", -at))
        for at in order:
            kind, outcome = self._held[at][2], self._revoke_or_report(*self._held[at])
            if self.outcomes.get(kind, REVOKED) == REVOKED:
                self.outcomes[kind] = outcome
            if at == 0:
                self.outcome = outcome

    def _revoke_or_report(self, token: str, credential: Credential, kind: str) -> str:
        try:
            return self._revoke(token, credential, kind)
        except Exception as error:  # noqa: BLE001 - an error in one token must not stop the others
            self.crashed = True
            return f"not revoked ({describe_crash(error)})"

    def _revoke(self, token: str, credential: Credential, kind: str) -> str:
        """Revoke ``token`` (RFC 7009 section 2); return the result in a few words.

        The request contains the secret, so the plan sets the endpoint only if the secret may be sent there.
        """
        if not credential.revocation_endpoint:
            return f"not revoked ({credential.revocation_refusal})"
        outcome = self._http_client.send(request_revocation(token, credential, kind), seconds=SECONDS, cleaning=True)
        if isinstance(outcome, Answer):
            return REVOKED if outcome.status == 200 else f"not revoked (the server answered {outcome.status})"  # noqa: PLR2004 - RFC 7009 section 2.2
        return "not revoked (the revocation endpoint did not answer)"
