"""Report commands that send secrets, and why they send none."""

from collections.abc import Sequence
from typing import Final

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit, is_secrets_unavailable
from oauthgit.cli.output import note, write
from oauthgit.cli.page import complete_with
from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.settings import Settings
from oauthgit.pipeline import Project, report_of
from oauthgit.pipeline.operations import smoke
from oauthgit.pipeline.operations.trusted_policy import TrustedProject

_NOT_ADOPTED: Final = "not run: the default branch has no policy yet that permits hosts for secrets"


def report_invalid_policy(context: Context, project: Project) -> Exit:
    """Report a policy with errors: it permits no host."""
    write(context, report_of(project), complete=complete_with(context, project))
    note(
        context,
        "the policy configs/oauthgit.yaml has errors; it permits the hosts for secrets, so nothing was sent (exit 2)",
        always=True,
    )
    return Exit.USAGE


def report_not_adopted(
    context: Context, project: Project, targets: Sequence[Settings], trusted: TrustedProject
) -> Exit:
    """Report that no trusted commit has a policy yet."""
    named = " and ".join(map(str, trusted.grantors))
    way = "" if context.ci.is_ci else ", or read the files and add --trust-working-tree"
    why = f"{named} has no {CONFIGS}/{POLICY} yet"
    return report_untried(context, project, targets, _NOT_ADOPTED, (why, f"merge the settings first{way}"))


def report_untried(
    context: Context, project: Project, targets: Sequence[Settings], reason: str, explanation: tuple[str, str]
) -> Exit:
    """Report a run without tests: no secret was decrypted, and nothing was sent."""
    untried = smoke.report_untried(targets, reason)
    write(context, report_of(project, (), verdicts=untried.verdicts), complete=complete_with(context, project))
    note(context, ", so no secret was decrypted and nothing was sent; ".join(explanation), always=True)
    return Exit.FINE


def find_causes(project: Project, targets: Sequence[Settings], names: set[str]) -> tuple[Finding, ...]:
    """Return the findings that block the targets in ``names``, or their secrets files."""
    broken = project.blocked.keys()
    concerned = broken & names
    return tuple(
        finding
        for finding in project.findings
        if not concerned.isdisjoint(finding.targets)
        or (not broken.isdisjoint(finding.targets) and _concerns_secrets(finding, targets))
    )


def _concerns_secrets(finding: Finding, targets: Sequence[Settings]) -> bool:
    files = {related.location.file for related in finding.related}
    return any(settings.takes_secrets_from(file) for settings in targets for file in files)


def report_reasons(context: Context, findings: Sequence[Finding], code: Exit, test: str = "smoke test") -> None:
    """Print why secrets are not available, or why nothing ran."""
    if code is Exit.SECRETS_UNAVAILABLE:
        files = sorted({escape(finding.location.file) for finding in findings if is_secrets_unavailable(finding)})
        named = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")  # noqa: PLR2004 - three fit
        note(
            context,
            f"secrets are not available: {named} (exit 7); validate, effective and explain work without them",
            always=True,
        )
    elif code is Exit.NOTHING_CHECKED:
        note(context, f"no {test} ran, so nothing is proven (exit 3)", always=True)
