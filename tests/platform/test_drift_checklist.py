"""The checklist of a drift is what to type: typed into the platform, it leaves no drift."""

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from oauthgit.discover import discover
from oauthgit.model.drift import Drift
from oauthgit.model.report import Report
from oauthgit.model.schema import platform_labels
from oauthgit.pipeline.resolve import resolve_workspace
from oauthgit.platform import Source, read_tables
from oauthgit.platform.compare import Comparison, Options, compare
from oauthgit.report import checklist
from support.effective_table import Grid, grid_of, to_csv
from support.malicious_text import SUMMARY
from support.paths import REPOSITORY

TARGETS = tuple(resolve_workspace(discover(REPOSITORY)[0]).targets)
TITLE = re.compile(
    r"- \[ \] [^>]* > (?:Applications|Runtime configurations|OAuth servers) > (?P<target>[\w/-]+)"
    r"(?: > tab OAuth servers)?(?: > (?P<server>\w+|extended properties))?(?:: (?P<what>.*))?"
)
VALUES: dict[str, list[Any]] = {
    "client_id": ["typed", '"quoted"', "=1+1", "a   (was: b"],
    "scopes": [["x", "@y"], []],
    "require_pkce": [False, True],
    "token_endpoint": ["https://other.example.com/"],
    "token_endpoint_auth_method": ["client_secret_basic", "client_secret_post"],
    "user_login.prompt": ["login", "consent"],
    "redirect_uri": ["https://other.example.com/oauth-callback"],
}
OURS = (
    "provider",
    "issuer",
    "revocation_endpoint",
    "introspection_endpoint",
    "grant_types",
    "client_secret_expires_on",
)
PLATFORM: Grid = [{name: value for name, value in row.items() if name not in OURS} for row in grid_of(TARGETS)]
"""The columns with a field on the platform."""
changes = st.lists(
    st.tuples(st.integers(0, 1000), st.sampled_from(list(VALUES)), st.integers(0, 3)), min_size=1, max_size=6
)


def drift_of(grid: Grid) -> Comparison:
    """Return the drift of a table of layers: every row states all its values."""
    tables, findings = read_tables([Source("export", to_csv(grid, list(grid[0]), labels=True).encode())])
    assert findings == ()
    return compare(TARGETS, tables, Options(), {})


def name_of(row: dict[str, Any]) -> str:
    branch = f"{row['model_id']}/{row['branch_id']}"
    return str(row["application"] or "/".join(filter(None, (branch, row["runtime_configuration"]))))


def typed(text: str, grid: Grid) -> Grid:
    """Follow a checklist step by step."""
    rows = {(name_of(row), row["oauth_server_id"]): dict(row) for row in grid}
    labels = {label: name for name, label in platform_labels().items()}
    for entry in text.split("\n\n")[1:]:
        title, *fields = entry.rstrip("\n").split("\n")
        found = TITLE.fullmatch(title)
        assert found, title
        target, server = found["target"], found["server"]
        if server == "extended properties":
            for row in (row for (name, _), row in rows.items() if name == target):
                row["redirect_uri"] = value_of(fields[0])
            continue
        if found["what"] == "add this server":
            like = next(row for (name, _), row in rows.items() if name == target)
            blank = dict.fromkeys(like)
            keys = ("model_id", "branch_id", "runtime_configuration", "application", "redirect_uri")
            rows[target, server] = blank | {key: like[key] for key in keys} | {"oauth_server_id": server}
        for field in fields:
            if not field.startswith("  - [ ] "):
                rows[target, server][labels[field[:33].strip()]] = value_of(field)
    return list(rows.values())


def value_of(field: str) -> Any:
    value = field[34:].partition("   (was: ")[0]
    if field.startswith("      Scope "):
        return [] if value == "(empty)" else [json.loads(each) if each[0] == '"' else each for each in value.split(" ")]
    if value.startswith('"'):
        value, end = json.JSONDecoder().raw_decode(field[34:])
        assert field[34 + end :] == "" or field[34 + end :].startswith("   (was: ")
    return None if value == "(empty)" else {"Yes": True, "No": False}.get(value, value)


@settings(max_examples=25, deadline=None)
@given(changes, st.lists(st.integers(0, 1000), max_size=2))
def test_typing_the_checklist_leaves_no_drift(made: list[tuple[int, str, int]], removed: list[int]) -> None:
    grid = [dict(row) for row in PLATFORM]
    for number, name, choice in made:
        values = VALUES[name]
        grid[number % len(grid)][name] = values[choice % len(values)]
    for number in removed:
        del grid[number % len(grid)]
    found = drift_of(grid)
    text = checklist.render(Report((), SUMMARY, drift=Drift((), found.items)))
    assert [item.name for item in drift_of(typed(text, grid)).items] == []
