"""Test a user login with a person: ``oauthgit login``."""

import argparse
from collections.abc import Set as AbstractSet
from functools import partial
from time import gmtime, strftime
from typing import Final, NamedTuple

from oauthgit.cli.arguments import add_environments
from oauthgit.cli.context import Context
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit, choose_smoke_exit
from oauthgit.cli.open_browser import open_browser
from oauthgit.cli.output import check_formats, note, write
from oauthgit.cli.page import complete_with
from oauthgit.cli.receive_callback import receive_callback
from oauthgit.cli.request_reports import find_causes, report_invalid_policy, report_not_adopted, report_reasons
from oauthgit.cli.signals import Interruption
from oauthgit.cli.terminal import prompt_for_text, show
from oauthgit.cli.trust import add_authority, apply_ci_rule, trust_for_requests
from oauthgit.model.environment import PRODUCTION
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Verdict
from oauthgit.pipeline import Project, UsageError, find_target, report_of
from oauthgit.pipeline.operations.load_targets import load_targets
from oauthgit.pipeline.operations.login import (
    ChosenLogin,
    LoginReport,
    choose_login,
    list_consequences,
    read_trusted,
    run_login,
)
from oauthgit.pipeline.operations.secret_pins import grant_endpoints
from oauthgit.pipeline.operations.select import select_targets
from oauthgit.pipeline.operations.smoke import conditions_of_network, credentials
from oauthgit.pipeline.operations.stamp_verdicts import stamp_verdicts
from oauthgit.probe.interactive import LoginOptions

_MAX_SECONDS: Final = 3600
_GUARDED: Final = {PRODUCTION, None}
"""The environments in which the target is typed; without one, it may be production."""


class Options(NamedTuple):
    """Hold the login, and the options of its test."""

    target: str
    server: str
    environment: list[str]
    authority: str | None
    trust_working_tree: bool
    no_browser: bool
    keep: bool
    check_reuse: bool
    wait: int


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("target", metavar="TARGET", help="Select the target by its id or a unique ending.")
    parser.add_argument("server", metavar="SERVER", help="Select the OAuth server by its name.")
    add_environments(parser, "Log in only if the target is of this environment; production has to be named.")
    add_authority(parser)
    parser.add_argument(
        "--no-browser", action="store_true", help="Print the address of the login, and start no browser."
    )
    parser.add_argument(
        "--keep", action="store_true", help="Do not revoke the tokens. They stay valid until they expire."
    )
    parser.add_argument(
        "--check-reuse",
        action="store_true",
        help="Send the old refresh token again after it was replaced. A server may take that for theft, and end all tokens of "
        "the user and client. Not in production.",
    )
    parser.add_argument(
        "--wait",
        metavar="SECONDS",
        type=_parse_seconds,
        default=600,
        help="Wait for the answer of the login for this time (default: 600).",
    )


def run(options: Options, context: Context) -> Exit:
    """Log in once, refresh once, revoke the tokens, and report the verdicts."""
    check_formats(context, frozenset({"verdicts"}))
    disable_core_dumps()
    context = apply_ci_rule(context)
    if context.ci.is_ci:
        raise UsageError("nothing was opened or sent: a login needs a person at a terminal, and never runs in CI")
    project = load_targets([options.target], context.search_path, context.selection)
    if not project.policy_is_valid:
        return report_invalid_policy(context, project)
    settings = _choose_settings(options, project)
    trusted = trust_for_requests(context, project, options.authority, trust_working_tree=options.trust_working_tree)
    if not trusted.is_adopted:
        return report_not_adopted(context, project, [settings], trusted)
    project = trusted.project
    settings = _choose_settings(options, project)
    repository = context.open_repository(project.workspace.root)
    endpoints = grant_endpoints(project, trusted.grantors, repository)
    planned, closed = credentials(project, [settings], context.environment, sandbox=False, granted=endpoints)
    stated = read_trusted(project, settings.target, trusted.grantors, repository)
    environments = {settings.environment, *stated.environments}
    _refuse_reuse(options, settings, environments)
    chosen = choose_login(project, settings, options.server, planned, stated.redirect_uris)
    interruption = Interruption()
    manner = LoginOptions(interruption.stop, options.keep, options.check_reuse, options.wait)
    if isinstance(chosen, ChosenLogin):
        _announce(chosen, manner, environments)
        with interruption:
            reported = _log_in(chosen, options, manner, context)
    else:
        reported = chosen
    findings = (*find_causes(project, [settings], {settings.target}), *trusted.findings, *closed, *reported.findings)
    code = _report(context, project, reported.verdicts, findings)
    if reported.claims:
        note(context, reported.claims)
    return interruption.code or code


