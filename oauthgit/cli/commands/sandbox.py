"""Run a local authorization server for the settings: ``oauthgit sandbox``."""

import argparse
import gc
import threading
from typing import NamedTuple

from oauthgit import __version__
from oauthgit.cli.arguments import add_targets
from oauthgit.cli.context import Context
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import note, print_output
from oauthgit.cli.targets import find_targets
from oauthgit.installation import advise_extra
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.pipeline import UsageError
from oauthgit.pipeline.operations.load_targets import load_targets
from oauthgit.pipeline.operations.sandbox import list_clients
from oauthgit.pipeline.operations.smoke import credentials
from oauthgit.pipeline.operations.trusted_policy import with_local_keys


class Options(NamedTuple):
    """Hold the targets to serve, and the options of the server."""

    targets: list[str]
    port: int
    stock: bool


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_targets(parser)
    parser.add_argument(
        "--port", type=int, default=9400, help="Listen on this port of 127.0.0.1 (default: 9400; 0 selects a free one)."
    )
    parser.add_argument(
        "--stock",
        action="store_true",
        help="Use the defaults of the library: accept Basic only, ignore unknown scopes.",
    )


def run(options: Options, context: Context) -> Exit:
    """Start the server, print each client's token endpoint, and serve until Ctrl-C."""
    gc.enable()
    try:
        from oauthgit.sandbox import start
    except ImportError as error:
        raise UsageError(f"the sandbox needs {error.name}: {advise_extra(__version__, 'sandbox')}") from None
    disable_core_dumps()
    project = load_targets(options.targets, context.search_path)
    if context.ci.fork:
        raise UsageError("this run is for a fork, or its origin is unknown, so no secret is decrypted")
    project = with_local_keys(project)
    planned, findings = credentials(project, find_targets(project, options.targets), context.environment, sandbox=True)
    for finding in findings:
        note(context, f"{escape(finding.location.file)}: {finding.message}")
    if not planned.credentials:
        note(context, "there is no client to serve: none of the secrets could be decrypted (exit 7)", always=True)
        return Exit.SECRETS_UNAVAILABLE
    with start(list_clients(planned), port=options.port, stock=options.stock) as running:
        for credential, endpoints in zip(planned.credentials, running.endpoints, strict=True):
            holders = ", ".join(f"{holder.target} {holder.server}" for holder in credential.users)
            print_output(
                context,
                f"{endpoints.token_endpoint}  {credential.grant}  {redact_urls(credential.client_id)}  {escape(holders)}",
            )
        note(context, f"serving {len(planned.credentials)} clients at {running.base}; press Ctrl-C to stop")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            note(context, "stopped")
    return Exit.FINE
