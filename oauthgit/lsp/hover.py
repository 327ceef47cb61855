"""Describe the value under the cursor in Markdown.

All text from outside is in code spans, and secrets are described only.
"""

from collections.abc import Iterator
from typing import Final

from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.lsp.comments import find_code
from oauthgit.lsp.usage import Use, find_hiding, find_setting, find_uses, name_of, values_of
from oauthgit.lsp.view import Spot, View, lines_of
from oauthgit.model.formats.json_pointer import split, value_at
from oauthgit.model.schema import find_member, platform_labels, schema
from oauthgit.model.settings import Origin
from oauthgit.model.workspace import FOREIGN, LAYERS, Kind
from oauthgit.reference import providers, rules
from oauthgit.report.markdown.layout import code, place, prose, some
from oauthgit.report.text.layout import words
from oauthgit.rules import modules

_GROUPS: Final = 10
"""Most values of one setting that a hover lists."""


def describe(view: View, path: str, line: int, column: int, *, with_schema: bool) -> str:
    """Return the description of the value at a place, empty if there is none.

    ``with_schema`` adds the description and the default of the schema.
    """
    file = view.file(path)
    if file is None:
        return ""
    lines = lines_of(file)
    known = find_code(lines[line - 1], column) if line <= len(lines) else None
    if known is not None:
        return rules.page(known) if known in modules() else ""
    spot = view.find_spot(path, line, column)
    if spot is None:
        return ""
    if path == f"{CONFIGS}/{POLICY}" and (named := _named_rule(spot)):
        return rules.page(named)
    if not spot.on_key and split(spot.pointer)[-1:] == ("provider",) and file.kind in LAYERS:
        return _describe_provider(spot)
    parts = [*_describe_schema(spot, file.kind)] if with_schema and file.kind not in FOREIGN else []
    if file.kind in LAYERS:
        parts += _describe_use(view, file.layer, spot)
    return "\n\n".join(parts)


def _named_rule(spot: Spot) -> str:
    """Return the code of the rule that the policy grades at a place, or an empty text."""
    first, name, *_ = (*split(spot.pointer), "", "")
    return name if first == "rules" and name in modules() else ""


def _describe_provider(spot: Spot) -> str:
    name = value_at(spot.document.data, spot.pointer)
    try:
        return providers.page(str(name))
    except KeyError:
        return ""


def _describe_schema(spot: Spot, kind: Kind) -> Iterator[str]:
    """Yield the label, the description and the default of a setting."""
    member = find_member(schema(kind), split(spot.pointer))
    name = name_of(spot.pointer)
    if not member.get("description"):
        return
    label = platform_labels().get(name)
    default = member.get("default")
    yield f"**{code(name)}**" + (f" ({prose(label)} on the platform's screen)" if label else "")
    yield prose(member["description"]) + (f" Default: {code(words(default))}." if "default" in member else "")


def _describe_use(view: View, layer: str, spot: Spot) -> Iterator[str]:
    """Yield the values of the setting at a place in all targets that use its layer."""
    own = view.settings_of(layer)
    pointer = find_setting(own, spot.pointer) if own else None
    if own is None or pointer is None:
        return
    groups: dict[str, list[str]] = {}
    uses = list(find_uses(view, layer, pointer))
    for use in uses:
        groups.setdefault(_describe_winner(use, layer), []).append(use.settings.target)
    if not uses:
        yield f"No target uses this line. Here the value is {_value(values_of(own, pointer)[0])}."
        return
    lines = [f"- {text}: {some(targets)}" for text, targets in groups.items()]
    more = len(lines) - _GROUPS
    lines[_GROUPS:] = [f"- and {more} more values"] if more > 0 else []
    yield "\n".join(["In effect:", "", *lines])


def _describe_winner(use: Use, layer: str) -> str:
    """Return the value in force in a target, with its origin."""
    winner = use.values[0]
    if winner.layer == layer:
        return f"{_value(winner)} from this file"
    where = place(winner.location) if winner.location else prose(winner.layer)
    hiding = find_hiding(use, layer)
    if hiding is None:
        is_reset = any(each.layer == layer for each in use.values)
        return f"{_value(winner)} from {where}" + (", because this line is a reset" if is_reset else "")
    if winner.location is None:
        return f"{_value(winner)} from {where}, because {place(hiding)} is a reset that hides this line"
    return f"{_value(winner)} from {where}, which hides this line"


def _value(origin: Origin) -> str:
    return "no value (reset)" if origin.value is None else code(words(origin.value))
