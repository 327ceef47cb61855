"""A report: all that one run found out, as a reporter needs it."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import format_count, printable, shown
from oauthgit.model.settings import SecretReference, SecretState, Settings

if TYPE_CHECKING:  # most reports have findings only, and each of these takes its time to load
    from oauthgit.model.difference import Differences
    from oauthgit.model.explanation import Explanation
    from oauthgit.model.planned import PlannedRequest
    from oauthgit.model.secret_status import SecretStatus
    from oauthgit.model.verdict import Verdict


class Summary(NamedTuple):
    """What was looked at; ``seconds`` is the wall time of the run."""

    layers: int
    targets: int
    servers: int
    seconds: float


class RuleText(NamedTuple):
    """The documentation of a rule, as a reporter shows it.

    ``title`` is its first sentence, ``why`` the paragraph below, ``page`` all of it in Markdown. ``severity`` is the one
    that it has unless the policy says otherwise.
    """

    name: str
    severity: Severity
    title: str
    why: str
    page: str
    tags: tuple[str, ...] = ()


def no_text(_code: str) -> RuleText | None:
    """Return that nothing is known of a rule."""
    return None


class Report(NamedTuple):
    """The outcome of a run; a part that does not apply is None.

    ``lines`` are the lines of every file that a finding points into, with secrets, unknown values and comments blotted
    out: a reporter has no way to the text itself. ``conditions`` are what the policy says of how servers are asked, where
    it is not what one would expect: a proxy, an authority of its own, requests with wrong secrets. ``folder`` leads from
    the repository's folder to the workspace's root, from which findings name their files; it is empty where they are the
    same. ``version`` is that of oauthgit. ``described`` returns the documentation of a rule by
    its code, None where there is no such rule; it is a function, so that rules are loaded for a reporter that asks only.
    """

    findings: tuple[Finding, ...]
    summary: Summary
    lines: Mapping[str, tuple[str, ...]] = {}
    verdicts: tuple["Verdict", ...] | None = None
    targets: tuple[Settings, ...] | None = None
    explanations: tuple["Explanation", ...] | None = None
    secrets: tuple["SecretStatus", ...] | None = None
    requests: tuple["PlannedRequest", ...] | None = None
    differences: "Differences | None" = None
    conditions: tuple[str, ...] = ()
    folder: str = ""
    version: str = ""
    described: Callable[[str], RuleText | None] = no_text


def count_findings(findings: Collection[Finding]) -> str:
    """Return how many findings of each severity there are, suppressed ones apart."""
    severities = [finding.severity for finding in findings if finding.suppressed is None]
    present = sorted(set(severities), reverse=True)
    counts = [format_count(severities.count(severity), severity.label) for severity in present] or ["nothing found"]
    if suppressed := len(findings) - len(severities):
        counts.append(f"{suppressed} suppressed")
    return ", ".join(counts)


def plain(value: Any) -> Any:
    """Return a merged value as plain data fit for any reader: text as :func:`shown`, a secret as what is known of it.

    A secret is ``{"state": ..., "pinned": ..., "file": ...}``, and ``name`` where it comes from the environment;
    in a difference also ``fingerprint``, of its ciphertext.
    """
    if isinstance(value, SecretState):
        is_known = value.reference.state not in {"plain", "from_env"}
        return plain(value.reference) | {"fingerprint": value.fingerprint if is_known else None}
    if isinstance(value, SecretReference):
        known = {"state": value.state, "pinned": value.pinned, "file": printable(value.file)}
        return known | {"name": printable(value.name)} if value.name else known
    if isinstance(value, Mapping):
        return {printable(key): plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return shown(value) if isinstance(value, str) else value


def effective(settings: Settings) -> dict[str, Any]:
    """Return what a target runs with as plain data: what it is, its redirect URI, and its servers by name."""
    return {
        "kind": str(settings.kind),
        "environment": plain(settings.environment),
        "model": plain(settings.model),
        "branch": plain(settings.branch),
        "redirect_uri": plain(settings.data.get("redirect_uri")),
        "oauth_servers": plain(settings.servers),
    }
