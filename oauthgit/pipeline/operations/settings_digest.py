"""Compute digests of settings, by which a later run recognises changes.

A digest covers ciphertext, never a secret.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from oauthgit.model.project import Project
from oauthgit.model.report import plain
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.pipeline.operations.secret_state import ciphertext_of

_ENCRYPTED: Final = ("encrypted", "inline")


def digest_settings(project: Project, targets: Iterable[Settings]) -> dict[tuple[str, str], str]:
    """Return a digest of the effective settings by target and server.

    A secret that is encrypted again has another digest. A value in the environment is not covered, only its name.
    """
    documents = {document.file: document for document in project.resolve().documents}
    digests = {}
    for settings in targets:
        redirect_uri = plain(settings.data.get("redirect_uri"))
        for server, values in settings.servers.items():
            secret = values.get("client_secret")
            held = None
            if isinstance(secret, SecretReference) and secret.state in _ENCRYPTED and secret.file in documents:
                held = ciphertext_of(secret, documents[secret.file])
            text = json.dumps([redirect_uri, plain(values), held], sort_keys=True, default=str)
            digests[settings.target, server] = sha256(text.encode()).hexdigest()
    return digests
