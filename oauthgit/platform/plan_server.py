"""Plan the statements of a layer that make the settings of a row effective."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from oauthgit.model.finding import Finding
from oauthgit.model.layer_plan import Guess, Stated
from oauthgit.model.platform_row import Row, Unstated, Value
from oauthgit.model.workspace import Kind
from oauthgit.platform.meaning import is_equal

if TYPE_CHECKING:
    from oauthgit.platform.plan_layers import Known

_ELSEWHERE: Final = frozenset(("client_secret", "redirect_uri"))
"""Settings that are not stated in the server's mapping of a layer."""
_OURS: Final = frozenset(("provider", "grant_types"))
"""Settings that a blank cell does not reset, because the platform has no such field."""
_USER = "authorization_code"


class ServerPlan(NamedTuple):
    """Hold a row, what the layers below state, and what its own layer states so far.

    ``is_complete`` is true if a blank cell means the default.
    """

    row: Row
    below: Mapping[str, Value]
    own: Stated
    is_complete: bool


class Planned(NamedTuple):
    """Hold the statements of the row's layer, and the settings in effect with them."""

    own: Stated
    effective: Mapping[str, Any]
    equal: int = 0
    guesses: tuple[Guess, ...] = ()
    findings: tuple[Finding, ...] = ()


def plan_server(given: ServerPlan, known: "Known", *, suggests_provider: bool) -> Planned:
    """Return the statements that make the row's settings effective.

    A suggested provider is dropped if it fills in a setting that the platform does not have.
    """
    row = given.row
    is_new = row.kind is Kind.BRANCH and not given.own and not given.below
    wanted = wanted_of(given, known)
    provider = known.find_provider(wanted.get("token_endpoint")) if is_new and suggests_provider else None
    guesses: list[Guess] = []
    planned = None
    if provider and wanted.get("provider") is None:
        planned = _plan(given, known, {**wanted, "provider": provider}, is_new=is_new)
        if planned.findings:
            planned = None
        else:
            guesses.append(Guess(row.layer, row.server, "provider", provider, "by its token endpoint"))
    planned = planned or _plan(given, known, wanted, is_new=is_new)
    if planned.findings and "provider" not in wanted:
        planned = _plan(_without_provider(given), known, wanted, is_new=is_new)
        guesses.append(
            Guess(row.layer, row.server, "provider", "none", "the one in git fills in what the platform lacks")
        )
    if not planned.effective.get("grant_types") and row.kind is Kind.BRANCH:
        grants, why = _guess_grants(planned.effective)
        guesses.append(Guess(row.layer, row.server, "grant_types", " ".join(grants), why))
        own = {**planned.own, "grant_types": grants}
        planned = planned._replace(own=own, effective={**planned.effective, "grant_types": grants})
    order = {name: number for number, name in enumerate(known.order)}
    own = dict(sorted(planned.own.items(), key=lambda item: order.get(item[0], len(order))))
    return planned._replace(own=own, guesses=tuple(guesses))


def _without_provider(given: ServerPlan) -> ServerPlan:
    """Return the plan without a provider; a null removes one of the layers below."""
    own = {name: value for name, value in given.own.items() if name != "provider"}
    return given._replace(own={**own, "provider": None} if "provider" in given.below else own)


def wanted_of(given: ServerPlan, known: "Known") -> dict[str, Value | None]:
    """Return the settings that a row states; None if a setting has no value."""
    wanted: dict[str, Value | None] = {}
    for name, cell in given.row.cells.items():
        if name in _ELSEWHERE or cell.is_masked:
            continue
        if not isinstance(cell.value, Unstated):
            wanted[name] = cell.value
        elif given.is_complete and name not in _OURS:
            wanted[name] = known.defaults.get(name)
    return wanted


def _plan(given: ServerPlan, known: "Known", wanted: Mapping[str, Value | None], *, is_new: bool) -> Planned:
    own = dict(given.own)
    equal = 0
    findings = []
    for name in sorted(wanted, key=lambda each: each != "provider"):  # a provider changes what the others inherit
        value = wanted[name]
        now = effective_of(given.below, own, known)
        if is_equal(name, now.get(name), value):
            if is_new and value is not None and not is_equal(name, known.defaults.get(name), value):
                own[name] = value  # as it is on the platform, although a provider fills it in
            else:
                equal += name not in own and _is_stated(given.row, name)
            continue
        without = {other: each for other, each in own.items() if other != name}
        if is_equal(name, effective_of(given.below, without, known).get(name), value):
            own = without
            continue
        own[name] = value
        if value is None and effective_of(given.below, own, known).get(name) is not None:
            findings.append(_filled_in(given.row, name))
    return Planned(own, effective_of(given.below, own, known), equal, findings=tuple(findings))


def _is_stated(row: Row, name: str) -> bool:
    """Return True if an override states a value itself."""
    return row.kind is not Kind.BRANCH and name in row.cells and not row.cells[name].is_blank


def effective_of(below: Mapping[str, Value], own: Stated, known: "Known") -> dict[str, Any]:
    """Return the settings in effect: defaults, then the provider's, then those stated."""
    stated = {name: value for name, value in {**below, **own}.items() if value is not None}
    provider = stated.get("provider")
    filled = known.provider_values(provider) if isinstance(provider, str) else {}
    return {**known.defaults, **filled, **stated}


def _guess_grants(effective: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    if not effective.get("authorization_endpoint"):
        return ("client_credentials",), "there is no authorization endpoint"
    if effective.get("user_login.request_refresh_token"):
        return (_USER, "refresh_token"), "there is an authorization endpoint, and refresh tokens are requested"
    return (_USER,), "there is an authorization endpoint"


def _filled_in(row: Row, name: str) -> Finding:
    return Finding(
        "OG814",
        f"{row.server} of {row.layer} has no {name} on the platform, but its provider in git fills one in",
        row.locate(name),
        remedy="Remove provider from the server in git, and import again.",
    )