def _choose_settings(options: Options, project: Project) -> Settings:
    """Return the settings of the target, with the one server only.

    Raises:
        UsageError: There is no such target or server, or its environment was not named.

    """
    settings = find_target(project, options.target)
    if settings.environment == PRODUCTION and PRODUCTION not in options.environment:
        raise UsageError(
            f"nothing was opened or sent: {settings.target} is of production, where a login may end tokens that are in use; "
            f"add --environment {PRODUCTION}"
        )
    _refuse_reuse(options, settings, {settings.environment})
    (chosen,) = select_targets([settings], environments=options.environment, servers=[options.server], pairs=None)
    return chosen


def _refuse_reuse(options: Options, settings: Settings, environments: AbstractSet[str | None]) -> None:
    """Refuse --check-reuse where the target is or may be of production.

    Raises:
        UsageError: It is.

    """
    if options.check_reuse and not _GUARDED.isdisjoint(environments):
        raise UsageError(
            "nothing was opened or sent: --check-reuse may end all tokens of a user and client, so it is refused in production"
            f"{'' if settings.environment else ', and for targets without an environment'}"
        )


def _announce(chosen: ChosenLogin, manner: LoginOptions, environments: AbstractSet[str | None]) -> None:
    """Show what a login may end at the server; for production, have the target typed.

    ``environments`` are those that the project and trusted commits state, so a change cannot avoid the question.

    Raises:
        UsageError: The target was not typed.

    """
    settings, credential = chosen.settings, chosen.plan.credential
    lines = (
        f"Login at {chosen.server} of {settings.target} ({settings.environment or 'no environment'})",
        f'  client "{credential.client_id}", token endpoint {redact_urls(credential.token_endpoint)}',
        f"  redirect URI {redact_urls(credential.redirect_uri)}",
        f"  scopes {' '.join(credential.scopes) or 'none'}",
        *list_consequences(chosen.plan, manner),
    )
    for line in lines:
        show(escape(line))
    if not _GUARDED.isdisjoint(environments):
        typed = prompt_for_text(
            f"This {'is' if PRODUCTION in environments else 'may be'} production. Type {settings.target} to log in:"
        )
        if typed != settings.target:
            raise UsageError("nothing was opened or sent: the name of the target was not typed")


def _log_in(chosen: ChosenLogin, options: Options, manner: LoginOptions, context: Context) -> LoginReport:
    project = chosen.project
    secrets = frozenset(project.policy.get("env_secrets") or ())
    reference = chosen.settings.servers[chosen.server]["client_secret"]
    secrets |= {reference.name} if reference.state == "from_env" else set()

    def start_browser(url: str) -> bool:
        return not options.no_browser and open_browser(url, project.workspace.root, context.environment, secrets)

    receive = partial(receive_callback, manner, start_browser)
    day = strftime("%Y-%m-%d", gmtime())
    return run_login(chosen, receive, manner, day=day, verbose=context.common.verbose)


def _report(context: Context, project: Project, verdicts: tuple[Verdict, ...], findings: tuple[Finding, ...]) -> Exit:
    """Write the reports; return the exit code of the verdicts."""
    repository = context.open_repository(project.workspace.root)
    targets = [find_target(project, each.target) for each in verdicts[:1]]
    stamped = stamp_verdicts(verdicts, project, targets, repository, strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()))
    how = conditions_of_network(project)
    report = report_of(project, findings, verdicts=stamped, conditions=how)
    write(context, report, complete=complete_with(context, project))
    code = choose_smoke_exit(verdicts, findings, context.common.fail_on, require_proof=True)
    report_reasons(context, findings, code, "login")
    return code


def _parse_seconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:5]) <= _MAX_SECONDS and len(text) <= len("3600")):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 1 to {_MAX_SECONDS}")
    return int(text)
