"""Describe the state of a secret that can be found without a key."""

from typing import Final, NamedTuple

from oauthgit.model.environment import environment_rank
from oauthgit.model.formats.sops_metadata import SopsRecipient

MISSING: Final = "missing"
"""The state of a server without a secret."""


class SecretStatus(NamedTuple):
    """Describe the secret of one server of one target.

    ``state`` is that of the secret's reference, or ``missing``; ``variable`` is the name in ``from_env``.
    ``pinned`` is true if the endpoints that it may be sent to are stated. ``recipients`` and ``age_days`` (since
    the last encryption) are those that ``file`` states. ``renewed_on`` is the day of its data key in the history,
    or None if unknown. ``expires_on`` and ``days_left`` are None if no layer states the end of the secret;
    ``days_left`` is negative after it. ``environment`` is that of the target, None for a branch.
    """

    target: str
    server: str
    state: str
    pinned: bool
    file: str
    variable: str
    recipients: tuple[SopsRecipient, ...]
    age_days: int | None
    expires_on: str | None
    days_left: int | None
    renewed_on: str | None = None
    environment: str | None = None

    @property
    def rank(self) -> int:
        """Return the place of the environment in reports, production first."""
        return environment_rank(self.environment)
