"""Show the origin of a setting: ``oauthgit explain``."""

import argparse
from typing import NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import check_formats, write
from oauthgit.model.explanation import Explanation
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.suggest import ask_if_meant, suggest
from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.pipeline import UsageError, find_target, report_of
from oauthgit.pipeline.operations.load_targets import load_targets


class Options(NamedTuple):
    """Hold the setting to explain."""

    target: str
    setting: str


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("target", metavar="TARGET", help="Select the target by its id or a unique ending of it.")
    parser.add_argument(
        "setting",
        metavar="SERVER[.FIELD]",
        help="Select a server or one of its settings, such as crm.client_id or crm.user_login.prompt.",
    )


def run(options: Options, context: Context) -> Exit:
    """Show every layer's value of the setting, or of all settings of the server."""
    check_formats(context, frozenset({"explanations"}))
    project = load_targets([options.target], context.search_path)
    settings = find_target(project, options.target)
    server, _, field = options.setting.partition(".")
    if server not in settings.servers:
        known = ", ".join(settings.servers) or "none"
        meant = ask_if_meant(suggest(server, settings.servers))
        raise UsageError(f"{settings.target} has no server {server}{meant}; its servers are: {known}")
    pointer = join("oauth_servers", server, *field.split("."))
    known_fields = _list_fields()
    if field and field not in known_fields and pointer not in settings.settings and pointer not in settings.definitions:
        meant = ask_if_meant(suggest(field, sorted(known_fields)))
        raise UsageError(
            f"{field} is not a setting of a server{meant}; the settings are: {', '.join(sorted(known_fields))}"
        )
    write(context, report_of(project, (), explanations=(Explanation(settings, server, field or None),)))
    return Exit.FINE


def _list_fields() -> set[str]:
    properties = schema(EFFECTIVE)["properties"]
    nested = {f"user_login.{name}" for name in properties["user_login"]["properties"]}
    return {*properties, "client_secret", *nested} - {"user_login"}
