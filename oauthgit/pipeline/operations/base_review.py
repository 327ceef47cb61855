"""Review a project against its base commit, for a reviewer of the change."""

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

from oauthgit.discover.git import Commit, GitError
from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.location import Location
from oauthgit.model.project import Project
from oauthgit.pipeline.findings import add_findings, grade
from oauthgit.pipeline.operations import policy_loosened
from oauthgit.pipeline.operations.certificates import have_changed
from oauthgit.pipeline.operations.checks_weakened import find_weakened
from oauthgit.pipeline.operations.readers_widened import find_widened
from oauthgit.pipeline.operations.secrets_review import changes
from oauthgit.pipeline.operations.trusted_policy import policy_document, policy_in
from oauthgit.triage import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BASE_UNREAD: Final = "OG008"


def review_base(project: Project, base: Commit, *, baseline: str | None = None, is_required: bool = True) -> Project:
    """Return ``project`` with findings about what changed since ``base``.

    They concern secrets files, the policy and the checks. A change could bring its own policy, comments and baseline,
    so none of them affects these findings. Unreadable parts of the base are a finding (OG008), unless the base
    ``is_required``.

    Raises:
        UsageError: The base is required and cannot be read, or the policy in it has errors.

    """
    parts: dict[str, Callable[[], list[Finding]]] = {
        "rollbacks and changed keys of secrets files": partial(changes, project, base),
        "what the policy opens": partial(_find_relaxations, project, base),
        "who can read secrets": partial(find_widened, project, base),
        "checks that are weakened": partial(find_weakened, project, base, baseline),
    }
    found: list[Finding] = []
    unread: dict[str, UsageError] = {}
    for name, part in parts.items():
        try:
            found += part()
        except UsageError as error:
            if is_required:
                raise
            unread[name] = error
    if unread:
        *most, last = unread
        listed = f"{', '.join(most)} and {last}" if most else last
        (graded,) = grade([report_unread_base(next(iter(unread.values())), listed)])
        project = project._replace(findings=in_order((*project.findings, graded)))
    return add_findings(project, found)


def report_unread_base(error: UsageError, lost: str) -> Finding:
    """Return the finding that the CI base is unreadable, so ``lost`` is missing."""
    return Finding(
        BASE_UNREAD,
        f"{redact_urls(str(error))}; so these are not reported: {lost}",
        Location(f"{CONFIGS}/{POLICY}"),
        remedy="Give the job the whole history (fetch-depth: 0; on GitLab GIT_DEPTH: 0). If the policy there has errors, "
        "fix it there first.",
    )


def _find_relaxations(project: Project, base: Commit) -> list[Finding]:
    """Return the relaxations of the policy since the base.

    Those of an invalid policy are unknown, so it yields none.
    """
    if not project.policy_is_valid:
        return []
    try:
        stated = policy_in(base)
        file: str | None = project.policy.get("ca_file")
        others = bool(file and file == stated.get("ca_file") and have_changed(file, base))
    except GitError as error:
        raise UsageError(f"the policy cannot be compared with the base: {error}") from None
    document, ours, where = policy_document(project), project.policy, f"the policy in {redact_urls(base.ref)}"
    exchanged = [
        policy_loosened.Relaxation("/ca_file", f"ca_file still names {redact_urls(file or '')}, but its content")
    ]
    parts: list[tuple[Iterable[policy_loosened.Relaxation], str, str]] = [
        (
            exchanged if others else (),
            f" differs from {redact_urls(base.ref)}",
            "Check who owns the certificate: its owner can impersonate every host.",
        ),
        (
            policy_loosened.find_widened_trust(stated, ours),
            f", which {where} does not grant",
            "Check that secrets may go there; it takes effect when it is merged.",
        ),
        (
            policy_loosened.find_lowered_severities(stated, ours),
            f", against {where}",
            "Check that it is intended: findings of the rule are no longer reported, or no longer fail a run.",
        ),
        (
            chain(
                policy_loosened.find_weaker_members(stated, ours), policy_loosened.find_unclear_changes(stated, ours)
            ),
            f", against {where}",
            "Check that it is intended: the policy decides how secrets are checked and tested.",
        ),
    ]
    return [finding for part in parts for finding in policy_loosened.findings(document, *part)]
