"""The control: the same request with a secret that is wrong, and nothing else about it different."""

import secrets
import string

from oauthgit.model.secret import Secret

_ALPHABETS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


def altered(secret: Secret) -> Secret | None:
    """Return a secret in which every ASCII letter and digit is another one of its kind, and everything else is kept.

    So whatever its special characters do on the way, they do to both. None where there is no letter and no digit.
    """
    text = secret.reveal()
    changed = "".join(map(_another, text))
    return None if changed == text else Secret(changed)


def _another(character: str) -> str:
    alphabet = next((alphabet for alphabet in _ALPHABETS if character in alphabet), "")
    return secrets.choice(alphabet.replace(character, "")) if alphabet else character
