"""Render the state of secrets in Markdown."""

from collections.abc import Iterator, Sequence

from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.secret_status import MISSING, SecretStatus
from oauthgit.report.markdown.layout import Block, code, prose, some, table

_HEAD = ("environment", "target", "server", "expires", "state", "pinned", "recipients", "age", "data key")


def secrets(of: Sequence[SecretStatus]) -> Iterator[Block]:
    """Yield a heading with counts, and a table of secrets."""
    expired = sum(status.days_left is not None and status.days_left < 0 for status in of)
    undated = sum(status.expires_on is None and status.state != MISSING for status in of)
    counts = [format_count(len(of), "secret") if of else "no secrets to show"]
    counts += [f"{expired} expired"] if expired else []
    counts += [f"{undated} without an end date"] if undated else []
    yield Block(f"### OAuth secrets: {', '.join(counts)}\n")
    if of:
        yield table(_HEAD, map(_row, of), "secret")


def _row(status: SecretStatus) -> list[str]:
    return [
        prose(status.environment or ""),
        code(status.target),
        code(status.server),
        _end(status),
        f"{status.state} {code(status.variable)}".rstrip(),
        "" if status.state == MISSING else "yes" if status.pinned else "**no**",
        some([f"{each.type}:{each.name}" for each in status.recipients]),
        "" if status.age_days is None else format_count(status.age_days, "day"),
        "" if not status.recipients else code(status.renewed_on) if status.renewed_on else "unknown",
    ]


def _end(status: SecretStatus) -> str:
    if status.expires_on is None:
        return "" if status.state == MISSING else "**no date**"
    if status.days_left is None:
        return code(status.expires_on)
    left = f"in {format_count(status.days_left, 'day')}" if status.days_left >= 0 else "**expired**"
    return f"{code(status.expires_on)} ({left})"
