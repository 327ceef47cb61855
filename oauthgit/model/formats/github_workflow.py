"""Read workflows of GitHub Actions: triggers, jobs that run oauthgit, and secrets."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.github_expression import expressions
from oauthgit.model.formats.github_guard import runs_anyway
from oauthgit.model.formats.json_pointer import child, join, leaves
from oauthgit.model.formats.lazy_regex import regex

_COMMANDS: Final = (
    "validate|effective|explain|smoke|secrets|sandbox|report|diff|rules|providers|schema|init|login|import|drift"
)
_CALL: Final = regex(rf"\boauthgit\b(?!\.ya?ml)[^\n;&|#]{{0,200}}?\s(?:{_COMMANDS})\b")
_NAMED: Final = regex(r"(?i)(?:^|[/-])oauthgit(?:$|[@/.-])")
_LOCAL: Final = "./"
_SECRET: Final = regex(r"(?i)\bsecrets\b(?:\s*\.\s*(\w+))?")
_TOKEN: Final = "GITHUB_TOKEN"  # noqa: S105 - the name of every job's token


class Trigger(NamedTuple):
    """Describe an event that starts a workflow.

    ``at_key`` is true if it is the key at ``pointer``, not the value.
    """

    event: str
    pointer: str
    at_key: bool


class Step(NamedTuple):
    """Represent a step of a job."""

    pointer: str
    data: Mapping[str, Any]

    def text(self, *names: str) -> str:
        """Return the text at ``names``, empty if there is none."""
        value: Any = self.data
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value if isinstance(value, str) else ""

    @property
    def commands(self) -> list[str]:
        """Return the lines it runs, continued lines joined, without comments."""
        lines = self.text("run").replace("\\\n", " ").split("\n")
        return [line for line in lines if not line.lstrip().startswith("#")]


class Job(NamedTuple):
    """Represent a job that runs oauthgit.

    ``caller`` is the place of the call, ``secret`` the place where the job gets a secret, empty if there is none.
    ``before`` are the jobs that it needs.
    """

    pointer: str
    data: Mapping[str, Any]
    steps: tuple[Step, ...]
    caller: str
    secret: str
    before: tuple[Mapping[str, Any], ...]


def triggers(data: Any) -> Iterator[Trigger]:
    """Yield the events of ``on``: a name, a list of names, or a mapping by name."""
    stated, at = data.get("on") if isinstance(data, Mapping) else None, join("on")
    if isinstance(stated, str):
        yield Trigger(stated, at, at_key=False)
    elif isinstance(stated, list):
        yield from (
            Trigger(item, child(at, number), at_key=False)
            for number, item in enumerate(stated)
            if isinstance(item, str)
        )
    elif isinstance(stated, Mapping):
        yield from (Trigger(name, child(at, name), at_key=True) for name in stated)


def callers(data: Any, *, local: bool = False) -> Iterator[Job]:
    """Yield the jobs that run oauthgit.

    A step calls it, or a step or the job uses an action or workflow named after it. With ``local``, jobs that use
    an action or a workflow of this repository count too, because it may run oauthgit. A job gets a secret if it
    passes secrets on to another workflow. It also gets one if an expression in it, or in the workflow's ``env``,
    names one other than GITHUB_TOKEN.
    """
    jobs = data.get("jobs") if isinstance(data, Mapping) else None
    if not isinstance(jobs, Mapping):
        return
    for name, job in jobs.items():
        if not isinstance(job, Mapping):
            continue
        at = join("jobs", name)
        listed = job.get("steps")
        steps = tuple(
            Step(child(child(at, "steps"), number), step)
            for number, step in enumerate(listed if isinstance(listed, list) else ())
            if isinstance(step, Mapping)
        )
        pending = (Step(at, job), *steps)
        caller = next((place for step in pending if (place := _call(step))), "")
        if local and not caller:
            caller = next((child(step.pointer, "uses") for step in pending if step.text("uses").startswith(_LOCAL)), "")
        if caller:
            shared = {"env": data.get("env")}
            secret = next((place for each, base in ((job, at), (shared, "")) if (place := _secret(each, base))), "")
            yield Job(at, job, steps, caller, secret, tuple(_before(jobs, job)))


def gates(job: Job) -> tuple[Mapping[str, Any], ...]:
    """Return the jobs that gate a job: itself, and those that it needs.

    Only itself, if it or one of those runs even if a job was skipped.
    """
    passes = any(runs_anyway(each.get("if")) for each in (job.data, *job.before))
    return (job.data,) if passes else (job.data, *job.before)


def _before(jobs: Mapping[str, Any], job: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    seen: set[str] = set()
    pending = [job]
    while pending:
        needs = pending.pop().get("needs")
        for name in needs if isinstance(needs, list) else [needs]:
            if isinstance(name, str) and name not in seen and isinstance(jobs.get(name), Mapping):
                seen.add(name)
                pending.append(jobs[name])
                yield jobs[name]


def _call(step: Step) -> str:
    if _NAMED.search(step.text("uses")):
        return child(step.pointer, "uses")
    return child(step.pointer, "run") if any(map(_CALL.search, step.commands)) else ""


def _secret(data: Mapping[str, Any], at: str) -> str:
    if data.get("secrets") and isinstance(data.get("uses"), str):
        return child(at, "secrets")
    for below, value in leaves(data):
        texts = expressions(value) if isinstance(value, str) else ()
        if any(name.upper() != _TOKEN for text in texts for name in _SECRET.findall(text)):
            return at + below
    return ""
