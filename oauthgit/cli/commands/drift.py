"""Compare the platform with git: ``oauthgit drift``."""

import argparse
import re
from time import time
from typing import TYPE_CHECKING, Final, NamedTuple

from oauthgit.cli.arguments import add_environments, add_repeatable
from oauthgit.cli.context import Context
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit, choose_exit
from oauthgit.cli.output import check_formats, note, write
from oauthgit.cli.platform_tables import add_files, add_reading, granted_columns, read_sources, time_of
from oauthgit.cli.trust import add_authority, apply_ci_rule, apply_trust
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.platform_row import RowsKind
from oauthgit.pipeline import UsageError, report_of
from oauthgit.pipeline.findings import grade
from oauthgit.pipeline.operations.drift import (
    DriftOptions,
    GitSide,
    Platform,
    check_size,
    find_causes,
    find_drift,
    load_git_side,
    read_platform,
    report_age,
)
from oauthgit.pipeline.operations.drift_secrets import compare_secrets
from oauthgit.pipeline.operations.load_targets import load_targets
from oauthgit.pipeline.operations.secrets_review import add_integrity_findings
from oauthgit.platform import ReadOptions
from oauthgit.platform.compare import plain_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oauthgit.model.secret import Secret

_UNITS: Final = {"m": 60, "h": 3600, "d": 86400}
_FORK: Final = "no secret is decrypted for a fork"
_CHANGE: Final = "not compared: in a pull request, the answer would be a hint at the secret"
_NOT_ADOPTED: Final = "the default branch has no policy yet, so no secret is decrypted"


class Options(NamedTuple):
    """Hold the tables to compare, and the options of the comparison."""

    files: list[str]
    rows: RowsKind
    sheet: str
    columns: list[tuple[str, str]]
    partial: bool
    ignore_unmanaged: bool
    max_age: float | None
    environment: list[str]
    server: list[str]
    authority: str | None
    trust_working_tree: bool


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_files(parser)
    add_reading(parser)
    parser.add_argument(
        "--partial",
        action="store_true",
        help="The tables have some targets only: do not report others as missing on the platform.",
    )
    parser.add_argument(
        "--ignore-unmanaged",
        action="store_true",
        help="Do not report targets and OAuth servers of the platform that git lacks.",
    )
    parser.add_argument(
        "--max-age",
        metavar="AGE",
        type=_parse_age,
        help="Exit 1 if a file is older, such as 24h, 90m or 7d: it may not show the platform as it is.",
    )
    add_environments(parser, "Compare only targets of this environment.")
    add_repeatable(parser, "--server", "NAME", "Compare only OAuth servers of this name.")
    add_authority(parser)


def run(options: Options, context: Context) -> Exit:
    """Report the drift; secrets are compared only if a table has them in plain text."""
    check_formats(context, frozenset({"drift"}))
    disable_core_dumps()
    chosen = DriftOptions(options.environment, options.server, options.partial, options.ignore_unmanaged)
    side = load_git_side(context.selection, context.search_path, chosen)
    reading = ReadOptions(options.rows, dict(options.columns), sheet=options.sheet)
    times = [(file, time_of(file)) for file in options.files]
    trust = options.trust_working_tree
    granted = granted_columns(context, side.project, options.authority, trust_working_tree=trust)
    platform = read_platform(side.project, read_sources(options.files), times, reading, granted)
    age = report_age(times, time(), options.max_age) if options.max_age is not None else []
    drift = find_drift(side, platform, chosen, _compare_secrets(options, context, side, platform))
    if "json" in {context.common.format, *(name for name, _ in context.common.output)}:
        check_size(drift)
    about_files = grade((*platform.findings, *age), context.selection, side.project.policy["rules"])
    findings = (*find_causes(side), *about_files)
    write(context, report_of(side.project, findings, drift=drift))
    code = choose_exit(context, side.project, findings)  # findings take precedence over drift
    if code is Exit.FINE and drift.is_empty:
        note(context, "nothing could be compared (exit 3)", always=True)
        return Exit.NOTHING_CHECKED
    return Exit.DIFFERENT if code is Exit.FINE and drift.items else code


def _compare_secrets(
    options: Options, context: Context, side: GitSide, platform: Platform
) -> dict[tuple[str, str], bool | str]:
    """Compare the secrets of the tables, or return the reason for each."""
    theirs = plain_secrets(side.targets, platform.tables)
    if not theirs:
        return {}
    context = apply_ci_rule(context)
    if context.ci.target_branch:
        return dict.fromkeys(theirs, _CHANGE)
    if context.ci.fork:
        return dict.fromkeys(theirs, _FORK)
    try:
        return _open(options, context, theirs)
    except UsageError as error:
        return dict.fromkeys(theirs, redact_urls(str(error)))


def _open(
    options: Options, context: Context, theirs: "Mapping[tuple[str, str], Secret]"
) -> dict[tuple[str, str], bool | str]:
    """Decrypt the secrets of git by the rules of a smoke test, and compare them.

    Raises:
        UsageError: The policy has errors, or there are no trusted commits.

    """
    project = load_targets([target for target, _ in theirs], context.search_path, context.selection)
    if not project.policy_is_valid:
        raise UsageError("the policy has errors, so no secret is decrypted")
    trusted = apply_trust(context, project, options.authority, trust_working_tree=options.trust_working_tree)
    if not trusted.is_adopted:
        raise UsageError(_NOT_ADOPTED)
    project = trusted.project
    if context.ci.base:
        project = add_integrity_findings(
            project, context.open_repository(project.workspace.root).commit(context.ci.base)
        )
    return compare_secrets(project, theirs, context.environment)


def _parse_age(text: str) -> float:
    match = re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not an age such as 24h, 90m or 7d")
    return float(match[1]) * _UNITS[match[2]]
