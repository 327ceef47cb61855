"""Find the layers and secrets that unusable and misplaced files stand for.

What they would state is unknown, so its absence is not reported.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from oauthgit.discover.layout import FOLDERS, classify
from oauthgit.merge import parent_of
from oauthgit.model.document import Document, Marks
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.settings import EVERY_SERVER
from oauthgit.model.workspace import ANYWHERE, LAYERS, File, Kind, Workspace, anywhere
from oauthgit.pipeline.read import Documents

_SECRETS: Final = frozenset((join("oauth_servers", EVERY_SERVER, "client_secret"),))
_FIELDS: Final = {str(kind): fields for kind, fields in FOLDERS.values()}


def unread_files(workspace: Workspace, unread: Iterable[Finding]) -> tuple[File, ...]:
    """Return the files that were found but not read, as what they are meant to be.

    Secrets in an unknown place, or without a layer, belong to each layer of their name without secrets.
    """
    paths = {finding.location.file for finding in unread} - {file.path for file in workspace.files}
    files = _intended(sorted(paths)) if paths else []
    secrets = {file.layer: file for file in workspace.files if file.kind is Kind.SECRETS}
    layers = {file.layer for file in (*files, *workspace.files) if file.kind in LAYERS}
    files += [secrets[layer]._replace(layer=anywhere(layer)) for layer in sorted(secrets.keys() - layers)]
    lacking = sorted(layers - secrets.keys())
    return tuple(each for file in files for each in (_place(file, lacking) if file.kind is Kind.SECRETS else (file,)))


def _intended(paths: Iterable[str]) -> list[File]:
    from oauthgit.discover.intended import intended

    return [file for file in map(intended, paths) if file is not None]


def placed(unread: Iterable[File], workspace: Workspace, parents: Mapping[str, str | None]) -> list[File]:
    """Return the files that were not read as the missing layers that they stand for."""
    layers = {file.layer for file in workspace.files if file.kind in LAYERS}
    needed = [*parents.values(), *(file.layer for file in workspace.files if file.kind is Kind.SECRETS)]
    missing = [layer for layer in dict.fromkeys(needed) if layer and layer not in layers]
    return [each for file in unread for each in _place(file, missing)]


def _place(file: File, layers: Iterable[str]) -> list[File]:
    """Return a file as each of ``layers`` with its name, if its place is unknown."""
    if not file.layer.startswith(ANYWHERE):
        return [file]
    kinds = {layer: file.kind if file.kind is Kind.SECRETS else Kind(layer.partition("/")[0]) for layer in layers}
    return [file._replace(layer=layer, kind=kind) for layer, kind in kinds.items() if anywhere(layer) == file.layer]


def known_layers(documents: Documents, layers: Mapping[str, str], unread: Iterable[File]) -> Mapping[str, str]:
    """Return ``layers``, and the missing ones that other files stand for."""
    missing = {*parents_of(documents, layers).values(), *_with_secrets(documents)} - {None, *layers}
    if not missing:
        return layers
    named = {file.layer: file.path for file in unread if file.kind in LAYERS}
    meant = {layer: named[same] for layer in missing if layer and (same := anywhere(layer)) in named}
    misplaced = [(document, layer) for document in documents.raw for layer in _stated(document)]
    stated = {layer: document.file for document, layer in misplaced}
    wrong = {document.file for document, _ in misplaced}
    below = {str(parent_of(each)): each.file for each in documents.valid_documents if each.file in wrong}
    others = {**meant, **below, **stated, **named}
    return {**layers, **{layer: file for layer, file in others.items() if layer not in layers}}


def unknown_secrets(documents: Documents, unread: Iterable[File]) -> Iterator[Document]:
    """Yield a document without values for each unusable secrets file of a layer."""
    layers = {document.layer for document in documents.valid_documents if document.kind in LAYERS}
    files = [*unread, *(place for place in map(classify, documents.unusable) if isinstance(place, File))]
    secrets = {file.layer: file for file in files if file.kind is Kind.SECRETS}
    for layer in sorted(layers & secrets.keys()):
        yield Document(secrets[layer].path, Kind.SECRETS, layer, {}, {}, Marks({}), _SECRETS)


def parents_of(documents: Documents, layers: Mapping[str, str]) -> dict[str, str | None]:
    """Return the parent branches of the layers among documents.

    The parent of a layer that is not in ``layers`` is the one whose file states its identity.
    """
    own = (document for document in documents.valid_documents if document.kind in LAYERS)
    stated = {layer: document.layer for document in documents.raw for layer in _stated(document) if layer not in layers}
    return {**stated, **{document.layer: parent_of(document) for document in own}}


def _with_secrets(documents: Documents) -> set[str]:
    return {document.layer for document in documents.valid_documents if document.kind is Kind.SECRETS}


def _stated(document: Document) -> Iterator[str]:
    """Yield the layer that a file states, if its path is that of another one."""
    data = document.data
    if document.kind not in LAYERS or not isinstance(data, dict):
        return
    kind = data.get("kind")
    if kind == document.kind and document.identity.items() <= data.items():
        return
    kind = kind if isinstance(kind, str) and kind in _FIELDS else document.kind.value
    stated = [data.get(name, document.identity.get(name)) for name in _FIELDS[kind]]
    values = [value for value in stated if isinstance(value, str)]
    if values == stated and (layer := "/".join((kind, *values))) != document.layer:
        yield layer
