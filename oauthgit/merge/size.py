"""Refuse models whose layers have too many OAuth servers together (OG114)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.workspace import Kind

SERVERS: Final = 50_000
"""Effective servers of all layers of a model; a target of 30 servers counts for 30, inherited or not."""


class TooManyServersError(Exception):
    """Report more OAuth servers in all layers than the caller can merge."""


def find_oversized(
    chains: Mapping[str, tuple[Document, Sequence[Document]]], most: int | None = None
) -> tuple[set[str], list[Finding]]:
    """Return the models that are too large to be merged, and a finding for each.

    ``chains`` maps every layer to its document and the branches below it, the root first. Names are counted before the
    merge, up to the limit.

    Raises:
        TooManyServersError: All models together have more than ``most``.

    """
    names: dict[str, frozenset[str]] = {}
    totals: Counter[str] = Counter()
    findings: dict[str, Finding] = {}
    for document, chain in chains.values():
        model = model_of(document)
        if model in findings:
            continue
        known: frozenset[str] = frozenset()
        for branch in (*chain, *([document] if document.kind is Kind.BRANCH else ())):
            if branch.layer not in names:
                own = _server_names(branch)
                names[branch.layer] = known if own <= known else known | own
            known = names[branch.layer]
        totals[model] += len(known)
        if totals[model] > SERVERS:
            findings[model] = _report_oversized((*chain, document)[0], model)
        if most is not None and totals.total() > most:
            raise TooManyServersError
    return set(findings), list(findings.values())


def model_of(document: Document) -> str:
    """Return the model of a layer, empty where it is not stated."""
    return str(document.identity.get("model") or document.data.get("model", ""))


def _server_names(document: Document) -> frozenset[str]:
    servers = document.data.get("oauth_servers")
    if not isinstance(servers, Mapping):
        return frozenset()
    return frozenset(name for name, server in servers.items() if server is not None)


def _report_oversized(root: Document, model: str) -> Finding:
    return Finding(
        "OG114",
        f"the layers of model {model} have more than {SERVERS:,} OAuth servers together, so none of them is merged or "
        "checked further",
        root.locate(join("oauth_servers"), key=True),
        remedy="Define fewer servers in the branch, or move targets to a model of their own.",
    )
