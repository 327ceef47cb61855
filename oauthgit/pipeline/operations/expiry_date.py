"""Write the day on which a secret expires into the layer of the secret."""

from copy import deepcopy
from typing import Any, NamedTuple

from oauthgit.atomic_write import replace_file
from oauthgit.fix.add_entry import add_entry
from oauthgit.fix.replace import NotCertainError
from oauthgit.model.errors import UsageError
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.project import Project
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse

SETTING = "client_secret_expires_on"


class DatedLayer(NamedTuple):
    """Hold the file of a layer, its content with the date, and the edit in words."""

    file: File
    content: bytes
    words: str


def plan_expiry(project: Project, settings: Settings, server: str, day: str) -> DatedLayer:
    """Return the layer of ``settings`` with the end date of the secret of a server.

    Raises:
        UsageError: The file has a form in which the date must be written by hand.

    """
    file = next(
        each for each in project.workspace.files if each.layer == settings.target and each.kind is not Kind.SECRETS
    )
    path = ("oauth_servers", server, SETTING)
    words = f"{SETTING}: {day} below {server} in {file.path}"
    document, _ = parse(file)
    if document is None:
        raise UsageError(f"{file.path} cannot be read, so nothing was written; run oauthgit validate to see why")
    try:
        content = add_entry(file.content, document, path, day, "client_id")
    except NotCertainError as error:
        raise UsageError(
            f"nothing was written: {error}, so write {words} yourself, and run this without --expires-on"
        ) from None
    after, _ = parse(file._replace(content=content))
    if after is None or after.data != _with_value(document.data, path, day):
        raise UsageError(f"nothing was written: the date cannot be added with certainty; write {words} yourself")
    return DatedLayer(file, content, words)


def write_expiry(project: Project, dated: DatedLayer) -> None:
    """Write a layer with its new date, in one step.

    Raises:
        UsageError: The file has changed meanwhile.

    """
    try:
        reason = replace_file(project.workspace.root, dated.file.path, dated.content, replaces=dated.file.content)
    except (OSError, UsageError) as error:
        reason = escape(str(error))
    if reason:
        raise UsageError(f"the secret was written, but not its date: {reason}; write {dated.words}")


def _with_value(data: Any, path: tuple[str, ...], value: str) -> Any:
    """Return a copy of ``data`` with a value at a path of keys."""
    changed = deepcopy(data)
    holder = changed
    for key in path[:-1]:
        holder = holder.setdefault(key, {})
    holder[path[-1]] = value
    return changed
