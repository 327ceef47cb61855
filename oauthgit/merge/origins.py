"""List the branches below a layer by their ``origin``."""

from collections.abc import Mapping
from typing import Any

from oauthgit.model.document import Document
from oauthgit.model.workspace import LONGEST, Kind


def parent_of(document: Document) -> str | None:
    """Return the id of the branch directly below a layer, or None.

    A branch without origin has none, and neither has a layer that does not state it.
    """
    model, branch = branch_below(document)
    return f"branch/{model}/{branch}" if model and branch else None


def branch_below(document: Document) -> tuple[Any, Any]:
    """Return the model and the branch below a layer, as far as they are stated."""
    if document.kind is Kind.IAM_APPLICATION:
        return document.data.get("model"), document.data.get("branch")
    if document.kind is Kind.RUNTIME_CONFIGURATION:
        return document.identity["model"], document.identity["branch"]
    return document.identity["model"], document.data.get("origin")


def list_layers(document: Document, branches: Mapping[str, Document]) -> tuple[Document, ...] | None:
    """Return the branches below a layer, the root first.

    The result is None if the chain is broken, cyclic or too long.
    """
    chain: list[Document] = []
    seen = {document.layer}
    above = document
    while (parent := parent_of(above)) is not None:
        if parent in seen or parent not in branches or len(chain) >= LONGEST:
            return None
        seen.add(parent)
        above = branches[parent]
        chain.append(above)
    return None if document.kind is not Kind.BRANCH and not chain else tuple(reversed(chain))
