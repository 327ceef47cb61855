"""Rows of text tables: encodings, delimiters, headers, values, and all that is not understood."""

import json
from typing import Any

import pytest

from oauthgit.model.platform_row import Row, Table, Unstated
from oauthgit.model.secret import Secret
from oauthgit.platform import ReadOptions, Source, read_tables
from support.platform_tables import as_csv

KEYS = ("model_id", "branch_id", "oauth_server_id")
ROW = ("CRM", "MAIN", "crm")


def read(content: bytes, **options: Any) -> tuple[Table | None, list[tuple[str, int, int]]]:
    """Return the table, and code, row and column of each finding."""
    tables, findings = read_tables([Source("t", content)], ReadOptions(**options))
    return next(iter(tables), None), [(each.code, each.location.line, each.location.column) for each in findings]


def only_row(content: bytes, **options: Any) -> Row:
    table, findings = read(content, **options)
    assert table is not None
    assert findings == []
    (row,) = table.rows
    return row


def cell_of(header: str, cell: str) -> Any:
    (value,) = only_row(as_csv([(*KEYS, header), (*ROW, cell)])).cells.values()
    return value.value


def problem_of(header: str, cell: str) -> tuple[str, int, int]:
    (found,) = read(as_csv([(*KEYS, header), (*ROW, cell)]))[1]
    return found


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encoding_and_delimiter_are_recognised(delimiter: str, encoding: str, reported: str) -> None:
    content = as_csv([(*KEYS, "Scope", "Client"), (*ROW, "a,b;c|d", "zürich")], delimiter, encoding)
    table, findings = read(content)
    assert table is not None
    assert (findings, table.encoding) == ([], reported)
    assert table.rows[0].cells["client_id"].value == "zürich"


def test_line_of_excel_and_line_breaks_in_cells_are_understood() -> None:
    row = only_row(b'sep=|\r\nmodel_id|branch_id|oauth_server_id|Scope\r\n\r\nCRM|MAIN|crm|"a\nb, c"\r\n')
    assert row.cells["scopes"].value == ("a", "b", "c")
    assert row.number == 3


@pytest.mark.parametrize("header", ["client_id", "CLIENT ID", "Client-Id", "clientid", "Client", " client "])
def test_header_is_known_in_any_form(header: str) -> None:
    assert cell_of(header, "abc") == "abc"


@pytest.mark.parametrize(
    ("header", "cell", "value"),
    [
        ("Send client credentials", "In the request body", "client_secret_post"),
        ("Send client credentials", "as basic auth header", "client_secret_basic"),
        ("token_endpoint_auth_method", "client_secret_basic", "client_secret_basic"),
        ("Prompt", "Select account", "select_account"),
        ("Prompt", "Not set", Unstated.BLANK),
        ("Prompt", "", Unstated.BLANK),
        *(("Require PKCE", word, True) for word in ("Yes", "TRUE", "1", "-1", "WAHR", "waar", "ja")),
        *(("Require PKCE", word, False) for word in ("No", "false", "0", "FALSCH", "nee")),
        ("Scope", "a b,c\nd", ("a", "b", "c", "d")),
        ("Client secret", "****", Unstated.MASKED),
        ("Client secret", "(encrypted)", Unstated.MASKED),
        ("Client secret", "●●●●●●", Unstated.MASKED),
        ("Client secret", "", Unstated.BLANK),
        ("Client", "0012", "0012"),
        ("Client", "12345678901234567890", "12345678901234567890"),
        ("client_secret_expires_on", "2027-06-30", "2027-06-30"),
    ],
)
def test_cell_has_the_value_it_means(header: str, cell: str, value: object) -> None:
    assert cell_of(header, cell) == value


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("Send client credentials", "by pigeon", "OG806"),
        ("Prompt", "maybe", "OG806"),
        ("Require PKCE", "perhaps", "OG806"),
        ("grant_types", "password", "OG806"),
        ("Token endpoint", "crm.example.org", "OG806"),
        ("client_secret_expires_on", "30.06.2027", "OG806"),
        ("Client secret", "hidden-blank ", "OG806"),
        ("Client", "1.2E+15", "OG807"),
        ("Client", "1,2E+15", "OG807"),
        ("Client", " padded", "OG809"),
        ("Client", "NULL", "OG809"),
        ("Require PKCE", "1.0", "OG809"),
        ("Colour", "red", "OG802"),
    ],
)
def test_uncertain_cell_is_found_with_row_and_column(header: str, cell: str, code: str) -> None:
    assert problem_of(header, cell) == (code, 1 if code == "OG802" else 2, 4)


def test_no_finding_repeats_a_cell() -> None:
    content = as_csv([(*KEYS, "Prompt", "Token endpoint"), ("CRM", "MAIN", "Canary!", "canary", "canary")])
    _, findings = read_tables([Source("t", content)])
    assert len(findings) == 2
    assert "canary" not in repr(findings).lower()


@pytest.mark.parametrize("first", [("CRM", "MAIN", "crm", "s3cret-canary"), ("model_id", "s3cret-canary")])
def test_first_row_without_header_is_not_quoted(first: tuple[str, ...]) -> None:
    _, (found,) = read_tables([Source("t", as_csv([first, first], "\t"))])
    assert (found.code, found.message[:18]) == ("OG803", "row 1 is no header")
    assert "canary" not in repr(found)


