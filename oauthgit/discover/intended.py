"""Find the file that a misnamed or misplaced one is meant to be."""

import re
from typing import Final

from oauthgit.discover.layout import CONFIGS, classify, is_yaml
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.workspace import LAYERS, File, Kind, anywhere

_LIKE_SECRETS: Final = regex(r"(.+?)(?:[._-](?:secrets?|sops|enc|encrypted))+", re.IGNORECASE)


def intended(path: str) -> File | None:
    """Return the file that one at ``path`` is meant to be, without content, or None.

    A wrong suffix is read as the right one. If the place or the name is wrong, the layer is ``ANYWHERE`` and the name, and
    the kind is that of secrets or any kind of layer.
    """
    if not path.startswith(f"{CONFIGS}/"):
        return None
    above, _, last = path.rpartition("/")
    own = last[: last.rindex(".")] if is_yaml(path) else last
    like_secrets = _LIKE_SECRETS.fullmatch(own)
    if like_secrets:
        own = like_secrets[1]
    file = classify(f"{above}/{own}{'.secrets' if like_secrets else ''}.yaml")
    if isinstance(file, File):
        return file._replace(path=path)
    return File(path, Kind.SECRETS if like_secrets else LAYERS[0], anywhere(own), {}, b"")
