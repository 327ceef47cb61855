"""One field of a healthy configuration is mutated: nothing crashes, and findings are located at the mutation."""

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from oauthgit.discover.catalogue import provider_names
from oauthgit.discover.layout import classify
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import child, parent, split
from oauthgit.model.project import Project
from oauthgit.model.schema import schema
from oauthgit.model.workspace import Kind, Workspace
from oauthgit.pipeline.check import check
from oauthgit.reference.providers import entry

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

EXAMPLES = int(os.environ.get("OAUTHGIT_MUTATIONS", "40"))
"""Mutations per provider: ``OAUTHGIT_MUTATIONS=3000 pytest tests/rules/test_mutated_settings.py`` runs more."""

TODAY = "2026-11-24"
NAMES = provider_names()
ENTRIES: dict[str, dict[str, Any]] = {name: entry(name).data for name in NAMES}
POLICY = "configs/oauthgit.yaml"
BRANCH = "configs/branches/M/MAIN.yaml"
APPLICATION = "configs/iam_applications/prod.yaml"
SETTINGS: dict[str, Any] = schema(Kind.BRANCH)["properties"]["oauth_servers"]["additionalProperties"]["properties"]
OF_LOGIN: dict[str, Any] = SETTINGS["user_login"]["properties"]

Files = dict[str, dict[str, Any]]


class Mutation(NamedTuple):
    """The mutated files, and the places of which a finding must name one: each a file and a pointer.

    For ``within``, every place below counts as well; ``holders`` are mappings that lack something.
    """

    files: Files
    within: tuple[tuple[str, str], ...]
    holders: tuple[tuple[str, str], ...] = ()


def healthy(name: str) -> Files:
    """Return a branch with the entry's example and its filled-in values, and a production application."""
    data = ENTRIES[name]
    return {
        POLICY: {"kind": "policy"},
        BRANCH: {
            "kind": "branch",
            "model": "M",
            "branch": "MAIN",
            "oauth_servers": {name: {**data["oauth_server"], **data["example"]}},
        },
        APPLICATION: {
            "kind": "iam_application",
            "application": "prod",
            "model": "M",
            "branch": "MAIN",
            "environment": "production",
            "redirect_uri": "https://insights.example.com/indicium/oauth-callback",
            "oauth_servers": {name: {"client_secret": {"from_env": "CLIENT_SECRET"}}},
        },
    }


def written(data: Any) -> str:
    """Return data as JSON, which is YAML, each value on its own line."""
    return json.dumps(data, indent=1, ensure_ascii=False)


def checked(files: Files) -> Project:
    """Check files in memory."""
    made = []
    for path, data in files.items():
        place = classify(path)
        assert not isinstance(place, Finding)
        made.append(place._replace(content=written(data).encode()))  # JSON is YAML
    return check(Workspace("", tuple(made)), [], today=TODAY)


def at(data: Any, pointer: str) -> Any:
    """Return the mapping, the list or the value at a pointer."""
    for token in split(pointer):
        data = data[int(token)] if isinstance(data, list) else data[token]
    return data


def places(name: str) -> Iterator[tuple[str, str]]:
    """Yield the file and pointer of every field: all settings of a server, including unset ones."""
    server = f"/oauth_servers/{name}"
    for key in SETTINGS:
        yield (APPLICATION if key == "client_secret" else BRANCH), f"{server}/{key}"
    for key in OF_LOGIN:
        yield BRANCH, f"{server}/user_login/{key}"
    for key in ("environment", "redirect_uri", "model", "branch", "application", "kind", "oauth_servers"):
        yield APPLICATION, f"/{key}"
    for key in ("model", "branch", "kind", "oauth_servers"):
        yield BRANCH, f"/{key}"
    yield BRANCH, server


WORDS = st.sampled_from(
    [
        *(
            "",
            " ",
            "x",
            "none",
            "true",
            "changeme",
            "<id>",
            "MAIN",
            "client_secret_basic",
            "client_secret_post",
            "login",
        ),
        *(
            "authorization_code",
            "client_credentials",
            "offline_access",
            "openid",
            "production",
            "development",
            "2026-11-25",
        ),
        *("2020-01-01", "2026-02-31", "${X}", "ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]", "a,b", "a b", "*"),
        *("\u0441lient", "\u202etxet", "e\u0301\U0001f600", "a" * 3000, "::error::x", "\x1b[31m", "https://"),
        *("http://localhost/oauth-callback", "http://127.1/x", "https://idp/x", "https://[::1]:443/t", "com.app:/x"),
        *("https://u:p@crm.example.com/t", "https://crm.example.com:99999/t", "https://crm.example.com/a/../t#x"),
        *("https://xn--bcher-kva.example/t", "https://login.microsoftonline.com.evil.io/t", "https://gihtub.com/t"),
        *(
            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
            "https://crm-dev.example.com/t?client_secret=x",
        ),
    ]
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-1, 10**18), st.text(max_size=20))
VALUES = st.one_of(
    SCALARS,
    st.lists(WORDS, max_size=3),
    st.lists(SCALARS, max_size=3),
    st.dictionaries(
        st.sampled_from(["prompt", "from_env", "a", "client_id", "request_refresh_token"]), SCALARS, max_size=2
    ),
    st.sampled_from([[[]], [{}], {"a": {"b": []}}, {"prompt": "consent", "request_refresh_token": True}]),
)


