"""Edit a layer in place, so that it states what an import plans; all else stays."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from oauthgit.fix.add_entry import add_entry
from oauthgit.fix.edits import Lines, apply_edits
from oauthgit.fix.insert import insert_item
from oauthgit.fix.remove import remove_entries
from oauthgit.fix.replace import NotCertainError, replace_value
from oauthgit.model.document import Document
from oauthgit.model.fix import Insert, Replace
from oauthgit.model.formats.json_pointer import join, value_at
from oauthgit.model.layer_plan import LayerPlan
from oauthgit.model.platform_row import Value
from oauthgit.model.secret import Secret
from oauthgit.model.workspace import File
from oauthgit.parse import parse
from oauthgit.platform.layer_text import yaml_value
from oauthgit.platform.meaning import is_equal

REMOVED: Final = object()
"""The value of a setting that is removed."""
_SERVERS: Final = "oauth_servers"


class EditError(Exception):
    """Report that a file cannot be edited with certainty."""

    def __init__(self, message: str, remedy: str) -> None:
        """Hold the remedy."""
        super().__init__(message)
        self.remedy = remedy


def edit_layer(file: File, document: Document | None, plan: LayerPlan) -> bytes:
    """Return the content of a layer with the members and statements of ``plan``.

    ``document`` is the usable document, or None. Comments, order and line ends stay, and equal values are not touched.

    Raises:
        EditError: The file has errors, or a form in which an edit is not certain.

    """
    raw, _ = parse(file)
    if document is None or raw is None or document.data != raw.data:
        raise EditError(f"{file.path} has errors, so it cannot be edited", "Run `oauthgit validate` and correct them.")
    content = file.content
    for path, value, below in _edits(plan, raw.data):
        try:
            content = edit_value(file._replace(content=content), path, value, below)
        except NotCertainError as error:
            what = f"{'.'.join(path)}: {_shown(value)}" if value is not REMOVED else f"without {'.'.join(path)}"
            raise EditError(
                f"{file.path} cannot be edited with certainty ({error})",
                f"Write this yourself, and import again: {what}.",
            ) from None
    return content


def _edits(plan: LayerPlan, data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    """Yield the path, the value and the setting above it for each edit."""
    above = "kind"
    for name, text in plan.members.items():
        if data.get(name) != text:
            yield (name,), text, above
        above = name
    for server, stated in plan.servers.items():
        before = plan.before.get(server, {})
        above = ""
        for name, value in stated.items():
            path = (_SERVERS, server, *name.split("."))
            if (
                name not in before
                or (before[name] is None) != (value is None)
                or not is_equal(name, before[name], value)
            ):
                yield path, value, above
            above = path[2] if len(path) == 3 else path[3]  # noqa: PLR2004 - of the server itself
        for name in before.keys() - stated.keys():
            yield (_SERVERS, server, *name.split(".")), REMOVED, ""


def edit_value(file: File, path: tuple[str, ...], value: Any, below: str = "") -> bytes:
    """Return the content with one value set or removed, verified by reading it again.

    ``value`` is a tuple for a list, or ``REMOVED``. A new setting is written below the setting ``below``.

    Raises:
        NotCertainError: The file has a form in which the edit is not certain.

    """
    document, _ = parse(file)
    if document is None:
        raise NotCertainError("it cannot be read after an edit")
    pointer, lines = join(*path), Lines(file.content.decode())
    old = value_at(document.data, pointer) if pointer in document.marks else REMOVED
    if value is REMOVED:
        removal = remove_entries(lines, document, {pointer})
        if removal.skipped:
            raise NotCertainError(removal.skipped[pointer])
        content = apply_edits(lines, removal.edits).encode()
    elif isinstance(value, tuple) and isinstance(old, list) and old and value:
        return _edit_list(file, pointer, value)
    elif old is REMOVED or value is None or old is None:
        content = add_entry(file.content, document, path, yaml_value(value), below)
    else:
        content = apply_edits(lines, [replace_value(lines, document.marks[pointer], Replace(value))]).encode()
    after, _ = parse(file._replace(content=content))
    if after is None or after.data != _with_value(document.data, path, value):
        raise NotCertainError("the file would have another meaning")
    return content


def _edit_list(file: File, pointer: str, items: tuple[str, ...]) -> bytes:
    """Return the content with items added and removed; the others are not touched."""
    for item in items:
        document, _ = parse(file)
        if document is not None and item not in value_at(document.data, pointer):
            lines = Lines(file.content.decode())
            edit = insert_item(lines, document, pointer, Insert(item))
            file = file._replace(content=apply_edits(lines, [edit]).encode())
    document, _ = parse(file)
    found = value_at(document.data, pointer) if document else []
    gone = {f"{pointer}/{number}" for number, item in enumerate(found) if item not in items}
    if document is not None and gone:
        lines = Lines(file.content.decode())
        removal = remove_entries(lines, document, gone)
        if removal.skipped:
            raise NotCertainError(next(iter(removal.skipped.values())))
        file = file._replace(content=apply_edits(lines, removal.edits).encode())
        document, _ = parse(file)
    if document is None or {*value_at(document.data, pointer)} != {*items}:
        raise NotCertainError("the list would have other items")
    return file.content


def _with_value(data: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return ``data`` with a value at a path; mappings that become empty are removed."""
    changed = dict(data)
    key, rest = path[0], path[1:]
    if rest:
        inner = _with_value(changed.get(key) or {}, rest, value)
        if inner or value is not REMOVED:
            changed[key] = inner
        else:
            changed.pop(key, None)
    elif value is REMOVED:
        changed.pop(key, None)
    else:
        changed[key] = [*value] if isinstance(value, tuple) else value
    return changed


def _shown(value: Value | None) -> str:
    return "***" if isinstance(value, Secret) else yaml_value(value)
