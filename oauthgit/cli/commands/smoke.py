"""Try credentials at their token endpoints: ``oauthgit smoke``."""

import argparse
import gc
from typing import Final, NamedTuple

from oauthgit.cli.arguments import add_shard, add_targets
from oauthgit.cli.ci.mask_secrets import mask
from oauthgit.cli.context import Context
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit, choose_smoke_exit, means_closed_secret
from oauthgit.cli.output import check_formats, find_own_shard, say, write
from oauthgit.cli.progress import Line
from oauthgit.cli.signals import Interruption
from oauthgit.cli.targets import find_targets, say_left_out
from oauthgit.cli.trust import add_authority, apply_ci_rule, open_doors
from oauthgit.discover.placing import CONFIGS, POLICY
from oauthgit.find_program import search_path, writable_by_all
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import printable
from oauthgit.model.settings import Settings
from oauthgit.pipeline import Project, UnusableError, load, report_of, unmerged
from oauthgit.pipeline.operations.changed_since import changed_since
from oauthgit.pipeline.operations.narrow import narrow
from oauthgit.pipeline.operations.secret_pins import grant_endpoints
from oauthgit.pipeline.operations.secrets_review import with_suspicions
from oauthgit.pipeline.operations.select import chosen
from oauthgit.pipeline.operations.smoke import (
    Manner,
    conditions,
    credentials,
    prove,
    rehearse,
    sharded,
    texts_sent,
    untried,
)
from oauthgit.pipeline.operations.trusted_policy import TrustedProject, with_local_keys

_FORK: Final = "not run on a fork: no secret is opened or sent for it"
_NOT_ADOPTED: Final = "not run: the default branch has no policy yet, so nobody granted where secrets may go"


class Options(NamedTuple):
    """The credentials to try, and how."""

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
        help="ask an authorization server in this process instead: proves the configuration, not the provider",
    )
    parser.add_argument(
        "--base",
        metavar="REF",
        help="leave secrets files shut that were rolled back or edited by hand since the commit REF; the base of a change "
        "is found in the CI systems that name it",
    )
    add_authority(parser)
    parser.add_argument(
        "--environment",
        metavar="ENV",
        action="append",
        default=[],
        choices=("development", "test", "acceptance", "production"),
        help="only targets of this environment; may be given several times",
    )
    parser.add_argument(
        "--server",
        metavar="NAME",
        action="append",
        default=[],
        help="only OAuth servers of this name; may be given several times",
    )
    parser.add_argument(
        "--only-changed-since",
        metavar="REF",
        help="only servers whose effective settings or secret differ from those in the commit REF",
    )
    add_shard(parser, "only the I-th of N parts (what shares a client is never parted)")
    parser.add_argument(
        "--control",
        action="store_true",
        help="find out what unclear answers mean by requests with a wrong secret; smoke.control_requests in the policy "
        "limits them for each client, for servers may lock a client",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print the requests that would be sent, without their secrets, and send nothing",
    )
    parser.add_argument(
        "--mask",
        action="store_true",
        help="have GitHub Actions or Azure Pipelines blot the secrets out of the job's log: each is written to standard "
        "error, in a command that the runner takes out. Only where the runner itself reads standard error: with 2>&1, tee "
        "or a container log behind it, the secrets stand there in plain text",
    )
    parser.add_argument(
        "--require-proof", action="store_true", help="exit 6 where an answer proves nothing or a test was not run"
    )


