"""Compute the keys that tell which partitions a rule that compares all of them must see together."""

from collections.abc import Sequence
from sys import byteorder

from oauthgit.lint import Checks, without_workflows
from oauthgit.model.document import Document
from oauthgit.model.formats.digest import short
from oauthgit.model.settings import Settings


def correlation_keys(checks: Checks, documents: Sequence[Document], targets: Sequence[Settings]) -> bytes:
    """Return numbers of eight bytes; :func:`oauthgit.lint.lint_across` matches only where keys collide on two sides.

    The first half of them are the keys, the other half the same keys on their sides.
    """
    documents = without_workflows(documents)
    found: set[tuple[str, str]] = set()
    for rule in checks.across:
        try:
            found.update(
                (f"{rule.code} {key}", side) for key, side in (rule.traces(documents, targets) if rule.traces else ())
            )
        except Exception:  # noqa: BLE001 - whatever it is, the rule itself is asked then, and tells
            found |= {(rule.code, "one"), (rule.code, "other")}
    sides = {side: short(side) for _, side in found}
    keys = [(short(key), sides[side]) for key, side in found]
    return b"".join(
        number.to_bytes(8, byteorder) for number in (*(key for key, _ in keys), *(key ^ side for key, side in keys))
    )
