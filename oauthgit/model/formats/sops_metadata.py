"""Read the metadata of SOPS in a file without a key; it is unverified."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.go_regex import matches
from oauthgit.model.formats.json_pointer import child, join
from oauthgit.model.formats.sops_readers import FIELDS

POINTER: Final = join("sops")
SELECTIONS_OF_KEYS: Final = ("unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex")
UNENCRYPTED_COMMENT: Final = "unencrypted_comment_regex"
ENCRYPTED_COMMENT: Final = "encrypted_comment_regex"
SELECTIONS: Final = (*SELECTIONS_OF_KEYS, UNENCRYPTED_COMMENT, ENCRYPTED_COMMENT)


class SopsRecipient(NamedTuple):
    """Describe a key for which the file claims to be encrypted.

    ``enc`` is true if the file contains the data key for it.
    """

    type: str
    name: str
    enc: bool
    pointer: str


class Metadata(NamedTuple):
    """Hold the contents of a ``sops`` block; missing or invalid entries are empty.

    ``recipients`` are those of all groups, including types that SOPS does not know; ``groups`` is the number of key
    groups. ``selection`` contains the settings that select the values to encrypt, by name. Without any, SOPS does
    not encrypt keys that end in ``_unencrypted``.
    """

    recipients: tuple[SopsRecipient, ...]
    groups: int
    mac: str
    version: str
    lastmodified: str
    mac_only_encrypted: bool
    shamir_threshold: int | None
    selection: Mapping[str, str]


def metadata_of(data: Any) -> Metadata | None:
    """Return the metadata in the data of a document, or None without ``sops`` block.

    Source: stores/stores.go of SOPS.
    """
    block = data.get("sops") if isinstance(data, dict) else None
    return _read(block) if isinstance(block, dict) else None


def _read(block: Mapping[str, Any]) -> Metadata:
    listed = block.get("key_groups")
    groups: list[tuple[str, Any]] = [(POINTER, block)]
    if isinstance(listed, list):
        groups += [(join("sops", "key_groups", number), group) for number, group in enumerate(listed)]
    recipients = [tuple(_recipients(group, at)) for at, group in groups if isinstance(group, dict)]
    selection = {name: block[name] for name in SELECTIONS if block.get(name) and isinstance(block[name], str)}
    threshold = block.get("shamir_threshold")
    return Metadata(
        recipients=tuple(recipient for group in recipients for recipient in group),
        groups=sum(map(bool, recipients)),
        mac=_text(block, "mac"),
        version=_text(block, "version"),
        lastmodified=_text(block, "lastmodified"),
        mac_only_encrypted=block.get("mac_only_encrypted") is True,
        shamir_threshold=threshold if isinstance(threshold, int) else None,
        selection=selection or {"unencrypted_suffix": "_unencrypted"},
    )


def is_selected(path: tuple[str, ...], selection: Mapping[str, str]) -> bool | None:
    """Return True if SOPS encrypts the value at ``path``, None if that is unknown.

    It is unknown if a pattern cannot be evaluated here, or if comments select values. Source: ``shouldBeEncrypted`` in
    sops.go of SOPS.
    """
    selected: bool | None = None if UNENCRYPTED_COMMENT in selection or ENCRYPTED_COMMENT in selection else True
    for name in SELECTIONS_OF_KEYS:
        if name not in selection:
            continue
        stated = selection[name]
        found = [key.endswith(stated) if name.endswith("suffix") else matches(stated, key) for key in path]
        hit = True if True in found else None if None in found else False
        if name.startswith("encrypted"):
            selected = hit
        elif hit is not False:
            selected = None if hit is None else False
    return selected


def is_plain_comment(comment: str, selection: Mapping[str, str]) -> bool:
    """Return True if SOPS leaves ``comment`` plain, or may do so, because of its text.

    ``encrypted_comment_regex`` leaves all comments plain except those below a match.
    """
    if ENCRYPTED_COMMENT in selection:
        return True
    pattern = selection.get(UNENCRYPTED_COMMENT)
    return pattern is not None and matches(pattern, comment.removeprefix("#")) is not False


def left_open(key: str, metadata: Metadata | None) -> bool:
    """Return True if ``key`` has the suffix of values that SOPS does not encrypt."""
    suffix = metadata.selection.get("unencrypted_suffix", "") if metadata else ""
    return bool(suffix) and key.endswith(suffix)


def _recipients(group: Mapping[str, Any], pointer: str) -> Iterator[SopsRecipient]:
    for kind, keys in group.items():
        if kind == "key_groups" or not isinstance(keys, list):
            continue
        for number, key in enumerate(keys):
            at = child(child(pointer, kind), number)
            stated = key if isinstance(key, dict) else {}
            name = _text(stated, FIELDS.get(kind, ("",))[0])
            yield SopsRecipient(kind, name, bool(_text(stated, "enc")), at)


def _text(block: Mapping[str, Any], name: str) -> str:
    value = block.get(name)
    return value if isinstance(value, str) else ""
