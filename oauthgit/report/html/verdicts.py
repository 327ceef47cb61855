"""Write the verdicts of servers that have no cell here."""

from oauthgit.report.html.formatting import code
from oauthgit.report.html.markup import Markup, element
from oauthgit.report.html.settings import verdict_parts
from oauthgit.report.html.view import View

MAX_VERDICTS = 2_000


def write_other_verdicts(view: View) -> Markup:
    """Return a list of verdicts about targets or servers that are not in the matrix."""
    verdicts = view.other_verdicts
    if not verdicts:
        return Markup("")
    names = ("target", "server", "verdict")
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in names)))
    rows = (
        element(
            "tr",
            element("td", code(each.target)),
            element("td", code(each.server)),
            element("td", *verdict_parts(each, view)),
        )
        for each in verdicts[:MAX_VERDICTS]
    )
    left = len(verdicts) - MAX_VERDICTS
    return element(
        "section",
        element("h2", "Other verdicts", id="others"),
        element(
            "p", "The matrix has no settings for these: they cannot be merged, or they are not here.", class_="note"
        ),
        element("div", element("table", head, element("tbody", *rows)), class_="wide"),
        element("p", f"{left:,} more verdicts are left out: the JSON report lists them.") if left > 0 else Markup(""),
        aria_labelledby="others",
    )
