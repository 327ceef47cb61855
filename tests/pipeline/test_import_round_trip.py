"""Effective settings survive every format of a table, and a second import changes nothing."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from oauthgit.model.schema import server_defaults
from oauthgit.pipeline.operations.import_tables import Import, ImportOptions, prepare_import
from oauthgit.pipeline.operations.known_layers import flatten
from oauthgit.platform import ReadOptions, Source
from oauthgit.replace_folder import replace_folder
from support.platform_tables import FORMATS, Rows, Value

NAMES = (
    "authorization_endpoint",
    "token_endpoint",
    "client_id",
    "token_endpoint_auth_method",
    "require_pkce",
    "grant_types",
    "scopes",
    "user_login.request_refresh_token",
    "user_login.prompt",
)
KEYS = ("model_id", "branch_id", "runtime_configuration", "application", "oauth_server_id")
URLS = (
    "https://crm.example.org/oauth/token",
    "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    "https://start.exactonline.nl/api/oauth2/token",
    "https://oauth2.googleapis.com/token?a=1&b=2",
)
QUICK: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
    "phases": [Phase.generate],  # a failing table is small; shrinking it would take minutes
}
SERVERS = ("crm", "mail", "erp2")
TARGETS = {
    "dev": ("M", "MAIN", "dev", ""),
    "shop-prod": ("M", "MAIN", "", "shop-prod"),
    "shop-acc": ("M", "B", "", "shop-acc"),
}

texts = st.text(st.sampled_from("abcXYZ019=+-@;,\"'#:{}[]&*!|>%é日\\ "), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and not text.isdecimal() and "e" not in text.lower()
)
scopes = st.lists(st.text("abc.:/_=+-@", min_size=1, max_size=6), max_size=3, unique=True)
servers = st.fixed_dictionaries(
    {
        "token_endpoint": st.sampled_from(URLS),
        "client_id": texts | st.sampled_from(["0012", "1.5", "true", "null", "=1+1", "+49", "@x", "-"]),
        "token_endpoint_auth_method": st.sampled_from(["client_secret_post", "client_secret_basic"]),
        "require_pkce": st.booleans(),
        "grant_types": st.sampled_from([("client_credentials",), ("authorization_code", "refresh_token")]),
        "scopes": scopes.map(tuple),
        "user_login.request_refresh_token": st.booleans(),
    },
    optional={
        "authorization_endpoint": st.sampled_from(
            ["https://crm.example.org/auth", "https://accounts.google.com/o?x=y"]
        ),
        "user_login.prompt": st.sampled_from(["consent", "login", "select_account", "none"]),
    },
)
Effective = dict[tuple[str, ...], dict[str, dict[str, Any]]]


@st.composite
def effective_settings(draw: st.DrawFn) -> Effective:
    """Return the settings of branches and of targets that share most of them."""
    found: Effective = {}
    for branch in ("MAIN", "B"):
        names = draw(st.lists(st.sampled_from(SERVERS), min_size=1, max_size=2, unique=True))
        found["M", branch, "", ""] = {name: draw(servers) for name in names}
    for identity in draw(st.lists(st.sampled_from([*TARGETS.values()]), unique=True)):
        below = found["M", identity[1], "", ""]
        found[identity] = {name: draw(st.just(each) | servers) for name, each in below.items()}
    return found


def table_of(effective: Effective) -> list[list[Value]]:
    """Return a header and a row for each server of each layer."""
    rows: list[list[Value]] = [[*KEYS, *NAMES]]
    for identity, each in effective.items():
        rows += [
            [*identity, server, *(cell_of(values.get(name, "")) for name in NAMES)] for server, values in each.items()
        ]
    return rows


def cell_of(value: Any) -> Value:
    return " ".join(value) if isinstance(value, tuple) else value


def shuffle(data: st.DataObject, rows: list[list[Value]]) -> Rows:
    columns = data.draw(st.permutations(range(len(rows[0]))))
    return [[row[column] for column in columns] for row in (rows[0], *data.draw(st.permutations(rows[1:])))]


def imported(folder: str, content: bytes, *, updates: bool = False, kind: Any = "effective") -> Import:
    made = prepare_import(folder, [Source("t", content)], ImportOptions(ReadOptions(kind), updates=updates), os.defpath)
    assert not made.errors
    assert not made.notes
    return made


def assert_effective(made: Import, effective: Effective) -> None:
    targets = {each.target: each for each in made.project.resolve().targets}
    for identity, each in effective.items():
        kind = "iam_application" if identity[3] else "runtime_configuration" if identity[2] else "branch"
        name = (identity[3],) if identity[3] else filter(None, identity)
        servers = targets["/".join((kind, *name))].servers
        assert servers.keys() == each.keys()
        for server, values in each.items():
            assert known(servers[server]) == {**DEFAULTS, **values}


def known(server: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in flatten(server).items() if name in NAMES}


DEFAULTS = known(server_defaults())


@pytest.mark.parametrize("form", [name for name in FORMATS if name not in {"xlsx", "ods"}])
@settings(max_examples=8, **QUICK)
@given(effective=effective_settings(), data=st.data())
def test_settings_survive_text_format(form: str, effective: Effective, data: st.DataObject) -> None:
    assert_round_trip(FORMATS[form](shuffle(data, table_of(effective))), effective)


@pytest.mark.parametrize("form", ["xlsx", "ods"])
@settings(max_examples=2, **QUICK)
@given(effective=effective_settings(), data=st.data())
def test_settings_survive_spreadsheet(form: str, effective: Effective, data: st.DataObject) -> None:
    assert_round_trip(FORMATS[form](shuffle(data, table_of(effective))), effective)


def assert_round_trip(content: bytes, effective: Effective) -> None:
    with TemporaryDirectory() as folder:
        made = imported(folder, content)
        assert_effective(made, effective)
        assert replace_folder(folder, "configs", made.contents) is None
        written = {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*.yaml")}
        assert written == {path: new for path, (_, new) in made.contents.items()}
        assert imported(folder, content, updates=True).contents == {}


@settings(max_examples=10, **QUICK)
@given(before=effective_settings(), after=effective_settings())
def test_update_leads_from_any_settings_to_any_others(before: Effective, after: Effective) -> None:
    with TemporaryDirectory() as folder:
        made = imported(folder, FORMATS["csv"](table_of(before)))
        assert replace_folder(folder, "configs", made.contents) is None
        made = imported(folder, FORMATS["json"](table_of(after)), updates=True)
        targets = {each.target: each for each in made.project.resolve().targets}
        for identity, each in after.items():
            kind = "iam_application" if identity[3] else "runtime_configuration" if identity[2] else "branch"
            name = (identity[3],) if identity[3] else filter(None, identity)
            servers = targets["/".join((kind, *name))].servers
            for server, values in each.items():
                found = known(servers[server])
                assert {**found, "scopes": {*found["scopes"]}} == {**DEFAULTS, **values, "scopes": {*values["scopes"]}}
        assert replace_folder(folder, "configs", made.contents) is None
        assert imported(folder, FORMATS["tsv"](table_of(after)), updates=True).contents == {}
