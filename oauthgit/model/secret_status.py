"""The state of a secret: what can be known of it without a key."""

from typing import NamedTuple

from oauthgit.model.formats.sops_metadata import Recipient


class SecretStatus(NamedTuple):
    """The secret with which one server of one target runs.

    ``state`` is that of the secret's reference, or ``missing``; ``variable`` is the name behind ``from_env``. ``pinned``
    says whether the only places it may be sent to are written down. ``recipients`` and ``age_days`` (since the file was
    encrypted last) are those of ``file``, by its own word; ``renewed_on`` is the day of its data key by the history, None
    where that is not known. ``expires_on`` and ``days_left`` are None where no layer says
    when it ends; ``days_left`` is negative once it has.
    """

    target: str
    server: str
    state: str
    pinned: bool
    file: str
    variable: str
    recipients: tuple[Recipient, ...]
    age_days: int | None
    expires_on: str | None
    days_left: int | None
    renewed_on: str | None = None
