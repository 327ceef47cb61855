"""Follow remedies: extract their commands, and make the edits that they state exactly."""

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import yaml

from oauthgit.discover.layout import classify, sort_outcomes
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline.check import check
from oauthgit.reference.examples import DAY

COMMAND = re.compile(r"`((?:oauthgit|sops|git) [^`]+)`")
UNMARKED = re.compile(r"\b(?:oauthgit (?:secrets|rules|providers|schema|validate)|sops (?:edit|encrypt|decrypt|--))")


def check_files(files: Mapping[str, str]) -> list[Finding]:
    """Return the findings of files by path, on the day of the examples."""
    read, findings = sort_outcomes(classify(path, text.encode()) for path, text in sorted(files.items()))
    checked = check(Workspace("", tuple(read)), findings, today=DAY).findings
    return [finding for finding in checked if not finding.suppressed]


def commands(remedy: str) -> list[list[str]]:
    """Return the commands in a remedy, each as the words that a shell would pass on."""
    return [shlex.split(written) for written in COMMAND.findall(remedy)]


class Place(NamedTuple):
    """Name what an edit changes: the finding, the text of its file and the data in it, if it can be read."""

    finding: Finding
    text: str
    data: Any

    def parent(self) -> tuple[Any, Any]:
        """Return the mapping or list around the value at the finding, and its key there."""
        *above, last = split(self.finding.location.pointer)
        found = self.data
        for token in above:
            found = found[int(token) if isinstance(found, list) else token]
        return found, int(last) if isinstance(found, list) else last


Edit = Callable[[Place, re.Match[str]], str]
"""Return the text of the file after the edit."""


def follow(finding: Finding, files: Mapping[str, str]) -> dict[str, str] | None:
    """Return the files after the edit that a remedy states, or None if it states none exactly."""
    path = finding.location.file
    for pattern, renamed in _RENAMED:
        if match := re.search(pattern, finding.remedy):
            others = {name: text for name, text in files.items() if name != path}
            return others | {renamed(match): files[path]}
    for pattern, edit in _EDITS:
        if match := re.search(pattern, finding.remedy):
            try:
                data = yaml.safe_load(files[path])
            except yaml.YAMLError:
                data = None
            return {**files, path: edit(Place(finding, files[path], data), match)}
    return None


def _text(change: Callable[[list[str], int, Place], None]) -> Edit:
    """Return an edit of the line of the finding."""

    def edit(place: Place, _match: re.Match[str]) -> str:
        lines = place.text.splitlines(keepends=True)
        change(lines, place.finding.location.line - 1, place)
        return "".join(lines)

    return edit


def _value(change: Callable[[str, re.Match[str]], Any]) -> Edit:
    """Return an edit of the value at the finding."""

    def edit(place: Place, match: re.Match[str]) -> str:
        parent, key = place.parent()
        parent[key] = change(parent[key], match)
        return _dump(place.data)

    return edit


def _dump(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False)


def _delete_value(place: Place, _match: re.Match[str]) -> str:
    parent, key = place.parent()
    del parent[key]
    return _dump(place.data)


def _delete_line(lines: list[str], number: int, _place: Place) -> None:
    del lines[number]


def _delete_comment(lines: list[str], number: int, _place: Place) -> None:
    lines[number] = f"{lines[number].partition('#')[0].rstrip()}\n"


def _delete_token(lines: list[str], number: int, place: Place) -> None:
    column = place.finding.location.column - 1
    line = lines[number]
    lines[number] = line[:column] + re.sub(r"^[&!]\S* ?", "", line[column:])
    if line[column] == "!":
        _quote_value(lines, number, place)


def _quote_value(lines: list[str], number: int, place: Place) -> None:
    column = place.finding.location.column - 1
    value, comment, rest = lines[number][column:].rstrip("\n").partition(" #")
    lines[number] = f'{lines[number][:column]}"{value.strip()}"{comment}{rest}\n'


def _indent_like_the_line_above(lines: list[str], number: int, _place: Place) -> None:
    above = lines[number - 1]
    lines[number] = " " * (len(above) - len(above.lstrip())) + lines[number].lstrip()


def _start_with_pull_request(lines: list[str], number: int, _place: Place) -> None:
    lines[number] = lines[number].replace("pull_request_target", "pull_request")


def _rename_key(place: Place, match: re.Match[str]) -> str:
    parent, key = place.parent()
    if key not in parent:  # the value is wrong, not the key
        raise AssertionError(f"{place.finding.code} is not at a key")
    renamed = {match[1] if name == key else name: value for name, value in parent.items()}
    parent.clear()
    parent.update(renamed)
    return _dump(place.data)


def _write(place: Place, match: re.Match[str]) -> str:
    """Write a value, or a key if the finding is at a key that is not known."""
    if place.finding.code in {"OG201", "OG302"} or " does not have the form " in place.finding.message:
        return _rename_key(place, match)
    return _value(lambda _, found: yaml.safe_load(found[1]))(place, match)