def bent_text(text: str) -> st.SearchStrategy[Any]:
    """Return texts similar to the given one."""
    changed = [
        *(text.upper(), text.title(), text + " ", " " + text, text + "\n", text[:-1], text + text[-1:], text[1:]),
        *(text.replace("https:", "http:"), text.replace("https://", "https://u:p@"), text.replace("://", ":/")),
        *(text.replace("://", "://www."), text.replace(".com", ".co"), text.replace(".com/", ".com:443/")),
        *(text.replace(".com", ".com.evil.io"), text.replace("o", "0", 1), text.replace("e", "\u0435", 1)),
        *(text + "/", text.rstrip("/"), text + "?x=1", text + "#x", text.replace("/", "//"), text.replace("-", "_")),
        *(text + "a" * 2100, text.replace("v2.0", "v1.0"), text.replace("token", "authorize"), text + "\u200b"),
        text.swapcase(),
        [text],
        {"x": text},
    ]
    return st.sampled_from(changed)


@st.composite
def other_values(draw: st.DrawFn, key: str, old: Any) -> Any:
    """Draw another value of a setting: any value, a similar one, another provider's, or another list."""
    how = draw(st.sampled_from(["any", "nearly", "nearly", "of another", "of another"]))
    if how == "nearly" and isinstance(old, str):
        return draw(bent_text(old))
    if how == "nearly" and isinstance(old, list) and old:
        number = draw(st.integers(0, len(old) - 1))
        items = draw(
            st.one_of(
                st.sampled_from([[], [old[number]] * 2, [old[number].upper()], [old[number], old[number].upper()]]),
                st.lists(SCALARS, max_size=2),
            )
        )
        return [*old[:number], *items, *old[number + 1 :]]
    other = ENTRIES[draw(st.sampled_from(NAMES))]
    server = {**other["oauth_server"], **other["example"]}
    return deepcopy(server[key]) if how == "of another" and key in server else draw(VALUES)


@st.composite
def mutations(draw: st.DrawFn, name: str) -> Mutation:
    """Draw a mutation of one field of a provider's configuration."""
    files = deepcopy(healthy(name))
    file, pointer = draw(st.sampled_from(list(places(name))))
    *_, key = split(pointer)
    how = draw(st.sampled_from(["value", "value", "value", "removed", "misspelt", "moved", "override"]))
    if how == "override" and pointer.startswith(f"/oauth_servers/{name}/"):
        file = APPLICATION
    above = parent(pointer)
    if above.endswith("/user_login"):
        at(files[file], parent(above)).setdefault("user_login", {})
    holder = at(files[file], above)
    if key in holder and how == "removed":
        del holder[key]
        return Mutation(files, (), ((file, above),))
    if key in holder and how == "misspelt":
        near = [key[:-1], key.upper(), key.replace("_", "-"), key + "s", " " + key, key + "\u0455", "x"]
        spelt = draw(st.sampled_from(near))
        holder[spelt] = holder.pop(key)
        return Mutation(files, ((file, child(above, spelt)),), ((file, above),))
    if key in holder and how == "moved" and above:
        level = draw(st.sampled_from(["", parent(above)]))
        at(files[file], level)[key] = holder.pop(key)
        return Mutation(files, ((file, child(level, key)),), ((file, above),))
    old = holder.get(
        key, at(files[BRANCH], above).get(key) if how == "override" and "/user_login/" not in pointer else None
    )
    holder[key] = draw(st.one_of(st.just(old), other_values(key, old)) if how == "override" else other_values(key, old))
    return Mutation(files, ((file, pointer),))


def names(finding: Finding, mutation: Mutation, before: Files) -> bool:
    """Return True if a finding is located at a mutated place, or relates to it.

    Findings of the parser have no pointer, and are on a new line.
    """
    if finding.code.startswith("OG1"):
        line = written(mutation.files[finding.location.file]).split("\n")[finding.location.line - 1]
        return line not in written(before[finding.location.file]).split("\n")
    for place in (finding.location, *(related.location for related in finding.related)):
        spot = (place.file, place.pointer)
        if spot in mutation.holders or any(
            place.file == file and f"{place.pointer}/".startswith(f"{pointer}/") for file, pointer in mutation.within
        ):
            return True
    return False


@pytest.mark.parametrize("name", NAMES)
def test_unmutated_configuration_is_healthy(name: str) -> None:
    assert checked(healthy(name)).findings == ()


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_located_at_the_mutation(name: str) -> None:
    @seed(NAMES.index(name))
    @settings(max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(mutations(name))
    def run(mutation: Mutation) -> None:
        findings = checked(mutation.files).findings
        note(f"{mutation.within} {mutation.holders}")
        for finding in findings:
            note(f"{finding.code} {finding.location.file} {finding.location.pointer}: {finding.message}")
            note(f"    {[(each.location.file, each.location.pointer) for each in finding.related]}")
        assert [finding.message for finding in findings if finding.code == "OG002"] == []
        assert [finding.code for finding in findings if not names(finding, mutation, healthy(name))] == []

    run()
