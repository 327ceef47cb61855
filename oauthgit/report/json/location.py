"""Write places as JSON."""

from typing import Any

from oauthgit.model.formats.sanitize import escape, readable_pointer
from oauthgit.model.location import Location


def location(of: Location | None) -> dict[str, Any] | None:
    """Return a place as plain data."""
    if of is None:
        return None
    return of._asdict() | {"file": escape(of.file), "pointer": readable_pointer(of.pointer)}
