"""Find settings that targets need and lack (OG203, OG311)."""

from collections.abc import Iterable

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS
from oauthgit.validate.missing import Missing


def missing_settings(targets: Iterable[Settings], documents: Iterable[Document]) -> list[Finding]:
    """Return a finding for each missing setting that no other finding concerns."""
    own = {document.layer: document for document in documents if document.kind in LAYERS}
    missing = Missing()
    for settings in targets:
        missing.look(settings, own[settings.target])
    return missing.findings()
