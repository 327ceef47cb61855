"""Render explanations as text: the layers below one value, from target to default."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from oauthgit.model.explanation import ExplainedSetting, Explanation, explain_settings
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.location import format_place
from oauthgit.model.settings import Origin, Settings
from oauthgit.model.workspace import Kind
from oauthgit.report.text.layout import table, words


class Step(NamedTuple):
    """Describe one line: the place, the layer's role, its value, or a text for none."""

    where: str
    role: str
    origin: Origin | None
    silence: str = "not set"


def explanations(of: Sequence[Explanation]) -> str:
    """Return a paragraph for each explained setting."""
    return "\n".join(
        "".join(f"{line}\n" for line in _paragraph(explanation, setting))
        for explanation in of
        for setting in explain_settings(explanation)
    )


def _paragraph(explanation: Explanation, setting: ExplainedSetting) -> Iterator[str]:
    settings, server, _ = explanation
    name, value, winner, replaced = setting
    heading = escape(name) + (" is not set" if value is None else f" = {_quote(value)}")
    yield f"{heading}     {escape(settings.target)}"
    steps = list(_steps(settings, server, (winner, *replaced) if winner else ()))
    rows = []
    for number, step in enumerate(steps):
        below = [lower.origin for lower in steps[number + 1 :] if lower.origin]
        arrow = "->" if step.origin and step.origin is winner else "  "
        rows.append((f"{arrow} {step.where}", ", ".join(_states(step, below, winner))))
    yield from table(rows, indent="  ")


def _steps(settings: Settings, server: str, history: Sequence[Origin]) -> Iterator[Step]:
    """Yield the chain, highest first.

    A layer that states the setting twice, in its file and its secrets file, has two steps.
    """
    for layer, file in reversed(settings.chain):
        for origin in _of(layer, history):
            where = format_place(origin.location) if origin and origin.location else escape(file)
            yield Step(where, _role(layer, settings), origin)
    if provider := settings.servers.get(server, {}).get("provider"):
        yield Step(f"provider {escape(str(provider))}", "", _of(f"provider/{provider}", history)[0])
    yield Step("platform default", "", _of("default", history)[0], silence="none")


def _of(layer: str, history: Sequence[Origin]) -> Sequence[Origin | None]:
    return [origin for origin in history if origin.layer == layer] or [None]


def _role(layer: str, settings: Settings) -> str:
    kind = layer.partition("/")[0]
    if kind == Kind.BRANCH and layer != f"{Kind.BRANCH}/{settings.model}/{settings.branch}":
        return "origin branch"
    return kind.removeprefix("iam_").replace("_", " ")


def _states(step: Step, below: Sequence[Origin], winner: Origin | None) -> Iterator[str]:
    if step.role:
        yield step.role
    origin = step.origin
    if origin is None:
        yield step.silence
        return
    if origin is winner:
        yield "wins"
    no_effect = _outcome([origin, *below]) == _outcome(below)
    if origin.value is None:
        yield "resets it, no effect" if no_effect else "resets it"
    elif no_effect:
        yield "same value, no effect"
    elif origin is not winner:
        yield _quote(origin.value)


def _outcome(origins: Sequence[Origin]) -> Any:
    """Return the value after ``origins``, the highest first.

    A null leaves the values of the catalogue and the defaults.
    """
    if origins and origins[0].value is not None:
        return origins[0].value
    return next((origin.value for origin in origins if origin.location is None), None)


def _quote(value: Any) -> str:
    return f'"{words(value)}"' if isinstance(value, str) and value else words(value)
