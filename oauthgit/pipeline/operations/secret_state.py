"""Report the state and the ciphertext of every secret; no key is needed.

SOPS keeps the ciphertext of a value that does not change.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.environment import environment_rank
from oauthgit.model.formats.json_pointer import parent, split
from oauthgit.model.formats.sops_metadata import Metadata
from oauthgit.model.project import Project
from oauthgit.model.secret_status import MISSING, SecretStatus
from oauthgit.model.settings import SecretReference, Settings


class CiphertextState(NamedTuple):
    """Hold a secret and its endpoints as ciphertext or constants, and its layer."""

    layer: Any
    secret: Any
    pin: Any


def ciphertext_of(secret: SecretReference, document: Document) -> CiphertextState:
    """Return the ciphertext of ``secret`` in ``document``, the file it refers to."""
    held: Any = document.data
    for token in split(parent(secret.pointer)):
        held = held.get(token) if isinstance(held, Mapping) else None
    stated = held if isinstance(held, Mapping) else {}
    return CiphertextState(document.data.get("for"), stated.get("client_secret"), stated.get("send_only_to"))


def secret_statuses(
    project: Project, targets: Sequence[Settings], today: date, renewals: Mapping[str, str]
) -> tuple[SecretStatus, ...]:
    """Return the state of every secret on a day in UTC, those of production first.

    ``renewals`` are the days of the files' data keys.
    """
    encrypted = {document.file: document.sops for document in project.resolve().documents}
    found = (
        _status(settings, server, values, encrypted, today)
        for settings in sorted(targets, key=lambda each: environment_rank(each.environment))
        for server, values in settings.servers.items()
    )
    return tuple(each._replace(renewed_on=renewals.get(each.file)) for each in found)


def _status(
    settings: Settings, server: str, values: Mapping[str, Any], encrypted: Mapping[str, Metadata | None], today: date
) -> SecretStatus:
    secret, ends = values.get("client_secret"), values.get("client_secret_expires_on")
    known = secret if isinstance(secret, SecretReference) else SecretReference(MISSING, "", "")
    metadata = encrypted.get(known.file) if known.state in {"encrypted", "inline"} else None
    changed, last_day = _day(metadata.lastmodified if metadata else None), _day(ends)
    return SecretStatus(
        settings.target,
        server,
        known.state,
        pinned=known.pinned,
        file=known.file,
        variable=known.name,
        recipients=metadata.recipients if metadata else (),
        age_days=max(0, (today - changed).days) if changed else None,
        expires_on=ends,
        days_left=(last_day - today).days if last_day else None,
        environment=settings.environment,
    )


def _day(text: Any) -> date | None:
    """Return the day of a date or a time; None for any other text."""
    try:
        return datetime.fromisoformat(text).date() if isinstance(text, str) else None
    except ValueError:
        return None
