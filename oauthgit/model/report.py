"""Represent a report: all results of one run, as reporters need them."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import escape, format_count, redact_urls
from oauthgit.model.settings import SecretReference, SecretState, Settings

if TYPE_CHECKING:  # most reports have findings only, and these modules are slow to load
    from oauthgit.model.difference import Differences
    from oauthgit.model.drift import Drift
    from oauthgit.model.explanation import Explanation
    from oauthgit.model.page import Page
    from oauthgit.model.planned_request import PlannedRequest
    from oauthgit.model.secret_status import SecretStatus
    from oauthgit.model.verdict import Verdict


class Summary(NamedTuple):
    """Count the checked objects; ``seconds`` is the wall time of the run."""

    layers: int
    targets: int
    servers: int
    seconds: float


class RuleText(NamedTuple):
    """Hold the documentation of a rule.

    ``title`` is its first sentence, ``why`` the next paragraph, ``page`` all of it in Markdown. ``severity`` is the
    one without a policy.
    """

    name: str
    severity: Severity
    title: str
    why: str
    page: str
    tags: tuple[str, ...] = ()


def no_text(_code: str) -> RuleText | None:
    """Return None: there is no documentation of rules."""
    return None


class Report(NamedTuple):
    """Hold the results of a run; a part that does not apply is None.

    ``lines`` are lines of every file with a finding, by number. Secrets, unknown values and comments in them are masked,
    and reporters have no access to the text itself. ``conditions`` are settings of the policy that change how
    servers are called: a proxy, its own certificate authority, requests with wrong secrets. ``folder`` is the path
    from the repository's folder to the workspace's root, which paths of findings are relative to; empty if they are
    the same. ``version`` is that of oauthgit. ``described`` returns the documentation of a rule by its code, or
    None; as a function, it loads the rules only for reporters that need them. ``page`` is the state of the
    project, for the HTML page only.
    """

    findings: tuple[Finding, ...]
    summary: Summary
    lines: Mapping[str, Mapping[int, str]] = {}
    verdicts: tuple["Verdict", ...] | None = None
    targets: tuple[Settings, ...] | None = None
    explanations: tuple["Explanation", ...] | None = None
    secrets: tuple["SecretStatus", ...] | None = None
    requests: tuple["PlannedRequest", ...] | None = None
    differences: "Differences | None" = None
    drift: "Drift | None" = None
    conditions: tuple[str, ...] = ()
    folder: str = ""
    version: str = ""
    described: Callable[[str], RuleText | None] = no_text
    page: "Page | None" = None

    def lines_of(self, finding: Finding) -> Mapping[int, str]:
        """Return lines of the file of a finding, by number.

        A finding of another report has none, because its file may differ.
        """
        return {} if finding.known_as else self.lines.get(finding.location.file, {})

    @property
    def has_news(self) -> bool:
        """Return True if there is a result to read, even with --quiet.

        Accepted credentials and an unchanged project are none. Suppressed findings are, because somebody should know them.
        """
        return bool(
            self.findings
            or any(verdict.outcome != "accepted" for verdict in self.verdicts or ())
            or (self.targets or self.explanations or self.secrets or self.requests)
            or (self.differences is not None and self.differences.any)
            or (self.drift is not None and (self.drift.items or self.drift.is_empty))
        )


def count_findings(findings: Collection[Finding]) -> str:
    """Return the number of findings by severity, with suppressed ones apart, in words."""
    severities = [finding.severity for finding in findings if finding.suppressed is None]
    present = sorted(set(severities), reverse=True)
    counts = [format_count(severities.count(severity), severity.label) for severity in present] or ["nothing found"]
    if suppressed := len(findings) - len(severities):
        counts.append(f"{suppressed} suppressed")
    return ", ".join(counts)


def plain(value: Any) -> Any:
    """Return a merged value as plain data, with text escaped and secrets described.

    A secret is ``{"state": ..., "pinned": ..., "file": ...}``, with ``name`` if it comes from the environment. In a
    difference it also has a ``fingerprint``, of its ciphertext. Text is passed through :func:`redact_urls`.
    """
    if isinstance(value, SecretState):
        is_known = value.reference.state not in {"plain", "from_env"}
        return plain(value.reference) | {"fingerprint": value.fingerprint if is_known else None}
    if isinstance(value, SecretReference):
        known = {"state": value.state, "pinned": value.pinned, "file": escape(value.file)}
        return known | {"name": escape(value.name)} if value.name else known
    if isinstance(value, Mapping):
        return {escape(key): plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return redact_urls(value) if isinstance(value, str) else value


def effective(settings: Settings) -> dict[str, Any]:
    """Return a target's effective settings as plain data."""
    return {
        "kind": str(settings.kind),
        "environment": plain(settings.environment),
        "model": plain(settings.model),
        "branch": plain(settings.branch),
        "redirect_uri": plain(settings.data.get("redirect_uri")),
        "oauth_servers": plain(settings.servers),
    }
