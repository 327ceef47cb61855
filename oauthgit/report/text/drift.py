"""Render drift as text: both values, and the line in git that decides."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from oauthgit.model.drift import Drift, DriftItem, DriftState, HiddenSecret, NotCompared
from oauthgit.model.drift_headline import drift_headline
from oauthgit.model.formats.sanitize import disarm_formula, escape, list_some, redact_urls
from oauthgit.model.location import format_place
from oauthgit.model.settings import SecretReference
from oauthgit.report.text.layout import table, words

_NAMED: Final = 5
MAX_ITEMS: Final = 2_000
"""The maximum number of differences; nobody reads more."""


def drift(of: Drift) -> str:
    """Return the headline, a section for each target, and what was not compared."""
    files = ", ".join(f"{escape(file.name)}{f' ({file.time})' if file.time else ''}" for file in of.files)
    sections = [[f"git -> {files}: {redact_urls(drift_headline(of))}"]]
    shown = of.items[:MAX_ITEMS]
    sections += [list(_target(target, list(items))) for target, items in groupby(shown, lambda item: item.target)]
    if left := len(of.items) - len(shown):
        sections.append([f"{left:,} more differences are not shown; use --format json, or select with --environment"])
    if of.not_compared:
        sections.append(["not compared", *table([_skipped(each) for each in of.not_compared], indent="  ")])
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in sections if lines)


def _target(target: str, items: Sequence[DriftItem]) -> Iterator[str]:
    yield "   ".join(filter(None, (escape(target), escape(items[0].environment or ""))))
    yield from table([row for item in items for row in _rows(item)], indent="  ")


def _rows(item: DriftItem) -> Iterator[tuple[str, str, str, str]]:
    name = escape(item.name) or "all OAuth servers"
    in_git = format_place(item.location) if item.location else ""
    in_table = format_place(item.cell) if item.cell else ""
    if item.state is DriftState.ONLY_IN_GIT:
        yield str(item.state), name, "", in_git
    elif item.state is DriftState.ONLY_ON_PLATFORM:
        yield str(item.state), name, "", in_table
    else:
        yield str(item.state), name, f"git        {value_in_words(item.git)}", f"{in_git}{_layer(item)}"
        yield "", "", f"platform   {value_in_words(item.platform)}", in_table


def _layer(item: DriftItem) -> str:
    """Return the layer of a value that no file of the user states."""
    return f" ({escape(item.layer)})" if item.layer == "default" or item.layer.startswith("provider/") else ""


def value_in_words(value: Any) -> str:
    """Return a value for people; a secret is only described."""
    if isinstance(value, HiddenSecret):
        return "another secret"
    return words(value) if isinstance(value, SecretReference) else disarm_formula(words(value))


def _skipped(each: NotCompared) -> tuple[str, str, str]:
    names = list_some([escape(name) for name in each.settings or each.targets], _NAMED)
    return f"{each.values:,}", redact_urls(each.reason), names
