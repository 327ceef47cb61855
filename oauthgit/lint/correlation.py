"""Compute keys that select the partitions for the rules that compare partitions."""

from collections.abc import Sequence
from sys import byteorder

from oauthgit.lint import Checks, without_workflows
from oauthgit.model.document import Document
from oauthgit.model.formats.digest import short
from oauthgit.model.settings import Settings


def correlation_keys(checks: Checks, documents: Sequence[Document], targets: Sequence[Settings]) -> bytes:
    """Return correlation keys as numbers of eight bytes.

    :func:`oauthgit.lint.lint_across` matches only if one key occurs on two sides. The first half of the numbers are the
    keys, the second half the same keys combined with their sides.
    """
    documents = without_workflows(documents)
    found: set[tuple[str, str]] = set()
    for rule in checks.cross_partition:
        try:
            found.update(
                (f"{rule.code} {key}", side)
                for key, side in (rule.correlation_keys(documents, targets) if rule.correlation_keys else ())
            )
        except Exception:  # noqa: BLE001 - collide, so that the rule itself runs and reports the error
            found |= {(rule.code, "one"), (rule.code, "other")}
    sides = {side: short(side) for _, side in found}
    keys = [(short(key), sides[side]) for key, side in found]
    return b"".join(
        number.to_bytes(8, byteorder) for number in (*(key for key, _ in keys), *(key ^ side for key, side in keys))
    )
