"""A report: all that one run found out, as a reporter needs it."""

from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.model.finding import Finding
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Verdict


class Explanation(NamedTuple):
    """What to explain: one server of one target, or one setting of it."""

    settings: Settings
    server: str
    field: str | None = None


class Summary(NamedTuple):
    """What was looked at; ``seconds`` is the wall time of the run."""

    layers: int
    targets: int
    servers: int
    seconds: float


class Report(NamedTuple):
    """The outcome of a run; a part that does not apply is None.

    ``lines`` are the lines of every file that a finding points into, with secrets, unknown values and comments blotted
    out: a reporter has no way to the text itself.
    """

    findings: tuple[Finding, ...]
    summary: Summary
    lines: Mapping[str, tuple[str, ...]] = {}
    verdicts: tuple[Verdict, ...] | None = None
    targets: tuple[Settings, ...] | None = None
    explanations: tuple[Explanation, ...] | None = None
