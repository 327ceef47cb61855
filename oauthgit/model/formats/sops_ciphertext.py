"""Recognize encrypted values in the format of SOPS."""

import binascii
from functools import lru_cache
from typing import Final, NamedTuple

from oauthgit.model.formats.lazy_regex import regex

_FORM: Final = r"ENC\[AES256_GCM,data:([^,\]]*),iv:([^,\]]+),tag:([^,\]]+),type:([a-z]+)\]"
PATTERN: Final = f"^{_FORM.replace('(', '').replace(')', '')}$"
_PARTS: Final = regex(_FORM)
_START: Final = "ENC["
_TYPES: Final = frozenset(("str", "int", "float", "bool", "bytes", "time", "comment"))
_IV, _TAG = 32, 16


class Ciphertext(NamedTuple):
    """Hold the parts of an encrypted value; ``type`` is that of the plain value."""

    data: bytes
    iv: bytes
    tag: bytes
    type: str


def is_ciphertext(text: str) -> bool:
    """Return True if ``text`` has the format of a SOPS ciphertext; do not decrypt it."""
    return text.startswith(_START) and _PARTS.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def read(text: str) -> Ciphertext | None:
    """Return the parts of a value that SOPS may have encrypted, or None.

    SOPS writes base64, a nonce of 32 bytes and a tag of 16, and encrypts no empty text (aes/cipher.go of SOPS).
    """
    parts = _PARTS.fullmatch(text) if text.startswith(_START) else None
    if parts is None or parts[4] not in _TYPES:
        return None
    try:
        data, iv, tag = [binascii.a2b_base64(part, strict_mode=True) for part in parts.groups()[:3]]
    except (binascii.Error, ValueError):
        return None
    return Ciphertext(data, iv, tag, parts[4]) if data and (len(iv), len(tag)) == (_IV, _TAG) else None
