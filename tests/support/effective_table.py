"""Tables of the platform for tests, made from effective settings."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from oauthgit.model.schema import platform_labels, server_settings
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import Kind
from oauthgit.platform.effective import value_of

Grid = list[dict[str, Any]]
"""Rows by header; a value is text, a logical value, a list, or None for a blank cell."""

_NESTED = ("user_login.request_refresh_token", "user_login.prompt")
SETTINGS = (*(name for name in server_settings() if name != "user_login"), *_NESTED, "redirect_uri")
"""The columns of settings."""
_METHODS = {"client_secret_post": "In the request body", "client_secret_basic": "As Basic Auth header"}


def grid_of(targets: Iterable[Settings]) -> Grid:
    """Return a row for each server of each target, complete as in effective settings; secrets are masked."""
    return [
        _identity(settings) | {"oauth_server_id": server} | {name: _cell(settings, server, name) for name in SETTINGS}
        for settings in targets
        for server in settings.servers
    ]


def _identity(settings: Settings) -> dict[str, str | None]:
    name = settings.target.rpartition("/")[2]
    return {
        "model_id": settings.model,
        "branch_id": settings.branch,
        "runtime_configuration": name if settings.kind is Kind.RUNTIME_CONFIGURATION else None,
        "application": name if settings.kind is Kind.IAM_APPLICATION else None,
    }


def _cell(settings: Settings, server: str, name: str) -> Any:
    if name == "redirect_uri":
        return settings.data.get(name)
    value = value_of(settings.servers[server], name)
    return "****" if isinstance(value, SecretReference) else value


def to_csv(grid: Grid, columns: Sequence[str], delimiter: str = ";", *, labels: bool = False) -> str:
    """Return a grid as CSV, with the headers and the words of the platform if ``labels`` is True."""
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    names = platform_labels() if labels else {}
    writer.writerow(names.get(column, column) for column in columns)
    writer.writerows([_written(row[column], labels=labels) for column in columns] for row in grid)
    return text.getvalue()


def _written(value: Any, *, labels: bool) -> str:
    if isinstance(value, bool):
        return ("Yes" if value else "No") if labels else str(value).lower()
    if isinstance(value, (list, tuple)):
        return ("\n" if labels else " ").join(value)
    return "" if value is None else _METHODS.get(value, value) if labels else str(value)


def to_rows(grid: Grid, columns: Sequence[str]) -> list[list[str | bool]]:
    """Return a grid as rows of a spreadsheet, with its header; logical values stay logical."""
    rows = [
        [row[column] if isinstance(row[column], bool) else _written(row[column], labels=True) for column in columns]
        for row in grid
    ]
    return [[*columns], *rows]


def to_json(grid: Grid, columns: Sequence[str], *, odata: bool = False) -> str:
    """Return a grid as a list of objects, or as an answer of OData."""
    rows: list[Mapping[str, Any]] = [{column: row[column] for column in columns} for row in grid]
    return json.dumps({"@odata.context": "$metadata#oauth_server", "value": rows} if odata else rows)
