"""Test credentials at their token endpoints: ``oauthgit smoke``."""

import argparse
import gc
from time import gmtime, strftime
from typing import Final, NamedTuple

from oauthgit import __version__
from oauthgit.cli.arguments import add_environments, add_repeatable, add_shard, add_targets
from oauthgit.cli.ci.mask_secrets import mask
from oauthgit.cli.context import Context
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit, choose_smoke_exit
from oauthgit.cli.output import check_formats, find_own_shard, note, write
from oauthgit.cli.page import complete_with
from oauthgit.cli.progress import Line
from oauthgit.cli.request_reports import (
    find_causes,
    report_invalid_policy,
    report_not_adopted,
    report_reasons,
    report_untried,
)
from oauthgit.cli.signals import Interruption
from oauthgit.cli.targets import find_targets, report_left_out
from oauthgit.cli.trust import add_authority, apply_ci_rule, trust_for_requests
from oauthgit.find_program import search_path, writable_by_all
from oauthgit.installation import advise_extra
from oauthgit.model.settings import Settings
from oauthgit.pipeline import Project, UsageError, find_unmerged, report_of
from oauthgit.pipeline.operations.changed_since import changed_since
from oauthgit.pipeline.operations.load_targets import load_targets
from oauthgit.pipeline.operations.secret_pins import grant_endpoints
from oauthgit.pipeline.operations.secrets_review import add_integrity_findings
from oauthgit.pipeline.operations.select import select_targets
from oauthgit.pipeline.operations.smoke import (
    SmokeOptions,
    conditions,
    credentials,
    dry_run,
    list_sent_texts,
    run_smoke_test,
    shard_plan,
)
from oauthgit.pipeline.operations.stamp_verdicts import stamp_verdicts
from oauthgit.pipeline.operations.trusted_policy import TrustedProject, with_local_keys

_FORK: Final = "not run for a fork: no secret is decrypted or sent"


class Options(NamedTuple):
    """Hold the credentials to test, and the options of the test."""

    targets: list[str]
    sandbox: bool
    base: str | None
    authority: str | None
    trust_working_tree: bool
    environment: list[str]
    server: list[str]
    only_changed_since: str | None
    shard: tuple[int, int] | None
    control: bool
    dry_run: bool
    mask: bool
    require_proof: bool


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_targets(parser)
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="Test against an authorization server in this process. This proves the configuration, not the provider.",
    )
    parser.add_argument(
        "--base",
        metavar="REF",
        help="Do not decrypt secrets files that were rolled back or edited by hand since the commit REF (default: the base of "
        "a change in CI systems that state it).",
    )
    add_authority(parser)
    add_environments(parser, "Test only targets of this environment.")
    add_repeatable(parser, "--server", "NAME", "Test only OAuth servers of this name.")
    parser.add_argument(
        "--only-changed-since",
        metavar="REF",
        help="Test only servers with effective settings or a secret that differ from those in the commit REF.",
    )
    add_shard(parser, "Test only the I-th of N parts; credentials of one client stay in one part.")
    parser.add_argument(
        "--control",
        action="store_true",
        help="Clarify unclear answers with requests that have a wrong secret. Servers may lock a client after failed attempts; "
        "smoke.control_requests in the policy limits them per client.",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="Print the requests without their secrets, and send nothing.",
    )
    parser.add_argument(
        "--mask",
        action="store_true",
        help="Have GitHub Actions or Azure Pipelines mask the secrets in the job's log. Each secret is written to standard "
        "error in a command that the runner removes. Use this only if the runner itself reads standard error: with 2>&1, tee "
        "or a container log in between, the secrets appear there in plain text.",
    )
    parser.add_argument(
        "--require-proof", action="store_true", help="Exit 6 if an answer proves nothing or a test was not run."
    )


def run(options: Options, context: Context) -> Exit:
    """Test every distinct credential once; report a verdict for each of its users."""
    gc.enable()
    check_formats(context, frozenset({"verdicts"}))
    disable_core_dumps()
    project = load_targets(options.targets, context.search_path, context.selection)
    context = apply_ci_rule(context)
    if context.ci.fork:
        why = f"{context.ci.name} runs this for a fork, or does not state its origin"
        return report_untried(
            context,
            project,
            find_targets(project, options.targets),
            _FORK,
            (why, "a person can run oauthgit smoke after reading the change"),
        )
    if not project.policy_is_valid:
        return report_invalid_policy(context, project)
    trusted = _open(options, context, project)
    if not trusted.is_adopted:
        return report_not_adopted(context, project, find_targets(project, options.targets), trusted)
    project = _compare_with_base(options, context, trusted.project)
    targets = _choose_targets(options, context, project)
    if context.common.verbose and (open_folders := writable_by_all(search_path(context.search_path, "."))):
        note(context, f"PATH contains folders that every user can write to: {', '.join(open_folders)}")
    endpoints = grant_endpoints(project, trusted.grantors, context.open_repository(project.workspace.root))
    planned, closed = credentials(project, targets, context.environment, sandbox=options.sandbox, granted=endpoints)
    planned = shard_plan(planned, options.shard or find_own_shard(context))
    with Interruption() as interruption, Line(context) as line:
        manner = SmokeOptions(options.sandbox, options.control, line.show, interruption.stop, context.common.verbose)
        if options.dry_run:
            proof = dry_run(project, targets, planned, manner)
        else:
            if options.mask and (why := mask(list_sent_texts(planned), context.environment)):
                note(context, f"--mask has no effect: {why}", always=True)
            try:
                proof = run_smoke_test(project, targets, planned, manner)
            except ImportError as error:
                raise UsageError(f"the sandbox needs {error.name}: {advise_extra(__version__, 'sandbox')}") from None
    unmerged = {} if options.targets else find_unmerged(project)
    report_left_out(context, unmerged)
    concerned = {*unmerged, *(settings.target for settings in targets)}
    findings = (*find_causes(project, targets, concerned), *trusted.findings, *closed, *proof.findings)
    how = conditions(project, manner)
    verdicts = proof.verdicts
    if not options.dry_run:
        repository = context.open_repository(project.workspace.root)
        verdicts = stamp_verdicts(verdicts, project, targets, repository, strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()))
    report = report_of(project, findings, verdicts=verdicts, requests=proof.requests, conditions=how)
    write(context, report, complete=complete_with(context, project))
    code = interruption.code or choose_smoke_exit(
        proof.verdicts, findings, context.common.fail_on, require_proof=options.require_proof
    )
    report_reasons(context, findings, code)
    return code


def _choose_targets(options: Options, context: Context, project: Project) -> list[Settings]:
    ref = options.only_changed_since
    repository = context.open_repository(project.workspace.root)
    pairs = changed_since(project, repository.commit(ref)) if ref else None
    targets = find_targets(project, options.targets)
    return select_targets(targets, environments=options.environment, servers=options.server, pairs=pairs)


def _compare_with_base(options: Options, context: Context, project: Project) -> Project:
    """Exclude secrets files that a change rolled back or edited by hand."""
    base = options.base or (None if options.sandbox or options.dry_run else context.ci.base)
    if base is None:
        return project
    try:
        return add_integrity_findings(project, context.open_repository(project.workspace.root).commit(base))
    except UsageError as error:
        raise UsageError(f"nothing was sent: {error}") from None


def _open(options: Options, context: Context, project: Project) -> TrustedProject:
    """Return the project with trust settings, or with local keys if nothing is sent."""
    if options.sandbox or options.dry_run:
        return TrustedProject(with_local_keys(project), (), (), ())
    return trust_for_requests(context, project, options.authority, trust_working_tree=options.trust_working_tree)
