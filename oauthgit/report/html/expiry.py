"""Write the ends of secrets: by month, as a list, and those without a date."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.secret_status import MISSING, SecretStatus
from oauthgit.report.html.markup import Markup, element, join, link
from oauthgit.report.html.settings import left
from oauthgit.report.html.states import mark_of
from oauthgit.report.html.view import Column, View

_MONTHS = 12
_YEAR = 366
_DOTS = 12


def write_expiry(view: View) -> Markup:
    """Return the section; empty if no server on the page has a secret."""
    secrets = [each for each in view.page.secrets if each.state != MISSING]
    if not secrets:
        return Markup("")
    known = sorted((each for each in secrets if each.days_left is not None), key=_day)
    near = [each for each in known if (each.days_left or 0) <= _YEAR]
    later, undated = known[len(near) :], [each for each in secrets if each.days_left is None]
    return element(
        "section",
        element("h2", "Expiry", id="expiry"),
        element("div", _months(near, view), _table(near, view), class_="split")
        if near
        else element("p", "No secret ends within the next twelve months.", class_="empty"),
        _folded("later", later, _table(later, view)) if later else Markup(""),
        _folded("without a date", undated, _undated(undated, view)) if undated else Markup(""),
        aria_labelledby="expiry",
        class_="expiry",
    )


def _day(secret: SecretStatus) -> tuple[int, int, str, str]:
    return secret.days_left or 0, secret.rank, secret.target, secret.server


def _months(secrets: Sequence[SecretStatus], view: View) -> Markup:
    """Return the next months, with a dot for each secret that ends in one."""
    today = date.fromisoformat(view.page.today)
    months = [divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(_MONTHS + 1)]
    expired = [each for each in secrets if (each.days_left or 0) < 0]
    items = [_month("expired", expired, view)] if expired else []
    for year, month in months:
        name = f"{year}-{month + 1:02}"
        ending = [each for each in secrets[len(expired) :] if (each.expires_on or "").startswith(name)]
        items.append(_month(date(year, month + 1, 1).strftime("%b %Y"), ending, view))
    return element("ol", *items, class_="months", aria_label="Secrets that end, by month")


def _month(name: str, secrets: Sequence[SecretStatus], view: View) -> Markup:
    dots = [element("span", "", class_=f"dot {_state(each, view)}") for each in secrets[:_DOTS]]
    count = element("b", str(len(secrets))) if secrets else element("span", "\u2013", class_="none")
    return element(
        "li", element("span", name), element("span", *dots, class_="dots"), count, class_=None if secrets else "no"
    )


def _state(secret: SecretStatus, view: View) -> str:
    days = secret.days_left or 0
    return "expired" if days < 0 else "ends" if days <= view.page.window else "own"


def _table(secrets: Iterable[SecretStatus], view: View) -> Markup:
    head = element(
        "thead", element("tr", *(element("th", name, scope="col") for name in ("ends", "target", "servers")))
    )
    rows = []
    for _, group in groupby(secrets, key=lambda each: (each.expires_on, each.target)):
        members = list(group)
        first = members[0]
        state = _state(first, view)
        soon = join((" ", mark_of(state))) if state in {"expired", "ends"} else ""
        ends = element("td", element("time", str(first.expires_on)), left(first), soon)
        target = element("td", _label(first, view), " ", element("span", first.environment or "", class_="at"))
        rows.append(element("tr", ends, target, element("td", _servers(members, view))))
    return element("table", head, element("tbody", *rows))


def _undated(secrets: Sequence[SecretStatus], view: View) -> Markup:
    items = []
    for _, group in groupby(secrets, key=lambda each: each.target):
        members = list(group)
        items.append(element("li", _label(members[0], view), ": ", _servers(members, view)))
    advice = "State client_secret_expires_on in the layer, or set the next secret with --expires-on."
    return join((element("p", advice, class_="note"), element("ul", *items)))


def _servers(secrets: Sequence[SecretStatus], view: View) -> Markup:
    column = _column(secrets[0], view)
    cells = column.cells if column else {}
    return join(
        (link(f"#{cells[each.server].id}" if each.server in cells else "", each.server) for each in secrets), ", "
    )


def _label(secret: SecretStatus, view: View) -> str:
    column = _column(secret, view)
    return column.label if column else secret.target


def _column(secret: SecretStatus, view: View) -> Column | None:
    return next((column for column in view.columns if column.target == secret.target), None)


def _folded(words: str, secrets: Sequence[SecretStatus], content: Markup) -> Markup:
    return element("details", element("summary", format_count(len(secrets), "secret"), f" {words}"), content)
