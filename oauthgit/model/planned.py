"""What a dry run shows: the requests that would be sent, with everything secret in them taken out."""

from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.model.credential import Holder


class PlannedRequest(NamedTuple):
    """One request that would be sent first about something; ``***`` stands for what is secret in it.

    ``what`` says what it is for, ``form`` is None for a GET. ``further`` is how many more may follow, depending on the
    answers.
    """

    what: str
    method: str
    url: str
    headers: Mapping[str, str]
    form: Mapping[str, str] | None
    holders: tuple[Holder, ...]
    further: int = 0
