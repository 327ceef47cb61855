"""Build one side of a comparison: its targets, links, fingerprints and policy."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any, Final

from oauthgit.merge import parent_of
from oauthgit.model.difference import Link, SecretFingerprint, Side
from oauthgit.model.document import Document
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.settings import SecretReference, Stated
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.pipeline.operations.secret_state import ciphertext_of
from oauthgit.pipeline.resolve import State, layers_in, valid_targets

_DIGITS: Final = 8
_OF_SECRETS: Final = "/client_secret"
"""The end of the pointers at which a secret stands."""


def make_side(state: State, rewritten: Collection[str], when: str, broken: Mapping[str, str]) -> Side:
    """Return the side of ``state``; ``broken`` maps targets with errors to reasons."""
    documents = state.documents.valid_documents
    targets = valid_targets(state)
    otherwise = "its layers have errors; oauthgit validate names them"
    return Side(
        targets=targets,
        unknown={layer: broken.get(layer, otherwise) for layer in layers_in(state) - targets.keys()},
        links={each.layer: _link(each) for each in documents if each.kind in LAYERS},
        fingerprints=_fingerprints(state, {each.file: when if each.file in rewritten else "" for each in documents}),
        policy=state.policy,
        policy_document=next((each for each in documents if each.kind is Kind.POLICY), None),
    )


def _link(document: Document) -> Link:
    pointer = join("origin" if document.kind is Kind.BRANCH else "branch")
    return Link(parent_of(document), Stated(document.file, document.marks, pointer))


def _fingerprints(state: State, plain: Mapping[str, str]) -> dict[SecretReference, SecretFingerprint]:
    """Return the fingerprints of all secrets; plaintext ones are never read."""
    documents = {document.file: document for document in state.documents.valid_documents}
    fingerprints = {}
    for settings in state.targets:
        for pointer, setting in settings.settings.items():
            for origin in (setting.origin, *setting.replaced) if pointer.endswith(_OF_SECRETS) else ():
                secret = origin.value
                if isinstance(secret, SecretReference) and secret not in fingerprints:
                    held = ciphertext_of(secret, documents[secret.file])
                    fingerprint = plain[secret.file] if secret.state == "plain" else _fingerprint(held.secret)
                    fingerprints[secret] = SecretFingerprint(
                        fingerprint, _fingerprint(held.pin), _fingerprint(held.layer)
                    )
    return fingerprints


def _fingerprint(ciphertext: Any) -> str:
    """Return the beginning of a digest of ciphertext, empty for what is none."""
    texts = ciphertext if isinstance(ciphertext, list) else [ciphertext]
    if not all(isinstance(text, str) for text in texts):
        return ""
    return sha256("\n".join(texts).encode(errors="surrogateescape")).hexdigest()[:_DIGITS]
