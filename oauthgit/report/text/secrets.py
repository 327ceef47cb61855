"""Render the state of secrets as text, one line for each."""

from collections.abc import Sequence

from oauthgit.model.formats.sanitize import escape, format_count, redact_urls
from oauthgit.model.formats.sops_metadata import SopsRecipient
from oauthgit.model.secret_status import MISSING, SecretStatus
from oauthgit.report.text.layout import table

_ENOUGH = 16
"""The characters of a recipient's type and name that are enough to identify it."""


def secrets(of: Sequence[SecretStatus]) -> str:
    """Return the table of secrets, or a line if there are none."""
    if not of:
        return "no secrets to show\n"
    rows = [("target", "environment", "server", "state", "pinned", "recipients", "age", "data key", "expires")]
    rows += [
        (
            escape(status.target),
            escape(status.environment or "-"),
            escape(status.server),
            f"{status.state} {escape(status.variable)}".rstrip(),
            "-" if status.state == "missing" else "yes" if status.pinned else "no",
            " ".join(map(_short, status.recipients)) or "-",
            "-" if status.age_days is None else format_count(status.age_days, "day"),
            "-" if not status.recipients else f"of {status.renewed_on}" if status.renewed_on else "unknown",
            _end(status),
        )
        for status in of
    ]
    return "".join(f"{line}\n" for line in table(rows))


def _short(recipient: SopsRecipient) -> str:
    name, kind = redact_urls(recipient.name), redact_urls(recipient.type)
    return f"{kind[:_ENOUGH]}:{name if len(name) <= _ENOUGH else name[:_ENOUGH] + '..'}"


def _end(status: SecretStatus) -> str:
    if status.expires_on is None:
        return "-" if status.state == MISSING else "no date"
    if status.days_left is None:
        return redact_urls(status.expires_on)
    left = f"in {format_count(status.days_left, 'day')}" if status.days_left >= 0 else "expired"
    return f"{redact_urls(status.expires_on)} ({left})"
