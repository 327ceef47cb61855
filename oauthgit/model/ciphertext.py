"""What an encrypted value looks like: the form that SOPS gives it."""

import re
from typing import Final

PATTERN: Final = r"^ENC\[AES256_GCM,data:[^,\]]*,iv:[^,\]]+,tag:[^,\]]+,type:[a-z]+\]$"
_CIPHERTEXT: Final = re.compile(PATTERN[1:-1])


def is_ciphertext(text: str) -> bool:
    """Tell whether ``text`` has the form of a value that SOPS encrypted; whether it decrypts is another matter."""
    return _CIPHERTEXT.fullmatch(text) is not None
