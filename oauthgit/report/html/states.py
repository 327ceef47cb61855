"""Name the states of a cell, the worst first."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from oauthgit.model.finding import Severity
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report.html.markup import Markup, element


class State(NamedTuple):
    """Describe a state: name (of shape and colour), word and meaning."""

    name: str
    word: str
    meaning: str


BLOCKED: Final = State("error", "blocked", "the target cannot be merged")
STATES: Final = {
    each.name: each
    for each in (
        State("error", "error", "a finding of severity error"),
        State("incomplete", "incomplete", "a setting is missing, such as the secret"),
        State("rejected", "rejected", "the server rejected the credentials"),
        State("unreachable", "unreachable", "the server could not be reached"),
        State("expired", "expired", "the secret has ended"),
        State("ends", "ends soon", "the secret ends within the window of the policy"),
        State("warning", "warning", "a finding of severity warning"),
        State("remarks", "remarks", "accepted, with remarks"),
        State("unproven", "unproven", "the answer proves nothing"),
        State("not-run", "not run", "the smoke test did not run"),
        State("earlier", "earlier", "the verdict is about earlier settings"),
        State("sandbox", "accepted (sandbox)", "the embedded server accepted, which proves nothing about the provider"),
        State("note", "note", "a finding of severity note"),
        State("accepted", "accepted", "the server accepted the credentials"),
        State("changed", "changed", "the compared change reaches it"),
        State("own", "overridden", "the target overrides settings of its branch"),
        State("inherited", "inherited", "everything comes from the branch"),
    )
}
"""All states, the worst first."""
RANK: Final = {name: rank for rank, name in enumerate(STATES)}
_OF_OUTCOME: Final = {
    Outcome.ACCEPTED: "accepted",
    Outcome.ACCEPTED_WITH_REMARKS: "remarks",
    Outcome.REJECTED: "rejected",
    Outcome.UNREACHABLE: "unreachable",
    Outcome.INCONCLUSIVE: "unproven",
    Outcome.NOT_RUN: "not-run",
}
OF_SEVERITY: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SUCCESS: Final = {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS}


def state_of_verdict(verdict: Verdict, *, is_earlier: bool = False) -> str:
    """Return the state of a verdict.

    A success of the sandbox, or with other settings, proves nothing about these.
    """
    if verdict.outcome in _SUCCESS and (verdict.sandbox or is_earlier):
        return "earlier" if is_earlier else "sandbox"
    return _OF_OUTCOME[verdict.outcome]


def worst_first(names: Iterable[str]) -> list[str]:
    """Return the names of states without repetitions, the worst first."""
    return sorted(set(names), key=lambda name: RANK[name])


def mark(state: State, word: str = "") -> Markup:
    """Return a state as shape, colour and word."""
    return element("span", word or state.word, class_=f"m {state.name}")


def mark_of(name: str, word: str = "") -> Markup:
    """Return the mark of the state with this name."""
    return mark(STATES[name], word)
