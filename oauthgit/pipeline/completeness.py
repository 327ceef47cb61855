"""Find settings that targets need and lack (OG203, OG311)."""

from collections.abc import Iterable, Mapping

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS
from oauthgit.pipeline.read import Documents
from oauthgit.validate import Missing


def missing_settings(targets: Iterable[Settings], documents: Documents) -> list[Finding]:
    """Return a finding for each missing setting that no other finding concerns."""
    usable = documents.valid_documents
    own = {document.layer: document for document in usable if document.kind in LAYERS}
    wrong = _wrong_by_layer(documents.raw, usable)
    missing = Missing()
    for settings in targets:
        chain = [reference.layer for reference in settings.chain if reference.layer in wrong]
        missing.look(settings, set[str]().union(*(wrong[layer] for layer in chain)), own[settings.target])
    return missing.findings()


def _wrong_by_layer(raw: Iterable[Document], documents: Iterable[Document]) -> Mapping[str, set[str]]:
    """Return the pointers of each layer that findings concern: all if it is unusable."""
    usable = {document.file: document for document in documents}
    wrong: dict[str, set[str]] = {}
    for document in raw:
        known = usable[document.file].invalid if document.file in usable else document.marks
        if known:
            wrong.setdefault(document.layer, set()).update(known)
    return wrong
