"""Find the places of a GitHub Actions job that fetch an untrusted change."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.github_expression import expressions
from oauthgit.model.formats.github_guard import keeps_out
from oauthgit.model.formats.github_workflow import Job
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.formats.lazy_regex import regex

CALLED: Final = frozenset({"workflow_call"})
"""The event of a workflow that other workflows call; it is unknown who starts those."""

_CHANGE: Final = regex(
    r"(?i)github\.event\.(?:workflow_run\.(?:head_(?:sha|commit|repository)|pull_requests)|issue\.number|comment\b)"
)
_PERHAPS: Final = regex(
    r"(?i)github\.event\.(?:number\b|pull_request\.(?:head|number|merge_commit_sha)|review\b)"
    r"|\b(?:steps|needs)\.[\w-]+\.outputs\b|\btojson\s*\(\s*github\b"
)
"""Texts that name a change if a stranger is known to start the workflow."""
_PULL: Final = regex(r"refs/pull/|\bpull/(?:\d|\$)")
_INDEX: Final = regex(r"\[\s*'([\w-]+)'\s*\]")
_NAMED: Final = regex(r"(?i)\benv\.([\w-]+)")
_CHECKOUT: Final = regex(r"(?i)[\w.-]+/[\w.-]*checkout[\w./-]*@")
_GIT: Final = regex(
    r"\bgit\s+(?:-\S+\s+\S+\s+)?(?:checkout|switch|reset|fetch|pull|merge|clone|worktree|cherry-pick|apply|am)\b"
)
_GH: Final = regex(r"\bgh\s+(?:pr\s+(?:checkout|diff)|repo\s+(?:clone|sync))\b")
_VARIABLE: Final = regex(r"\$\{?([A-Za-z_]\w*)|%([A-Za-z_]\w*)%|\$env:([A-Za-z_]\w*)")
_DEEP: Final = 5


class _Scope(NamedTuple):
    """Hold the variables around a text, with names in lower case.

    ``is_started`` is true if a stranger starts the workflow.
    """

    variables: Mapping[str, Any]
    is_started: bool

    def within(self, stated: Any) -> "_Scope":
        """Return this scope with the variables of an ``env`` added."""
        inner = {str(name).lower(): value for name, value in stated.items()} if isinstance(stated, Mapping) else {}
        return self._replace(variables={**self.variables, **inner})


def checkouts(job: Job, shared: Any, events: frozenset[str]) -> Iterator[str]:
    """Yield the places of a job that fetch the files of a change.

    Steps with a condition that excludes strangers are skipped. ``shared`` is the ``env`` of the workflow,
    ``events`` are those by which a stranger starts it.
    """
    scope = _Scope({}, is_started=events != CALLED).within(shared).within(job.data.get("env"))
    if isinstance(job.data.get("uses"), str):
        yield from _inputs(job.data.get("with"), child(job.pointer, "with"), scope)
    for step in job.steps:
        if keeps_out(step.data.get("if"), events):
            continue
        inner = scope.within(step.data.get("env"))
        if _CHECKOUT.match(step.text("uses")):
            yield from _inputs(step.data.get("with"), child(step.pointer, "with"), inner)
        if any(_fetches(line, inner) for line in step.commands):
            yield child(step.pointer, "run")


def _inputs(given: Any, at: str, scope: _Scope) -> Iterator[str]:
    for name, value in given.items() if isinstance(given, Mapping) else ():
        if name.lower() != "token" and _is_change(value, scope):
            yield child(at, name)


def _fetches(line: str, scope: _Scope) -> bool:
    if _GH.search(line):
        return True
    if not _GIT.search(line):
        return False
    named = {name.lower() for match in _VARIABLE.finditer(line) for name in match.groups() if name}
    return _is_change(line, scope) or any(_is_change(scope.variables.get(name), scope) for name in named)


def _is_change(value: Any, scope: _Scope, depth: int = 0) -> bool:
    """Return True if a value names a change, or may: no ``env`` sets its variable."""
    if not isinstance(value, str):
        return False
    if _PULL.search(value):
        return True
    for expression in expressions(value):
        text = _INDEX.sub(r".\1", expression)
        if _CHANGE.search(text) or (scope.is_started and _PERHAPS.search(text)):
            return True
        for name in set(_NAMED.findall(text)):
            known = scope.variables.get(name.lower())
            if scope.is_started if known is None else depth > _DEEP or _is_change(known, scope, depth + 1):
                return True
    return False
