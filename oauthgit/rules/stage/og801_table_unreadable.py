"""Document OG801: a file that is not a table."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file cannot be read as a table of the platform.

Tables are CSV, tab-separated text, XLSX, ODS, or JSON with a list of objects or OData's `value`. Text is UTF-8, UTF-16 or
Windows-1252. Spreadsheets are opened in a process with limits of memory and time, because a small file can describe a
sheet of billions of cells; such a file is refused as well. Nothing is written then.

Export the grid again, as CSV if nothing else helps.
"""

RULE = stage_rule("OG801", "table-unreadable", Severity.ERROR, stage="platform", documentation=_PAGE)
