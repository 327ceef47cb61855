"""Generate the pages of the providers and the index that recognises them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from oauthgit.discover.catalogue import provider_file, provider_names
from oauthgit.model.document import Document
from oauthgit.parse import parse

_DUMMY_CODE: Final = {
    "discriminates": "it distinguishes a right secret from a wrong one",
    "proves_nothing": "proves nothing: it is the same for a right and a wrong secret",
    "unverified": "the sources do not state what it proves; `smoke --control` finds out",
    "unknown": "read as in RFC 6749",
}
_BY_DUMMY_CODE: Final = {
    "discriminates": "yes",
    "proves_nothing": "no",
    "unverified": "with `--control`",
    "unknown": "likely",
}
_LOGINS: Final = {"client_credentials": "server login", "authorization_code": "user login"}
_NOT_KNOWN: Final = "not known"
_INDEX: Final = """\
# Providers

These are the values of `provider:`. A server with the token endpoint of one of them is recognised without it;
then no endpoints are filled in, but answers are read as the provider defines them.

*Proof without a user* states whether `smoke` can distinguish a right secret from a wrong one.
"""


def entry(name: str) -> Document:
    """Return a catalogue entry.

    Raises:
        KeyError: There is no entry of this name.

    """
    file = provider_file(name)
    document = parse(file)[0] if file else None
    if document is None:
        raise KeyError(name)
    return document


def _entries() -> dict[str, Mapping[str, Any]]:
    return {name: entry(name).data for name in provider_names()}


def page(name: str) -> str:
    """Return the page of one provider in Markdown.

    Raises:
        KeyError: The catalogue does not have the provider.

    """
    document = entry(name)
    data = document.data
    parts = [
        [f"# {_text(data['title'])} (`{name}`)"],
        _settings(data),
        ["Example to paste:", "", "```yaml", *_example(document), "```"],
        ["Facts:", "", *_table(("fact", "value", ""), _facts(data))],
        ["Errors:", "", *_table(("error", "stands for", "meaning", "what to do", ""), _errors(data))]
        if data.get("errors")
        else [],
        ["Notes:", "", *(f"- {_text(note)}" for note in data["notes"])] if data.get("notes") else [],
        ["Sources:", "", *(f"- {_text(source)}" for source in data["sources"])],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def listing() -> str:
    """Return a list of all providers, one per line."""
    entries = _entries()
    width = max(map(len, entries))
    return "".join(f"{name:{width}}  {data['title']}\n" for name, data in entries.items())


def index() -> str:
    """Return a table of all providers in Markdown, with links to their pages."""
    rows = [
        (
            f"[`{name}`]({name}.md)",
            _text(data["title"]),
            _codes(data.get("grant_types")),
            _codes(data.get("token_endpoint_auth_methods")),
            "; ".join(_provable(data)) or _NOT_KNOWN,
        )
        for name, data in _entries().items()
    ]
    table = _table(("id", "provider", "grants", "client authentication", "proof without a user"), rows)
    return "\n".join((_INDEX, *table)) + "\n"


def hosts() -> str:
    """Return the index that recognises token endpoints and metadata, as JSON."""
    entries = _entries()
    by_host = {host: name for name, data in entries.items() for host in data.get("hosts", ())}
    by_path = {path: name for name, data in entries.items() for path in data.get("token_paths", ())}
    by_metadata: dict[str, dict[str, str]] = {}
    for name, data in entries.items():
        for url, path in data.get("metadata", {}).items():
            by_metadata.setdefault(url, {})[path] = name
    index = {"hosts": dict(sorted(by_host.items())), "paths": by_path, "metadata": by_metadata}
    return json.dumps(index, indent=2) + "\n"


def pages() -> dict[str, str]:
    """Return every page, including the index, by file name."""
    return {f"{name}.md": page(name) for name in provider_names()} | {"README.md": index()}


def _settings(data: Mapping[str, Any]) -> list[str]:
    filled, templates, old = data["oauth_server"], data.get("endpoints", {}), data.get("deprecated", {})
    lines = ["Values that it sets below every layer:", "", *_table(("setting", "value"), _list_codes(filled))]
    lines = lines if filled else ["It sets no values."]
    if templates:
        described = "Endpoints that differ, with placeholders to replace:"
        lines += ["", described, "", *_table(("setting", "template"), _list_codes(templates))]
    if old:
        lines += ["", "Old endpoints:", "", *_table(("endpoint", "replaced by"), _list_codes(old))]
    return lines


def _example(document: Document) -> Iterator[str]:
    """Yield the lines of the example below the name of a server.

    The lines are those of the entry, including comments.
    """
    name, span = document.data["provider"], document.marks["/example"].value
    file = provider_file(name)
    lines = file.content.decode().splitlines() if file else []
    yield from ("oauth_servers:", f"  {name}:")
    yield from (f"  {line}" for line in lines[span.line - 1 : span.end_line])


def _facts(data: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    unverified = data.get("unverified", ())
    for names, fact, value in _known(data):
        yield fact, value, "unverified" if value and any(name in unverified for name in names) else ""


def _known(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield the names in the entry, the label and the value of every fact."""
    recognised = [*data.get("hosts", ()), *(f"…{path}" for path in data.get("token_paths", ()))]
    yield (), "token endpoints", _codes(recognised)
    if data.get("metadata"):
        ends = (f"`{name}`: `…{path}`" for name, path in data["metadata"].items())
        yield (), "recognised by `smoke` in the issuer's metadata", ", ".join(ends)
    yield ("token_endpoint_auth_methods",), "client authentication", _codes(data.get("token_endpoint_auth_methods"))
    yield ("grant_types",), "grants", _codes(data.get("grant_types"))
    methods = data.get("code_challenge_methods")
    pkce = data.get("pkce", "unknown").replace("unknown", _NOT_KNOWN)
    yield (
        ("pkce", "code_challenge_methods"),
        "PKCE from a client with a secret",
        pkce + (f", {_codes(methods)}" if methods else ""),
    )
    yield ("prompts",), "prompt", "none" if data.get("prompts") == [] else _codes(data.get("prompts"))
    yield ("refresh_token",), "a refresh token is given", _refresh_token(data.get("refresh_token"))
    yield ("scope_separator",), "scopes are separated by", f"a {data.get('scope_separator', 'space')}"
    yield (
        ("made_up_code",),
        "the answer to a dummy authorization code",
        _DUMMY_CODE[data.get("made_up_code", "unknown")],
    )
    if data.get("authorization_request") == "proves_nothing":
        yield ("authorization_request",), "the authorization endpoint's answer", "proves nothing without a login"
    for name, fact in (("client_id_format", "a client id looks like"), ("client_secret_format", "a secret looks like")):
        if data.get(name):
            yield (name,), fact, _code(data[name])
    if data.get("redirect_hosts_refused"):
        yield (), "refused in a redirect URI", _codes(data["redirect_hosts_refused"])
    if data.get("secret_lifetime_days"):
        yield ("secret_lifetime_days",), "a secret lasts", f"{data['secret_lifetime_days']} days at most"