def run(options: Options, context: Context) -> Exit:
    """Try every distinct credential once and report a verdict for every target that holds it."""
    gc.enable()
    check_formats(context, frozenset({"verdicts"}))
    disable_core_dumps()
    project = narrow(load(".", context.selection), options.targets)
    context = apply_ci_rule(context)
    if context.ci.fork:
        why = f"{context.ci.name} runs this for a fork, or does not state for whom"
        return _run_nothing(
            options, context, project, _FORK, (why, "a person who has read the change can run oauthgit smoke on it")
        )
    if not project.usable:
        write(context, report_of(project))
        say(
            context,
            "configs/oauthgit.yaml is the policy and has errors; it decides where secrets may go, so nothing was sent (exit 2)",
            always=True,
        )
        return Exit.USAGE
    trusted = _open(options, context, project)
    if not trusted.is_adopted:
        named = " and ".join(map(str, trusted.grantors))
        way = "" if context.ci.is_ci else ", or, once you have read the files, add --trust-working-tree"
        why = f"{named} has no {CONFIGS}/{POLICY} yet"
        return _run_nothing(options, context, project, _NOT_ADOPTED, (why, f"merge the settings first{way}"))
    project = _compare_with_base(options, context, trusted.project)
    targets = _choose_targets(options, context, project)
    if context.common.verbose and (open_folders := writable_by_all(search_path(context.search_path, "."))):
        say(context, f"programs are looked for in folders that everybody may write to: {', '.join(open_folders)}")
    endpoints = grant_endpoints(project, trusted.grantors, context.open_repository(project.workspace.root))
    planned, closed = credentials(project, targets, context.environment, sandbox=options.sandbox, granted=endpoints)
    planned = sharded(planned, options.shard or find_own_shard(context))
    with Interruption() as interruption, Line(context) as line:
        manner = Manner(options.sandbox, options.control, line.show, interruption.stop, context.common.verbose)
        if options.dry_run:
            proof = rehearse(project, targets, planned, manner)
        else:
            if options.mask and (why := mask(texts_sent(planned), context.environment)):
                say(context, f"--mask does nothing: {why}", always=True)
            try:
                proof = prove(project, targets, planned, manner)
            except ImportError as error:
                raise UnusableError(f"the sandbox needs {error.name}: pip install 'oauthgit[sandbox]'") from None
    left_out = {} if options.targets else unmerged(project)
    say_left_out(context, left_out)
    concerned = {*left_out, *(settings.target for settings in targets)}
    findings = (*_find_causes(project, targets, concerned), *trusted.findings, *closed, *proof.findings)
    how = conditions(project, manner)
    write(context, report_of(project, findings, verdicts=proof.verdicts, requests=proof.requests, conditions=how))
    code = interruption.code or choose_smoke_exit(
        proof.verdicts, findings, context.common.fail_on, require_proof=options.require_proof
    )
    _say_why(context, findings, code)
    return code


def _choose_targets(options: Options, context: Context, project: Project) -> list[Settings]:
    ref = options.only_changed_since
    repository = context.open_repository(project.workspace.root)
    pairs = changed_since(project, repository.commit(ref)) if ref else None
    targets = find_targets(project, options.targets)
    return chosen(targets, environments=options.environment, servers=options.server, pairs=pairs)


def _find_causes(project: Project, targets: list[Settings], names: set[str]) -> tuple[Finding, ...]:
    """Return why targets of these ``names`` do not hold together; one elsewhere counts if it names a secrets file of theirs."""
    broken = project.broken.keys()
    concerned = broken & names
    return tuple(
        finding
        for finding in project.findings
        if not concerned.isdisjoint(finding.targets)
        or (not broken.isdisjoint(finding.targets) and _speaks_of_secrets(finding, targets))
    )


def _speaks_of_secrets(finding: Finding, targets: list[Settings]) -> bool:
    files = {related.location.file for related in finding.related}
    return any(settings.takes_secrets_from(file) for settings in targets for file in files)


def _run_nothing(
    options: Options, context: Context, project: Project, reason: str, explanation: tuple[str, str]
) -> Exit:
    """Report that nothing was tried: neither opened nor sent, for nobody granted it."""
    proof = untried(find_targets(project, options.targets), reason)
    write(context, report_of(project, (), verdicts=proof.verdicts))
    say(context, ", so no secret was opened and nothing was sent; ".join(explanation), always=True)
    return Exit.FINE


def _compare_with_base(options: Options, context: Context, project: Project) -> Project:
    """Return the project with secrets files shut that a change rolled back or edited by hand."""
    base = options.base or (None if options.sandbox or options.dry_run else context.ci.base)
    if base is None:
        return project
    try:
        return with_suspicions(project, context.open_repository(project.workspace.root).commit(base))
    except UnusableError as error:
        raise UnusableError(f"nothing was sent: {error}") from None


def _open(options: Options, context: Context, project: Project) -> TrustedProject:
    """Return the project as it is trusted; where nothing is sent, no door is needed but the keys at hand."""
    if options.sandbox or options.dry_run:
        return TrustedProject(with_local_keys(project), (), (), ())
    try:
        return open_doors(context, project, options.authority, trust_working_tree=options.trust_working_tree)
    except UnusableError as error:
        raise UnusableError(f"nothing was sent: {error}") from None


def _say_why(context: Context, findings: tuple[Finding, ...], code: Exit) -> None:
    if code is Exit.SECRETS_UNAVAILABLE:
        files = sorted({printable(finding.location.file) for finding in findings if means_closed_secret(finding)})
        named = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")  # noqa: PLR2004 - three fit
        say(
            context,
            f"secrets were not opened: {named} (exit 7); validate, effective and explain work without them",
            always=True,
        )
    elif code is Exit.NOTHING_CHECKED:
        say(context, "no smoke test ran, so nothing is proven (exit 3)", always=True)
