"""Import tables of the platform: ``oauthgit import``."""

import argparse
import os
from collections.abc import Sequence
from typing import NamedTuple

from oauthgit.cli.arguments import add_repeatable
from oauthgit.cli.commands.import_secrets import SecretsResult, find_unfit, write_secrets
from oauthgit.cli.commands.import_summary import Summary, next_steps, summary
from oauthgit.cli.context import Context
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit, choose_exit
from oauthgit.cli.output import check_formats, note, print_output, prints_utf8, write
from oauthgit.cli.platform_tables import add_files, add_reading, granted_columns, read_sources
from oauthgit.cli.signals import Interruption
from oauthgit.cli.trust import add_authority
from oauthgit.discover.layout import CONFIGS
from oauthgit.model.environment import ENVIRONMENTS
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import escape, format_count
from oauthgit.model.platform_row import RowsKind
from oauthgit.pipeline import Project, UsageError, report_of
from oauthgit.pipeline.check import check
from oauthgit.pipeline.findings import add_findings
from oauthgit.pipeline.operations.exposed_tables import find_exposed
from oauthgit.pipeline.operations.fix import printable_diff, readable_diff
from oauthgit.pipeline.operations.import_secrets import plain_secrets
from oauthgit.pipeline.operations.import_tables import Import, ImportOptions, prepare_import, replace_contents
from oauthgit.platform import ReadOptions
from oauthgit.platform.plan_layers import LayerOptions
from oauthgit.replace_folder import replace_folder


class Options(NamedTuple):
    """Hold the tables, how to read them, and how to write their layers."""

    files: Sequence[str]
    rows: RowsKind = "layer"
    columns: Sequence[tuple[str, str]] = ()
    sheet: str = ""
    environments: Sequence[tuple[str, str]] = ()
    provider: bool = True
    update: bool = False
    dry_run: bool = False
    recipients: Sequence[str] = ()
    endpoints: Sequence[str] = ()
    authority: str | None = None
    trust_working_tree: bool = False


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_files(parser)
    add_reading(parser)
    add_repeatable(
        parser,
        "--environment",
        "NAME=ENV",
        "State the environment of the runtime configurations and applications with this name, such as 'wms-*=production'; "
        "without it, a word of the name decides, such as prod or acc.",
        dest="environments",
        type=parse_environment,
    )
    parser.add_argument(
        "--no-provider",
        dest="provider",
        action="store_false",
        help="Do not add the provider of the catalogue that a token endpoint belongs to.",
    )
    parser.add_argument(
        "--update",
        action="store_true",
        help="Edit existing files in place as well; comments, order and line ends stay.",
    )
    parser.add_argument("--dry-run", action="store_true", help="Print the changes as a patch, and write nothing.")
    what = "Permit this key, given in full, to read the secrets although no trusted file lists it."
    add_repeatable(parser, "--recipient", "KEY", what, dest="recipients")
    what = "Permit this URL, given in full, to get the secret although no trusted file states it."
    add_repeatable(parser, "--endpoint", "URL", what, dest="endpoints")
    add_authority(parser)


def run(options: Options, context: Context) -> Exit:
    """Read the tables, check the result in memory, and write all of it or nothing."""
    disable_core_dumps()
    check_formats(context, frozenset({"findings"}))
    if options.dry_run and context.common.format not in {None, "text"}:
        raise UsageError("--dry-run prints a patch; write the report with --output FORMAT=PATH")
    imported = prepare_import(
        os.curdir,
        read_sources(options.files),
        _options_of(options),
        context.search_path,
        lambda project: granted_columns(
            context, project, options.authority, trust_working_tree=options.trust_working_tree
        ),
    )
    errors = (*imported.errors, *find_exposed(imported.tables, context.search_path), *find_unfit(imported.plans))
    if errors:
        return _refuse(context, imported, errors)
    secrets = plain_secrets(imported.plans, imported.project.parents)
    if options.dry_run:
        for path, (old, new) in imported.contents.items():
            _print_diff(context, path, old, new)
        return _finish(context, imported, imported.project, SecretsResult(planned=len(secrets)), written=False)
    done = write_secrets(context, imported.project, imported.before, secrets, options)
    contents = {**imported.contents, **done.contents}
    with Interruption() as interruption:
        reason = replace_folder(imported.project.workspace.root, CONFIGS, contents, interruption.stop.is_set)
    if interruption.code is not None and reason:
        note(context, reason, always=True)
        return interruption.code
    if reason:
        raise UsageError(escape(reason))
    project = imported.project
    if done.contents:
        files = {path: new for path, (_, new) in done.contents.items()}
        project = check(replace_contents(project.workspace, files), imported.unread)
    return _finish(context, imported, project, done, written=True)


def _options_of(options: Options) -> ImportOptions:
    return ImportOptions(
        ReadOptions(options.rows, dict(options.columns), sheet=options.sheet),
        LayerOptions(dict(options.environments), suggests_providers=options.provider),
        updates=options.update,
    )


def _refuse(context: Context, imported: Import, errors: Sequence[Finding]) -> Exit:
    """Report the errors of the tables alone; the files in git are as they were."""
    project = add_findings(imported.project._replace(findings=()), (*errors, *imported.notes))
    write(context, report_of(project))
    note(context, "nothing was written: correct the errors above, and import again", always=True)
    return Exit.FINDINGS


def _finish(context: Context, imported: Import, project: Project, done: SecretsResult, *, written: bool) -> Exit:
    """Print what was done, the result of the check, and the next steps."""
    project = add_findings(project, imported.notes)
    is_text = context.common.format in {None, "text"} and not context.common.quiet
    facts = Summary(imported, project, done, written=written)
    if is_text:
        print_output(context, f"{summary(facts)}\n")
    write(context, report_of(project))
    if is_text:
        print_output(context, f"\n{next_steps(facts)}")
    elif context.common.quiet:
        for reason, secrets in done.left.items():
            count = format_count(len(secrets), "plain secret")
            note(context, f"{count} of the tables not written: {reason}", always=True)
    if done.is_unavailable:
        return Exit.SECRETS_UNAVAILABLE
    return choose_exit(context, project, project.findings)


def _print_diff(context: Context, path: str, old: bytes | None, new: bytes) -> None:
    text = printable_diff(path, old, new)
    if text is None or not (text.isascii() or prints_utf8()):
        note(
            context,
            f"{path}: comments and unprintable characters are masked, so git cannot apply this diff",
            always=True,
        )
        text = readable_diff(path, old, new)
    print_output(context, text)


def parse_environment(text: str) -> tuple[str, str]:
    """Return the two parts of ``NAME=ENV``."""
    name, equals, environment = text.rpartition("=")
    if not equals or not name or environment not in ENVIRONMENTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=ENV, with one of {', '.join(ENVIRONMENTS)}")
    return name, environment
