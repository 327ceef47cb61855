"""The pages of the providers: what the catalogue knows, and where it knows it from."""

from typing import Any

from oauthgit.discover import provider_file, provider_names
from oauthgit.parse import parse

_CODE = {
    "discriminates": "The answer to a made-up authorization code tells a right secret from a wrong one.",
    "proves_nothing": "The answer to a made-up authorization code is the same for a right and a wrong secret.",
    "unknown": "It is not known what the answer to a made-up authorization code proves here.",
}


def entry(name: str) -> dict[str, Any]:
    """Return a catalogue entry as plain data; KeyError if there is none of this name."""
    file = provider_file(name)
    document = parse(file)[0] if file else None
    if document is None:
        raise KeyError(name)
    data: dict[str, Any] = document.data
    return data


def page(name: str) -> str:
    """Return the page of one provider in Markdown; KeyError if the catalogue does not have it."""
    data = entry(name)
    lines = [f"# {data['title']} (`{name}`)", ""]
    if data["oauth_server"]:
        lines += ["Fills in, below every layer:", "", "| setting | value |", "|---|---|"]
        lines += [f"| `{setting}` | `{value}` |" for setting, value in data["oauth_server"].items()]
    else:
        lines += ["Fills nothing in."]
    lines += ["", _CODE[data.get("made_up_code", "unknown")], ""]
    if data.get("errors"):
        lines += ["| its error code | stands for |", "|---|---|"]
        lines += [f"| `{own}` | `{code}` |" for own, code in data["errors"].items()] + [""]
    if data.get("notes"):
        lines += ["Worth knowing:", "", *(f"- {note}" for note in data["notes"]), ""]
    lines += ["Sources:", "", *(f"- {source}" for source in data["sources"])]
    return "\n".join(lines) + "\n"


def listing() -> str:
    """Return all providers, a line each."""
    names = provider_names()
    width = max(map(len, names))
    return "\n".join(f"{name:{width}}  {entry(name)['title']}" for name in names) + "\n"


def index() -> str:
    """Return the list of all providers in Markdown, with links to their pages."""
    return "# Providers\n\n" + "".join(
        f"- [{entry(name)['title']}]({name}.md): `{name}`\n" for name in provider_names()
    )


def pages() -> dict[str, str]:
    """Return every page by the name of its file, the index included."""
    return {f"{name}.md": page(name) for name in provider_names()} | {"README.md": index()}
