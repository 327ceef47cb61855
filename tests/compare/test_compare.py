"""Differences are complete: the old settings with the differences applied equal the new settings."""

import json
import re
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oauthgit.discover.layout import classify
from oauthgit.model.difference import Differences, Status
from oauthgit.model.report import Report
from oauthgit.model.schema import platform_labels
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import File, Workspace
from oauthgit.pipeline.check import check
from oauthgit.pipeline.operations.diff import differences
from oauthgit.pipeline.resolve import State, resolve_workspace
from oauthgit.report import checklist
from support.malicious_text import SUMMARY

HOSTS = ("https://a.example.com/token", "https://b.example.com/token", "http://a.example.com/token")
CLIENTS = ("one", "(empty)", '"quoted"', "a > b: add this server", "[ ] x", "Token endpoint   y", "客户")
SCOPES = st.lists(st.sampled_from(["read", "write", "(empty)", '"x"', "a:b"]), max_size=3, unique=True)
SERVERS = ("crm", "hub")
REQUIRED = ("token_endpoint", "client_id", "grant_types")

user_logins = st.fixed_dictionaries(
    {},
    optional={
        "request_refresh_token": st.booleans(),
        "prompt": st.sampled_from(["login", "consent", None]),
    },
)
values = {
    "token_endpoint": st.sampled_from(HOSTS),
    "authorization_endpoint": st.sampled_from([*HOSTS, None]),
    "client_id": st.sampled_from(CLIENTS),
    "client_secret": st.sampled_from([{"from_env": "ONE"}, {"from_env": "OTHER"}, None]),
    "token_endpoint_auth_method": st.sampled_from(["client_secret_post", "client_secret_basic", None]),
    "require_pkce": st.sampled_from([True, False, None]),
    "grant_types": st.sampled_from([["client_credentials"], ["authorization_code", "refresh_token"]]),
    "scopes": SCOPES,
    "user_login": user_logins,
}
overrides = st.dictionaries(st.sampled_from(SERVERS), st.fixed_dictionaries({}, optional=values), max_size=2)
servers = st.dictionaries(
    st.sampled_from(SERVERS),
    st.fixed_dictionaries(
        {name: values[name] for name in REQUIRED},
        optional={name: each for name, each in values.items() if name not in REQUIRED},
    ),
    max_size=2,
)


@st.composite
def workspaces(draw: st.DrawFn) -> Workspace:
    """Return two branches, the second possibly based on the first, and up to three targets, valid or not."""
    files = {
        "branches/M/MAIN": {"kind": "branch", "model": "M", "branch": "MAIN", "oauth_servers": draw(servers)},
        "branches/M/B": {
            "kind": "branch",
            "model": "M",
            "branch": "B",
            "oauth_servers": draw(servers),
            **draw(st.sampled_from([{}, {"origin": "MAIN"}])),
        },
        "runtime_configurations/M/B/dev": {
            "kind": "runtime_configuration",
            "model": "M",
            "branch": "B",
            "name": "dev",
            "oauth_servers": draw(overrides),
        },
    }
    for name in draw(st.sampled_from([(), ("one",), ("one", "two"), ("two",), ("renamed",)])):
        files[f"iam_applications/{name}"] = {
            "kind": "iam_application",
            "application": name,
            "model": "M",
            "branch": draw(st.sampled_from(["MAIN", "B"])),
            "environment": draw(st.sampled_from(["test", "production"])),
            "oauth_servers": draw(overrides),
            **draw(st.sampled_from([{}, {"redirect_uri": "https://x.example.com/oauth-callback"}])),
        }
    return Workspace("/", tuple(_file(f"configs/{path}.yaml", data) for path, data in files.items()))


def _file(path: str, data: Mapping[str, Any]) -> File:
    file = classify(path)
    assert isinstance(file, File)
    return file._replace(content=json.dumps(data, ensure_ascii=False).encode())


def compared(before: Workspace, after: Workspace) -> tuple[State, State, Differences]:
    now = resolve_workspace(after, "2026-01-01")
    was = resolve_workspace(before, "2026-01-01", known=now.documents.readings)
    broken = [check(workspace, [], today="2026-01-01").blocked for workspace in (before, after)]
    return was, now, differences(was, now, *broken)


def comparable(value: Any) -> Any:
    if isinstance(value, SecretReference):
        return f"${value.name}"
    return sorted(value) if isinstance(value, (list, tuple)) else value


