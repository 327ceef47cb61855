"""Describe the requests that a dry run shows, without their secrets."""

from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.model.credential import CredentialUser


class PlannedRequest(NamedTuple):
    """Describe the first request for a credential, login or issuer.

    ``***`` replaces secrets. ``what`` names the purpose; ``form`` is None for a GET. ``further`` is the number of
    requests that may follow, depending on the answers.
    """

    what: str
    method: str
    url: str
    headers: Mapping[str, str]
    form: Mapping[str, str] | None
    users: tuple[CredentialUser, ...]
    further: int = 0
