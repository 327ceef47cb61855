"""Document OG809: a habit of spreadsheets that was undone."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
Cells were read as what they certainly mean.

A spreadsheet shows 1 as `1.0`, people leave blanks around a value, and queries print an empty value as `NULL`. Such
cells are read, and one note for each column reports it. If a number was read as text, zeros at its start may be missing.

Compare the cells with the platform.
"""

RULE = stage_rule("OG809", "table-cell-corrected", Severity.NOTE, stage="platform", documentation=_PAGE)
