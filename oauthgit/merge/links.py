"""Find layers with a missing branch or a cycle below them (OG302, OG308, OG309)."""

from collections.abc import Hashable, Mapping
from typing import Final, NamedTuple

from oauthgit.merge.origins import branch_below, parent_of
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.location import Location
from oauthgit.model.workspace import LONGEST, Kind

_NAMED: Final = 8
_NAME: Final = regex(r"[A-Za-z0-9][A-Za-z0-9_.@ -]*")
_LIKENESS: Final = 500
"""Among more names than these no similar one is looked for: that takes longer the more there are."""


class Consequence(NamedTuple):
    """Hold a finding about a layer, and its cause."""

    cause: Hashable
    layer: str
    finding: Finding


def broken_links(
    layers: Mapping[str, Document], secrets: Mapping[str, Document], known: Mapping[str, str]
) -> list[Consequence]:
    """Return a finding for every layer with an unknown branch or a cycle below it.

    ``known`` maps the ids of all layers to their files, unreadable ones included.
    """
    findings = []
    branches: dict[str, dict[str, str]] = {}
    for document in layers.values():
        parent = parent_of(document)
        if parent is not None and parent not in known:
            branches = branches or _branches_by_model(known)
            finding = _unknown(document, branches, layers)
            if parent in secrets:
                left = Related("its secrets are still here", secrets[parent].locate(""))
                finding = finding._replace(related=(*finding.related, left))
            findings.append(Consequence(parent, document.layer, finding))
        elif document.kind is Kind.BRANCH and (cycle := _cycle(document, layers)):
            cause = frozenset(member.layer for member in cycle)
            findings.append(Consequence(cause, document.layer, _report_cycle(document, cycle)))
    return findings


def _branches_by_model(known: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the files of branches, by their names, by the names of models."""
    branches: dict[str, dict[str, str]] = {"": {}}
    for name, file in known.items():
        kind, _, rest = name.partition("/")
        if kind == Kind.BRANCH:
            model, _, branch = rest.partition("/")
            branches.setdefault(model, {})[branch] = file
    return branches


def _unknown(document: Document, branches: Mapping[str, Mapping[str, str]], layers: Mapping[str, Document]) -> Finding:
    from oauthgit.model.formats.suggest import ask_if_meant, suggest

    model, branch = branch_below(document)
    siblings = branches.get(model, {})
    similar = suggest(branch, siblings, most=3) if len(siblings) <= _LIKENESS else []
    close = [name for name in similar if not _stands_on(f"branch/{model}/{name}", document, layers)][:1]
    models = [] if siblings or len(branches) > _LIKENESS else suggest(model, branches)
    correct = f"Write {close[0]}" if close else "Correct the name"
    if document.kind is Kind.BRANCH:
        code, pointer, what = "OG308", join("origin"), "inherits from"
    else:
        code, pointer, what = "OG302", join("branch" if siblings else "model"), "overrides"
    meant = ask_if_meant(close or [f"model {name}" for name in models])
    return Finding(
        code,
        f"{document.layer} {what} branch {branch} of model {model}, which does not exist{meant}",
        document.locate(pointer),
        remedy=f"{correct}, or add configs/branches/{model}/{branch}.yaml."
        if _NAME.fullmatch(str(branch))
        else f"{correct}.",
        related=tuple(Related("the nearest there is", Location(siblings[name])) for name in (close or [*siblings])[:1]),
    )


def _stands_on(layer: str | None, document: Document, layers: Mapping[str, Document]) -> bool:
    """Return True if ``layer`` is ``document`` or inherits from it."""
    for _ in range(LONGEST):
        if layer is None or layer == document.layer or layer not in layers:
            break
        layer = parent_of(layers[layer])
    return layer == document.layer


def _cycle(document: Document, layers: Mapping[str, Document]) -> tuple[Document, ...]:
    """Return the branches of the cycle with ``document``, itself first, or none."""
    cycle = [document]
    seen = {document.layer}
    while (parent := parent_of(cycle[-1])) is not None and parent in layers and len(cycle) <= LONGEST:
        if parent == document.layer:
            return tuple(cycle)
        if parent in seen:
            return ()
        seen.add(parent)
        cycle.append(layers[parent])
    return tuple(cycle) if len(cycle) > LONGEST else ()


def _report_cycle(document: Document, cycle: tuple[Document, ...]) -> Finding:
    if len(cycle) > LONGEST:
        return Finding(
            "OG309",
            f"more than {LONGEST} branches stand on one another below this one, which no branch needs, so nothing is inherited",
            document.locate(join("origin")),
            remedy="Choose a branch nearer to the root.",
        )
    names = [member.identity["branch"] for member in (*cycle, document)]
    if len(names) > _NAMED:
        names[_NAMED - 1 : -1] = ["..."]
    return Finding(
        "OG309",
        f"the origins go round: {' -> '.join(names)}, so nothing can be inherited",
        document.locate(join("origin")),
        remedy="Remove one of these origins.",
        related=tuple(Related("goes on here", member.locate(join("origin"))) for member in cycle[1:_NAMED]),
    )