def _write_setting(place: Place, match: re.Match[str]) -> str:
    _, server, *_rest = split(place.finding.location.pointer)
    settings = place.data["oauth_servers"][server]
    if match[1] in {"prompt", "request_refresh_token"}:
        settings = settings.setdefault("user_login", {})
    settings[match[1]] = yaml.safe_load(match[2])
    return _dump(place.data)


def _append(place: Place, match: re.Match[str]) -> str:
    _, server, *_rest = split(place.finding.location.pointer)
    settings = place.data["oauth_servers"][server]
    settings[match[2]] = settings.get(match[2], "https://accounts.google.com/o/oauth2/v2/auth") + match[1]
    return _dump(place.data)


def _take_out_of_grants(place: Place, _match: re.Match[str]) -> str:
    refused = place.finding.message.partition(" does not offer ")[2].partition(",")[0].split(" and ")
    return _value(lambda grants, _: [grant for grant in grants if grant not in refused])(place, _match)


def _move_under(place: Place, match: re.Match[str]) -> str:
    parent, key = place.parent()
    parent.setdefault(match[1], {})[key] = parent.pop(key)
    return _dump(place.data)


def _indent_under_servers(place: Place, _match: re.Match[str]) -> str:
    parent, key = place.parent()
    moved = parent.pop(key)
    place.data["oauth_servers"] = {**(place.data.get("oauth_servers") or {}), key: moved}
    return _dump(place.data)


def _split_scope(place: Place, _match: re.Match[str]) -> str:
    return _value(lambda scopes, _: [scope for item in scopes for scope in item.split()])(place, _match)


def _indent_under_the_server(place: Place, match: re.Match[str]) -> str:
    servers = place.data["oauth_servers"]
    moved = servers.pop(match[1])
    name = next(iter(servers))
    servers[name] = {**(servers[name] or {}), match[1]: moved}
    return _dump(place.data)


def _without_credentials(url: str, _match: re.Match[str]) -> str:
    return re.sub("//[^/@]*@", "//", url)


def _without_parameter(place: Place, match: re.Match[str]) -> str:
    name = re.search(r"contains (\w+) in its query|has the parameter (\w+)", place.finding.message)
    assert name
    known = name[1] or name[2]

    def change(url: str, _: re.Match[str]) -> str:
        parts = urlsplit(url)
        query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != known])
        return urlunsplit(parts._replace(query=query))

    return _value(change)(place, match)


def _write_domain(url: str, match: re.Match[str]) -> str:
    host = urlsplit(url).netloc
    below = host.split(".")[: -len(match[1].split("."))]
    return url.replace(host, ".".join((*below, match[1])))


def _end_host(url: str, match: re.Match[str]) -> str:
    return url.replace(urlsplit(url).netloc, match[1])


_RENAMED: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"^Rename it(?:, for example)? to (\S+\.yaml)\.$", lambda match: match[1]),
)
"""Remedies that rename the file of the finding."""

_EDITS: tuple[tuple[str, Edit], ...] = (
    (r"^Remove it\.$", _text(_delete_comment)),
    (r"^Keep one of the two\.$", _text(_delete_line)),
    (r"^Move it to a file of its own, or delete the '---'\.$", _text(_delete_line)),
    (r"^Delete the (?:anchor|tag);", _text(_delete_token)),
    (r"^Put the value in double quotes\.$", _text(_quote_value)),
    (r"^Indent the line as its neighbours are", _text(_indent_like_the_line_above)),
    (r"^Start it with pull_request:", _text(_start_with_pull_request)),
    (r"^Remove the line\b|^Remove one of these origins\.$", _delete_value),
    (r"^Give it a value, or remove the key\.$", _delete_value),
    (r"^Add authorization_code to grant_types, or remove the line\.$", _delete_value),
    (r"^Move it under (user_login)\.$", _move_under),
    (r"^Indent (\w+)(?: with its settings)?,? so that it is under a server\.$", _indent_under_the_server),
    (r"^Indent it so that it is directly under oauth_servers", _indent_under_servers),
    (r"^Write (token_endpoint_auth_method|prompt|require_pkce|request_refresh_token): (\w+)", _write_setting),
    (r"^Write https://(?: instead\.|,)", _value(lambda url, _: re.sub("^[a-z.]+:(//)?", "https://", url))),
    (r"^Write each scope as a separate item\.$", _split_scope),
    (r"^Write ([\w.-]+) if that is the intended domain", _value(_write_domain)),
    (r"^Write \[?(\w+)\]? instead\.", _value(lambda _, match: [match[1]])),
    (r"^Write ([^\s,]+?)(?:,|\.$|\. )", _write),
    (r"^Append (\?\S+) to (\w+)\.$", _append),
    (r"^Take it out of grant_types\.", _take_out_of_grants),
    (r"^Take them out of the URL\.", _value(_without_credentials)),
    (r"^Take it out of the URL,|^Register and write the URI without it\.", _without_parameter),
    (r"^End the issuer before the \? or #\.$", _value(lambda url, _: re.split("[?#]", url)[0])),
    (r"It is usually the part before /\.well-known/\.$", _value(lambda url, _: url.partition("/.well-known/")[0])),
    (r"^End the host after (\S+)\.$", _value(_end_host)),
)
"""Remedies that state an edit exactly; the first of several alternatives is made."""
