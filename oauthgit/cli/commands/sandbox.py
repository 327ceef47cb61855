"""``oauthgit sandbox``: a local authorization server for whoever develops against these settings."""

import argparse
import gc
import os
import threading

from oauthgit.cli.ci import detect_here
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import say, show
from oauthgit.cli.targets import find_targets
from oauthgit.model.display import printable, shown
from oauthgit.pipeline import UnusableError, load
from oauthgit.pipeline.operations.narrow import narrow
from oauthgit.pipeline.operations.sandbox import clients
from oauthgit.pipeline.operations.smoke import credentials
from oauthgit.pipeline.operations.trusted_policy import with_local_keys


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "targets",
        metavar="TARGET",
        nargs="*",
        help="ids or unique endings of ids (default: all runtime configurations and IAM applications)",
    )
    parser.add_argument(
        "--port", type=int, default=9400, help="the port on 127.0.0.1 (default: 9400; 0 takes a free one)"
    )
    parser.add_argument(
        "--stock",
        action="store_true",
        help="behave as the library does by default: Basic only, unknown scopes dropped in silence",
    )


def run(options: argparse.Namespace) -> Exit:
    """Start the server, print where each client finds its token endpoint, and serve until Ctrl-C."""
    gc.enable()
    try:
        from oauthgit.sandbox import start
    except ImportError as error:
        raise UnusableError(f"the sandbox needs {error.name}: pip install 'oauthgit[sandbox]'") from None
    disable_core_dumps()
    project = narrow(load("."), options.targets)
    environment = dict(os.environ)
    if detect_here(environment).fork:
        raise UnusableError("this runs for a fork, or it is not known for whom, so no secret is opened")
    project = with_local_keys(project)
    planned, findings = credentials(project, find_targets(project, options.targets), environment, sandbox=True)
    for finding in findings:
        say(options, f"{printable(finding.location.file)}: {finding.message}")
    if not planned.credentials:
        say(options, "no client can be served: none of their secrets could be opened (exit 7)", always=True)
        return Exit.SECRETS_UNAVAILABLE
    with start(clients(planned), port=options.port, stock=options.stock) as running:
        for credential, endpoints in zip(planned.credentials, running.endpoints, strict=True):
            holders = ", ".join(f"{holder.target} {holder.server}" for holder in credential.holders)
            show(
                options,
                f"{endpoints.token_endpoint}  {credential.grant}  {shown(credential.client_id)}  {printable(holders)}",
            )
        say(options, f"serving {len(planned.credentials)} clients at {running.base}; Ctrl-C ends it")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            say(options, "stopped")
    return Exit.FINE
