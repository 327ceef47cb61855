"""Convert a document to a merge patch.

The patch has no identity, and secrets are references.
"""

from collections.abc import Mapping
from typing import Any, Final

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.settings import SecretReference
from oauthgit.model.workspace import Kind

MERGED: Final = ("environment", "redirect_uri", "oauth_servers")
"""The members of a layer that are settings; the others say which layer it is."""


def patch_of(document: Document, policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge patch of a document; every client secret is a reference."""
    stated = {name: document.data[name] for name in MERGED if name in document.data}
    if not isinstance(stated.get("oauth_servers"), Mapping):  # null, or plain text of which OG501 speaks
        stated.pop("oauth_servers", None)
        return stated
    secrets_only = document.kind is Kind.SECRETS
    stated["oauth_servers"] = {
        name: _server(document, name, values, policy, secrets_only=secrets_only)
        for name, values in stated["oauth_servers"].items()
    }
    return stated


def _server(
    document: Document, name: str, values: Any, policy: Mapping[str, Any], *, secrets_only: bool
) -> dict[str, Any] | None:
    if not isinstance(values, dict):
        return None
    stated = {} if secrets_only else dict(values)
    secret = values.get("client_secret")
    if secret is not None:
        pointer = join("oauth_servers", name, "client_secret")
        pinned = bool(values.get("send_only_to"))
        if isinstance(secret, dict):
            variable = secret.get("from_env", "")
            stated["client_secret"] = SecretReference(
                "from_env", document.file, pointer, variable, variable in policy.get("env_secrets", {})
            )
        else:
            state = "plain" if secret == PLAINTEXT else "encrypted" if secrets_only else "inline"
            stated["client_secret"] = SecretReference(state, document.file, pointer, "", pinned)
    return stated
