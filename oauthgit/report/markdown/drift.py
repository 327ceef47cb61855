"""Render drift in Markdown, for a job summary."""

from collections.abc import Iterator
from typing import Any, Final

from oauthgit.model.drift import Drift, DriftItem, HiddenSecret, NotCompared
from oauthgit.model.drift_headline import drift_headline
from oauthgit.model.environment import PRODUCTION
from oauthgit.model.formats.sanitize import disarm_formula
from oauthgit.model.settings import SecretReference
from oauthgit.report.markdown.layout import Block, code, place, prose, some, table

_HEAD: Final = ("", "target", "setting", "git", "platform", "decided in")
_NAMED: Final = 5


def drift(of: Drift) -> Iterator[Block]:
    """Yield the headline, a table of the drift, and one of what was not compared."""
    yield Block(f"### OAuth settings on the platform: {prose(drift_headline(of))}\n")
    files = ", ".join(f"{code(file.name)}{f' ({file.time})' if file.time else ''}" for file in of.files)
    yield Block(f"Compared with {files}.\n")
    if of.items:
        yield table(_HEAD, map(_row, of.items), "difference")
    if of.not_compared:
        yield table(("not compared", "values", "of"), map(_skipped, of.not_compared), "reason")


def _row(item: DriftItem) -> list[str]:
    where = item.location or item.cell
    return [
        f"**{item.state}**",
        f"{code(item.target)} (**production**)" if item.environment == PRODUCTION else code(item.target),
        code(item.name) or "all servers",
        _value(item.git) if item.setting else "",
        _value(item.platform) if item.setting else "",
        place(where) if where else "",
    ]


def _value(value: Any) -> str:
    if isinstance(value, (HiddenSecret, SecretReference)):
        return "another secret" if isinstance(value, HiddenSecret) else "a secret"
    if isinstance(value, bool):
        return code("true" if value else "false")
    text = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else "" if value is None else str(value)
    return code(disarm_formula(text)) or "—"


def _skipped(each: NotCompared) -> list[str]:
    return [prose(each.reason), f"{each.values}", some(each.settings or each.targets, _NAMED)]
