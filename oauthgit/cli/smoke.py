"""``oauthgit smoke``: do these credentials work?"""

import argparse
import gc
import os
from collections.abc import Mapping

from oauthgit.cli.ci import Surroundings, here
from oauthgit.cli.effective import targets_of
from oauthgit.cli.exits import Exit
from oauthgit.cli.interruption import Interruption
from oauthgit.cli.judging import CLOSED, proven
from oauthgit.cli.masking import mask
from oauthgit.cli.memory import keep_private
from oauthgit.cli.options import add_shard
from oauthgit.cli.progress import Line
from oauthgit.cli.writing import check_formats, own_shard, say, write
from oauthgit.find_program import search_path, writable_by_all
from oauthgit.model.display import printable
from oauthgit.model.finding import Finding
from oauthgit.model.settings import Settings
from oauthgit.pipeline import Project, UnusableError, load, report_of
from oauthgit.pipeline.changing import changed_since
from oauthgit.pipeline.choosing import chosen
from oauthgit.pipeline.earlier import with_suspicions
from oauthgit.pipeline.granting import Granted, granted, with_local_keys
from oauthgit.pipeline.proving import (
    Manner,
    conditions,
    credentials,
    prove,
    rehearse,
    sharded,
    texts_sent,
    untried,
)
from oauthgit.triage import Choice


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "targets",
        metavar="TARGET",
        nargs="*",
        help="ids or unique endings of ids (default: all runtime configurations and IAM applications)",
    )
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="ask an authorization server in this process instead: proves the configuration, not the provider",
    )
    parser.add_argument(
        "--base",
        metavar="REF",
        help="let the policy as it stands in the commit REF say where secrets may go; in the pull requests of GitHub, "
        "GitLab and Azure Pipelines the base is found by itself",
    )
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


def run(options: argparse.Namespace) -> Exit:
    """Try every distinct credential once and report a verdict for every target that holds it."""
    gc.enable()
    check_formats(options, frozenset({"verdicts"}))
    keep_private()
    project = load(".", choice=Choice(options.select, options.ignore))
    environment = dict(os.environ)
    around = here(environment)
    if around.fork:
        return _run_nothing(options, project, around)
    if not project.usable:
        write(options, report_of(project))
        say(
            options,
            "configs/oauthgit.yaml is the policy and has errors; it decides where secrets may go, so nothing was sent (exit 2)",
            always=True,
        )
        return Exit.USAGE
    project, loosened = _granted(options, project, around, environment)
    targets = _chosen(options, project, environment)
    if options.verbose and (open_folders := writable_by_all(search_path(environment.get("PATH", ""), "."))):
        say(options, f"programs are looked for in folders that everybody may write to: {', '.join(open_folders)}")
    planned, closed = credentials(project, targets, environment, sandbox=options.sandbox)
    planned = sharded(planned, options.shard or own_shard(options, environment))
    with Interruption() as interruption, Line(options) as line:
        manner = Manner(options.sandbox, options.control, line.show, interruption.stop)
        if options.dry_run:
            proof = rehearse(project, targets, planned, manner)
        else:
            if options.mask and (why := mask(texts_sent(planned), environment)):
                say(options, f"--mask does nothing: {why}", always=True)
            try:
                proof = prove(project, targets, planned, manner)
            except ImportError as error:
                raise UnusableError(f"the sandbox needs {error.name}: pip install 'oauthgit[sandbox]'") from None
    findings = (*_causes(project, targets), *loosened, *closed, *proof.findings)
    how = conditions(project, manner)
    write(options, report_of(project, findings, verdicts=proof.verdicts, requests=proof.requests, conditions=how))
    code = interruption.code or proven(proof.verdicts, findings, options.fail_on, require_proof=options.require_proof)
    _say_why(options, findings, code)
    return code


def _chosen(options: argparse.Namespace, project: Project, environment: Mapping[str, str]) -> list[Settings]:
    ref = options.only_changed_since
    pairs = changed_since(project, ref, environment.get("PATH", "")) if ref else None
    targets = targets_of(project, options.targets)
    return chosen(targets, environments=options.environment, servers=options.server, pairs=pairs)


def _causes(project: Project, targets: list[Settings]) -> tuple[Finding, ...]:
    """Return why ``targets`` do not hold together; a finding elsewhere counts if it names one of their secrets files."""
    broken = project.broken.keys()
    concerned = broken & {settings.target for settings in targets}
    return tuple(
        finding
        for finding in project.findings
        if not concerned.isdisjoint(finding.targets)
        or (not broken.isdisjoint(finding.targets) and _speaks_of_secrets(finding, targets))
    )


def _speaks_of_secrets(finding: Finding, targets: list[Settings]) -> bool:
    files = {related.location.file for related in finding.related}
    return any(settings.takes_secrets_from(file) for settings in targets for file in files)


def _run_nothing(options: argparse.Namespace, project: Project, around: Surroundings) -> Exit:
    """Report that a stranger's change gets no secret: neither opened nor sent, for its files decide what happens."""
    proof = untried(targets_of(project, options.targets), "not run on a fork: no secret is opened or sent for it")
    write(options, report_of(project, (), verdicts=proof.verdicts))
    say(
        options,
        f"{around.name} runs this for a fork, or does not say for whom, so no secret was opened and nothing was sent "
        "(exit 0); a person who has read the change can run oauthgit smoke on it",
        always=True,
    )
    return Exit.FINE


def _granted(
    options: argparse.Namespace, project: Project, around: Surroundings, environment: Mapping[str, str]
) -> Granted:
    """Let the base say what is granted; the sandbox, where nothing leaves this process, needs it only for key services."""
    base = options.base or (None if options.sandbox else around.base)
    if base is not None:
        search = environment.get("PATH", "")
        try:
            return granted(with_suspicions(project, base, search), base, search)
        except UnusableError as error:
            raise UnusableError(f"nothing was sent: {error}") from None
    return Granted(with_local_keys(project) if around.base else project, ())


def _say_why(options: argparse.Namespace, findings: tuple[Finding, ...], code: Exit) -> None:
    if code is Exit.SECRETS_UNAVAILABLE:
        files = sorted({printable(finding.location.file) for finding in findings if finding.code in CLOSED})
        named = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")  # noqa: PLR2004 - three fit
        say(
            options,
            f"secrets were not opened: {named} (exit 7); validate, effective and explain work without them",
            always=True,
        )
    elif code is Exit.NOTHING_CHECKED:
        say(options, "no smoke test ran, so nothing is proven (exit 3)", always=True)