def test_findings_about_headers_and_rows_are_bounded() -> None:
    header = (*KEYS, *(f"colour {number}" for number in range(2_000)))
    _, findings = read_tables([Source("t", as_csv([header, *[ROW] * 500]))])
    assert len([each for each in findings if each.code == "OG009"]) == 2
    assert len(findings) < 250


def test_remedy_lists_each_value_once() -> None:
    _, (found,) = read_tables([Source("t", as_csv([(*KEYS, "Send client credentials"), (*ROW, "by pigeon")]))])
    assert found.remedy.count("client_secret_post") == 1


def test_secret_is_held_without_a_text() -> None:
    row = only_row(as_csv([(*KEYS, "Client secret"), (*ROW, "s3cret-canary")]))
    assert row.cells["client_secret"].value == Secret("s3cret-canary")
    assert "canary" not in repr(row)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("CRM", "MAIN", "", "", "crm")], "branch/CRM/MAIN"),
        ([("CRM", "MAIN", "dev", "", "crm")], "runtime_configuration/CRM/MAIN/dev"),
        ([("CRM", "MAIN", "", "shop", "crm")], "iam_application/shop"),
        ([("", "", "", "shop", "crm")], "iam_application/shop"),
        ([("CRM", "MAIN", "dev", "shop", "crm")], [("OG804", 2, 4)]),
        ([("CRM", "", "", "", "crm")], [("OG804", 2, 2)]),
        ([("CRM", "MAIN", "", "", "")], [("OG804", 2, 5)]),
        ([("CRM", "MAIN", "", "", "My CRM")], [("OG804", 2, 5)]),
        ([("CRM", "MAIN", "", "", "crm"), ("CRM", "MAIN", "", "", "crm")], [("OG805", 3, 5)]),
        ([("CRM", "MAIN", "", "", "crm", "shifted")], [("OG806", 2, 6)]),
    ],
)
def test_row_belongs_to_one_layer(rows: list[tuple[str, ...]], expected: object) -> None:
    header = ("model_id", "branch_id", "runtime_configuration", "application", "oauth_server_id")
    table, findings = read(as_csv([header, *rows]))
    assert table is not None
    assert (table.rows[0].layer if isinstance(expected, str) else findings) == expected


@pytest.mark.parametrize(
    ("header", "options", "findings"),
    [
        (("model_id", "branch_id", "Client"), {}, [("OG803", 1, 1)]),
        (("oauth_server_id", "Client"), {}, [("OG803", 1, 1)]),
        (("CRM", "MAIN", "crm"), {}, [("OG803", 1, 1)]),
        ((*KEYS, "Client", "client_id"), {}, [("OG803", 1, 5)]),
        ((*KEYS, "App ID"), {"columns": {"client_id": "app-id"}}, []),
        ((*KEYS, "App ID"), {"policy_columns": {"client_id": "App ID"}}, []),
        ((*KEYS, "Client"), {"policy_columns": {"issuer": "Client"}}, []),
        ((*KEYS, "Passwort"), {"policy_columns": {"client_id": "Passwort"}}, [("OG803", 1, 4)]),
        *(
            ((*KEYS, name), {option: {"client_id": name}}, [("OG803", 1, 4)])
            for option in ("policy_columns", "columns")
            for name in (
                "API key",
                "\uff30assword",
                "Contraseña",
                "Mot de passe",
                "Schlüssel",
                "access_token",
                "Sleutel",
            )
        ),
        ((*KEYS, "Client secret"), {"columns": {"client_id": "Client secret"}}, [("OG803", 1, 4)]),
        ((*KEYS, "Client"), {"columns": {"issuer": "Nowhere"}}, [("OG803", 1, 1)]),
    ],
)
def test_columns_are_certain_or_found(header: tuple[str, ...], options: Any, findings: object) -> None:
    assert read(as_csv([header, ("CRM", "MAIN", "crm", "x", "y")[: len(header)]]), **options)[1] == findings


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b'model_id,branch_id\n"open',
        b"a\0b,c\n",
        b"\x81\x8d\x8f",
        b"[1, 2]",
        b"[]",
        b"{",
        b'{"value": [{"a": {"b": 1}}]}',
        b'{"error": {"code": "401"}}',
        b'{"value": [], "@odata.nextLink": "https://x.example/2"}',
        b'[{"a": 1, "a": 2}]',
        b'[{"a": NaN}]',
    ],
)
def test_file_that_is_no_table_is_one_finding(content: bytes) -> None:
    table, findings = read(content)
    assert table is None
    assert [code for code, _, _ in findings] == ["OG801"]


def test_number_in_json_is_exact_or_refused() -> None:
    rows = [dict(zip(KEYS, ROW, strict=True)) | {"client": value} for value in (12345678901234567890, 1.2e15)]
    table, findings = read(json.dumps(rows).encode())
    assert table is not None
    assert table.rows[0].cells["client_id"].value == "12345678901234567890"
    assert findings == [("OG807", 3, 4)]