def _refresh_token(fact: Mapping[str, str] | None) -> str:
    if fact is None:
        return _NOT_KNOWN
    by = fact["by"]
    return f"for the {by} {_code(fact[by])}" if by in fact else by


def _errors(data: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for own, error in data["errors"].items():
        words = (_text(error.get("says", "")), _text(error.get("remedy", "")))
        yield _code(own), _code(error["means"]), *words, "unverified" if error.get("unverified") else ""


def _provable(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield each kind of login with its proof without a user."""
    grants = data.get("grant_types", ())
    if "client_credentials" in grants:
        yield f"{_LOGINS['client_credentials']}: {'not confirmed' if 'grant_types' in data.get('unverified', ()) else 'yes'}"
    if "authorization_code" in grants:
        yield f"{_LOGINS['authorization_code']}: {_BY_DUMMY_CODE[data.get('made_up_code', 'unknown')]}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    cells = [tuple(cell.replace("|", r"\|") for cell in row) for row in rows]
    kept = [at for at, title in enumerate(head) if title or any(row[at] for row in cells)]
    rule = "|" + "---|" * len(kept)
    return [_row(head, kept), rule, *(_row(row, kept) for row in cells)]


def _row(cells: tuple[str, ...], kept: list[int]) -> str:
    return f"| {' | '.join(cells[at] for at in kept)} |"


def _list_codes(settings: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [(_code(setting), _code(value)) for setting, value in settings.items()]


def _codes(values: Iterable[str] | None) -> str:
    return ", ".join(map(_code, values or ())) or _NOT_KNOWN


def _code(value: object) -> str:
    return f"`{value}`"


def _text(words: str) -> str:
    r"""Escape tags and emphasis of Markdown; the table escapes ``\|``."""
    return words.replace("<", r"\<").replace("*", r"\*")
