"""State each drift as a finding at the line in git that decides."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from oauthgit.model.drift import DriftItem, DriftState, HiddenSecret
from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.sanitize import cut
from oauthgit.model.location import Location
from oauthgit.model.settings import SecretReference

_FOLLOW: Final = "oauthgit drift with --format checklist lists what to type"
_LONGEST: Final = 200


def findings_of(items: Iterable[DriftItem], fallback: Location) -> Iterator[Finding]:
    """Yield a finding for each item.

    ``fallback`` is the place of items that nothing in git decides and that have no place in a table.
    """
    for item in items:
        code, message, remedy = _texts(item)
        place = item.location or item.cell or fallback
        related = (Related("the platform's value is at", item.cell),) if item.cell and item.cell != place else ()
        yield Finding(code, message, place, remedy=remedy, related=related, targets=(item.target,))


def _texts(item: DriftItem) -> tuple[str, str, str]:
    """Return the code, the message and the remedy of an item."""
    name = item.name or item.target
    if item.state is DriftState.ONLY_IN_GIT:
        remedy = f"Add it on the platform ({_FOLLOW}), or remove it from git."
        return (
            "OG852",
            f"{name} of {item.target} is missing on the platform"
            if item.name
            else (f"{name} has no OAuth servers on the platform"),
            remedy,
        )
    if item.state is DriftState.ONLY_ON_PLATFORM:
        remedy = "Describe it in git with oauthgit import, or remove it on the platform."
        where = f" of {item.target}" if item.name else ""
        return "OG853", f"{name}{where} is on the platform, but not in git", remedy
    remedy = f"Type the value of git on the platform ({_FOLLOW}), or change git."
    if isinstance(item.platform, HiddenSecret):
        return "OG851", f"the platform has another secret than git for {item.server} of {item.target}", remedy
    values = f"{_in_words(item.platform)} instead of {_in_words(item.git)}"
    return "OG851", f"the platform has {values} as {name} of {item.target}", remedy


def _in_words(value: Any) -> str:
    """Return a value for a sentence."""
    if isinstance(value, SecretReference):
        return "a secret"
    if value is None or value in ("", (), []):
        return "nothing"
    if isinstance(value, bool):
        return '"Yes"' if value else '"No"'
    text = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return f'"{cut(text, _LONGEST)}"'
