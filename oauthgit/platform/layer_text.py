"""Write a new layer as YAML."""

from collections.abc import Iterator

from oauthgit.model.formats.yaml_text import text_like
from oauthgit.model.layer_plan import LayerPlan, Stated
from oauthgit.model.platform_row import Value
from oauthgit.model.secret import Secret


def layer_text(plan: LayerPlan) -> str:
    """Return the text of the file of a new layer."""
    return "".join(f"{line}\n" for line in _lines(plan))


def yaml_value(value: Value | None) -> str:
    """Return a value on one line.

    Raises:
        TypeError: It is a secret, which is never written in plain text.

    """
    if isinstance(value, Secret):
        raise TypeError("a secret is not written into a layer")
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(text_like(item, '') for item in value)}]"
    return text_like(value, "")


def _lines(plan: LayerPlan) -> Iterator[str]:
    for name, text in plan.members.items():
        yield f"{name}: {text_like(text, '')}"
    if plan.servers:
        yield "oauth_servers:"
    for server, stated in plan.servers.items():
        yield f"  {server}:"
        yield from _settings(stated)


def _settings(stated: Stated) -> Iterator[str]:
    group = ""
    for name, value in stated.items():
        outer, _, inner = name.rpartition(".")
        if outer and outer != group:
            yield f"    {outer}:"
        group = outer
        yield f"      {inner}: {yaml_value(value)}" if outer else f"    {name}: {yaml_value(value)}"
