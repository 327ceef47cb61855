"""Spreadsheets are read within limits, and formulas are never taken for values."""

import subprocess
import sys
import time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from oauthgit.model.finding import Finding
from oauthgit.platform import ReadOptions, Source, read_tables
from oauthgit.platform.spreadsheet_child import answer_of
from support.platform_tables import as_csv, as_ods, as_xlsx, pack, xlsx_of

HEADER = ("model_id", "branch_id", "oauth_server_id", "Client", "Token endpoint")
ROW = ("CRM", "MAIN", "crm", "abc", "https://crm.example.com/token")


def findings_of(content: bytes, sheet: str = "") -> tuple[Finding, ...]:
    """Return the findings of the process that reads; its answer is the same in this process, where it is measured."""
    found = read_tables([Source("a.xlsx", content)], ReadOptions(sheet=sheet))[1]
    assert ("error" in answer_of(content, sheet)) <= bool(found)
    return found


def only_finding(content: bytes) -> tuple[str, int, int]:
    (found,) = findings_of(content)
    return found.code, found.location.line, found.location.column


def book_with(cells: dict[str, Any]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(as_xlsx([HEADER, ROW])))
    for name, value in cells.items():
        book.worksheets[0][name] = value
    return xlsx_of(book)


@pytest.mark.posix
@pytest.mark.parametrize(("cpu", "memory"), [(30, 1 << 30), (50, 1 << 29), (3600, 1 << 31)])
def test_limits_of_the_reader_keep_lower_limits(cpu: int, memory: int) -> None:
    code = f"""
import resource
from oauthgit.platform.spreadsheet_child import limit_resources
resource.setrlimit(resource.RLIMIT_CPU, ({cpu}, {cpu}))
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
limit_resources()
print(*resource.getrlimit(resource.RLIMIT_CPU), *resource.getrlimit(resource.RLIMIT_AS))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    expected = min(cpu, 50), min(memory, 1 << 30)
    assert done.stdout.split() == [str(limit) for limit in expected for _ in range(2)]


@pytest.mark.posix
def test_low_limit_of_time_leaves_the_limit_of_memory() -> None:
    code = """
import resource
from oauthgit.platform.spreadsheet_child import limit_resources
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
limit_resources()
print(resource.getrlimit(resource.RLIMIT_AS)[1])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == f"{1 << 30}\n"


def test_cell_at_the_end_of_a_sheet_is_found_within_a_second() -> None:
    content = book_with({"XFD1048576": "x"})
    start = time.monotonic()
    assert only_finding(content) == ("OG801", 1048576, 16384)
    assert time.monotonic() - start < 1
    assert len(content) < 8_000


def test_repeated_cells_of_ods_are_found() -> None:
    more = (
        '<table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16000"><text:p>x</text:p>'
        "</table:table-cell></table:table-row>"
    )
    assert only_finding(as_ods([HEADER, ROW], more)) == ("OG801", 1000002, 16000)


@pytest.mark.parametrize("value", ["=1+1", "=HYPERLINK(A1)"])
def test_formula_is_found_with_its_cell(value: str) -> None:
    assert only_finding(book_with({"D2": value})) == ("OG808", 2, 4)


def test_array_formula_covers_its_area() -> None:
    content = book_with({"D2": ArrayFormula("D2:E2", "=A1:B1")})
    assert [(each.code, each.location.column) for each in findings_of(content)] == [("OG808", 4), ("OG808", 5)]


def test_areas_of_formulas_are_bounded() -> None:
    content = book_with({f"D{row}": ArrayFormula(f"D{row}:E{row}", "=A1") for row in range(2, 1_100)})
    assert only_finding(content) == ("OG801", 1_002, 4)


def test_formula_of_ods_is_found_with_its_cell() -> None:
    more = (
        "<table:table-row>"
        + "<table:table-cell/>" * 3
        + '<table:table-cell table:formula="of:=1+1"/></table:table-row>'
    )
    assert only_finding(as_ods([HEADER, ROW], more)) == ("OG808", 3, 4)


def test_error_cell_counts_as_formula() -> None:
    book = openpyxl.load_workbook(BytesIO(as_xlsx([HEADER, ROW])))
    book.worksheets[0]["D2"] = "#REF!"
    book.worksheets[0]["D2"].data_type = "e"
    assert only_finding(xlsx_of(book)) == ("OG808", 2, 4)


@pytest.mark.parametrize(
    ("value", "code"),
    [(12345, "OG809"), (1234567890123456, "OG807"), (12345678901234567890, "OG807"), (1.5, "OG807"), (True, "OG806")],
)
def test_number_in_place_of_text_is_reported(value: object, code: str) -> None:
    assert only_finding(book_with({"D2": value})) == (code, 2, 4)


def test_text_that_looks_like_a_formula_stays_text() -> None:
    texts = ("=cmd|' /C calc'!A0", "+1", "-x", "@sum")
    rows = [HEADER, *(("CRM", "MAIN", f"s{at}", text, "") for at, text in enumerate(texts))]
    for content in (as_xlsx(rows), as_ods(rows), as_csv(rows)):
        tables, findings = read_tables([Source("a", content)])
        assert [row.cells["client_id"].value for row in tables[0].rows] == list(texts)
        assert not findings


def test_first_sheet_with_a_known_header_is_read() -> None:
    book = openpyxl.load_workbook(BytesIO(as_xlsx([HEADER, ROW], "OAuth")))
    book.create_sheet("Notes", 0)["A1"] = "exported on Monday"
    book["OAuth"].insert_rows(1, 2)
    tables, findings = read_tables([Source("a.xlsx", xlsx_of(book))])
    assert (tables[0].sheet, tables[0].rows[0].number, findings) == ("OAuth", 4, ())
    (found,) = findings_of(xlsx_of(book), "Nots")
    assert "Notes, OAuth" in found.remedy


def bomb() -> bytes:
    stream = BytesIO(as_xlsx([HEADER, ROW]))
    with ZipFile(stream, "a", ZIP_DEFLATED) as archive, archive.open("xl/big.bin", "w") as part:
        for _ in range(300):
            part.write(bytes(1 << 20))
    return stream.getvalue()


def with_part(content: bytes, name: str, old: str, new: str) -> bytes:
    with ZipFile(BytesIO(content)) as archive:
        parts = {each: archive.read(each).decode() for each in archive.namelist()}
    return pack({**parts, name: parts[name].replace(old, new, 1)})


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb(), "unpacks to more than 256 MB"),
        (with_part(as_xlsx([HEADER]), "xl/worksheets/sheet1.xml", "<worksheet", ENTITIES), "document type"),
        (as_xlsx([HEADER])[:-30], "damaged"),
        (pack({"a.txt": "x"}), "neither XLSX nor ODS"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old format"),
        (as_xlsx([("a", "b"), ("c", "d")]), "known headers"),
    ],
)
def test_hostile_or_foreign_file_is_one_finding(content: bytes, words: str) -> None:
    (found,) = findings_of(content)
    assert found.code == "OG801"
    assert words in found.message


def test_death_of_the_reader_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.platform.spreadsheet._BOOT", "import os; os.abort()")
    (found,) = findings_of(as_xlsx([HEADER, ROW]))
    assert "ended without a result" in found.message


def test_slow_reader_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.platform.spreadsheet._BOOT", "import time; time.sleep(60)")
    monkeypatch.setattr("oauthgit.platform.spreadsheet._SECONDS", 0.2)
    (found,) = findings_of(as_xlsx([HEADER, ROW]))
    assert "took longer" in found.message
