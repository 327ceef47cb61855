"""Check a file before it is passed to sops, because its contents control sops."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from oauthgit.decrypt import sops_errors
from oauthgit.decrypt.sops_errors import SopsError
from oauthgit.model.document import Document
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.formats.sops_readers import PLUGIN, key_type
from oauthgit.model.workspace import File

_MAXIMUM: Final = 1 << 20
_NOT_READ: Final = SopsError(
    "the file is not one YAML document without aliases, so it is not passed to sops, which could crash or hang on it",
    "Restore the file from git and find out who changed it; `oauthgit validate` names the place.",
)


def find_rejection(file: File, document: Document | None, key_types: Collection[str]) -> SopsError | None:
    """Return the reason not to decrypt ``file``, or None.

    ``document`` is the parsed file: one document without aliases. (An alias in a second document crashes sops, and aliases
    that expand without end hang it.) All keys in the metadata, also below ``key_groups``, must be of one of ``key_types``.
    With other types, also types of a later sops, sops calls servers that the file names.
    """
    if len(file.content) > _MAXIMUM:
        return sops_errors.FILE_TOO_BIG
    if document is None:
        return _NOT_READ
    metadata = document.data.get("sops") if isinstance(document.data, Mapping) else None
    forbidden = sorted(set(_key_types(metadata)) - set(key_types))
    return _key_type(forbidden[0], key_types) if forbidden else None


def _key_types(metadata: Any) -> Iterator[str]:
    for name, value in metadata.items() if isinstance(metadata, Mapping) else ():
        if name == "key_groups":
            for group in value if isinstance(value, list) else ():
                yield from _key_types(group)
        elif value and isinstance(value, list | Mapping):
            yield from {key_type(str(name), recipient) for recipient in _recipients(value)} or {str(name)}


def _recipients(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else (value,):
        stated = each.get("recipient") if isinstance(each, Mapping) else each
        yield stated if isinstance(stated, str) else ""


def _key_type(found: str, allowed: Collection[str]) -> SopsError:
    does = "start a program" if found == PLUGIN else "call a server"
    return SopsError(
        f"the file names a key of type {redact_urls(found[:40])}, for which sops may {does}, so it is not passed to sops",
        f"The policy allows {', '.join(sorted(allowed)) or 'none'}: restore the file from git and find out who changed it, "
        "or have the type added to secrets.key_types in configs/oauthgit.yaml.",
        join("sops", "age" if found == PLUGIN else found),
        "OG505",
    )