def flat(server: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in server.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": comparable(member) for inner, member in value.items()}
        else:
            found[name] = comparable(value)
    return found


def runs_with(each: Settings) -> dict[str, dict[str, Any]]:
    """Return the settings of a target: servers by name, and its own settings under the empty name."""
    own = {name: each.data[name] for name in ("environment", "redirect_uri") if name in each.data}
    return {name: flat(server) for name, server in each.servers.items()} | {"": own}


def state(project: State, found: Differences) -> dict[str, dict[str, dict[str, Any]]]:
    unknown = {each.target for each in found.targets if each.status is Status.INCOMPARABLE}
    return {each.target: runs_with(each) for each in project.targets if each.target not in unknown}


def applied(was: dict[str, dict[str, dict[str, Any]]], found: Differences) -> Any:
    """Apply differences like a program without knowledge of layers."""
    result = {target: {name: dict(server) for name, server in each.items()} for target, each in was.items()}
    for each in found.targets:
        if each.status is Status.REMOVED:
            del result[each.target]
        elif each.status is Status.RENAMED:
            result[each.target] = result.pop(each.was)
        elif each.status is Status.ADDED:
            result[each.target] = {"": {}}
        for change in each.changes if each.status is not Status.REMOVED else ():
            if not change.setting:
                if change.after is None:
                    del result[each.target][change.server]
                else:
                    result[each.target][change.server] = {k: secret(v) for k, v in change.after.items()}
            elif change.after is None:
                del result[each.target][change.server][change.setting]
            else:
                result[each.target][change.server][change.setting] = secret(change.after)
    return result


def secret(value: Any) -> Any:
    return f"${value.reference.name}" if hasattr(value, "fingerprint") else comparable(value)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(workspaces(), workspaces())
def test_differences_applied_to_the_old_state_give_the_new(before: Workspace, after: Workspace) -> None:
    """Both the differences and their checklist are applied."""
    was, now, found = compared(before, after)
    assert applied(state(was, found), found) == state(now, found)
    assert found.any == (state(was, found) != state(now, found) or any(e.reason for e in found.targets))
    old, new = ({target: on_screen(each) for target, each in state(project, found).items()} for project in (was, now))
    assert typed(old, checklist.render(Report((), SUMMARY, differences=found))) == new


def on_screen(target: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the fields of a target on the platform's screens: only settings that have a field there."""
    labels = platform_labels()
    own = target[""].get("redirect_uri")
    screens = {
        name: {labels[each]: worded(value) for each, value in server.items() if each in labels}
        for name, server in target.items()
        if name
    }
    return screens | {"": {"OAuthRedirectURI": own} if own else {}}


def worded(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    methods = {"client_secret_post": "In the request body", "client_secret_basic": "As Basic Auth header"}
    return methods.get(value, value) if isinstance(value, str) else " ".join(value)


_FOLDERS = {
    "Software Factory: Integration & AI > OAuth servers > ": "branch/",
    "Software Factory: Maintenance > Runtime configurations > ": "runtime_configuration/",
    "IAM: Authorization > Applications > ": "iam_application/",
}
_ENTRY = re.compile(
    r"(?P<target>[^>: ]+)(?: > tab OAuth servers)?(?: > (?P<server>[a-z]+))?(?P<own> > extended properties)?"
    r"(?:: (?P<what>[^(]*))?(?: ?\(follows from branch [^)]*\))?"
)


def typed(screens: dict[str, dict[str, dict[str, str]]], text: str) -> dict[str, dict[str, dict[str, str]]]:
    """Follow a checklist step by step."""
    result = {target: {name: dict(fields) for name, fields in each.items()} for target, each in screens.items()}
    for entry in text.split("\n\n")[1:]:
        title, *fields = entry.removesuffix("\n").split("\n")
        folder = next(each for each in _FOLDERS if title.startswith(f"- [ ] {each}"))
        if ": cannot be compared, " in title:
            continue
        parts = _ENTRY.fullmatch(title.removeprefix(f"- [ ] {folder}"))
        assert parts, title
        target = _FOLDERS[folder] + parts["target"]
        server, what = "" if parts["own"] else parts["server"], (parts["what"] or "").strip()
        if what == "is new":
            result[target] = {"": {}}
        elif what.startswith("is no longer described"):
            del result[target]
        elif what.startswith("is renamed, it was "):
            result[target] = result.pop(_FOLDERS[folder] + what.removeprefix("is renamed, it was "))
        elif what == "remove this server":
            del result[target][server]
        else:
            screen = result[target].setdefault(server, {})
            for field in fields:
                label, text = field[:33].removeprefix("  - [ ] ").strip(), field[34:]
                value, _, was = text.removesuffix(")" * ("   (was: " in text)).partition("   (was: ")
                assert not was or _read(label, was) == screen.get(label), "the old value is beside the new one"
                new = _read(label, value)
                if new is None:
                    screen.pop(label)
                else:
                    screen[label] = new
    return result


def _read(label: str, value: str) -> str | None:
    """Return the value that a field of a checklist shows."""
    if label == "Scope":
        items = [json.loads(item) if item.startswith('"') else item for item in value.split(" ")]
        return "" if value == "(empty)" else " ".join(sorted(items))
    if value == "(empty)":
        return None
    if (known := re.fullmatch(r"\(the environment variable (\w+) of CI\)", value)) is not None:
        return f"${known[1]}"
    return str(json.loads(value)) if value.startswith('"') else value
