"""Find the branches below each layer from paths and bytes.

Nothing is parsed, so it is a guess. Whoever evaluates files by it compares it with what they state (:func:`is_closed`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import LAYERS, LONGEST, File, Kind

_NONCE: Final = rb"iv:([A-Za-z0-9+/]{42})"
"""A nonce without its last character, of which not all bits count."""
_MODEL, _BRANCH, _ORIGIN = b"\nmodel:", b"\nbranch:", b"\norigin:"


class Chains:
    """Hold the files of each layer, and its parent as far as paths and bytes show it.

    A layer with a secrets file only has no parent.
    """

    def __init__(self, files: Iterable[File]) -> None:
        self.files: dict[str, list[File]] = {}
        self.parents: dict[str, str | None] = {}
        self._below: dict[str, tuple[str, ...] | None] = {}
        self._places: dict[str, int] = {}
        for place, file in enumerate(files):
            self.files.setdefault(file.layer, []).append(file)
            self._places[file.path] = place
            if file.kind in LAYERS:
                self.parents[file.layer] = _parent(file)

    def below(self, layer: str) -> tuple[str, ...] | None:
        """Return the branches below a layer, the nearest first.

        The result is None if a branch is missing, a target has none, or the chain is a cycle or too long.
        """
        if layer not in self.parents:
            return None
        parent = self.parents[layer]
        if parent is None:
            return () if layer.startswith(f"{Kind.BRANCH}/") else None
        if parent not in self._below:
            self._below[parent] = self._climb(parent)
        return self._below[parent]

    def _climb(self, branch: str | None) -> tuple[str, ...] | None:
        found: list[str] = []
        while branch is not None:
            if branch not in self.parents or len(found) == LONGEST:
                return None
            found.append(branch)
            branch = self.parents[branch]
        return tuple(found)

    def model_of(self, layer: str) -> str:
        """Return the model of a layer; empty if its application does not state it."""
        kind, *names = (self.parents.get(layer) or layer).split("/")
        return names[0] if kind != Kind.IAM_APPLICATION else ""

    def by_model(self, layers: Iterable[str]) -> dict[str, list[str]]:
        """Return layers by the model of each."""
        models: dict[str, list[str]] = {}
        for layer in layers:
            models.setdefault(self.model_of(layer), []).append(layer)
        return models

    def with_copies(self, layers: Iterable[str]) -> set[str]:
        """Return layers, those below, and those whose secrets may be theirs.

        These are copies in files of any kind, which have the nonce of a ciphertext, and secrets beside no layer. A nonce
        that is not written plainly may be any.
        """
        found = self._with_branches(layers) | (self.files.keys() - self.parents.keys())
        every = (file for files in self.files.values() for file in files)
        encrypted = [file for file in every if b"iv:" in file.content or _is_unusual(file.content)]
        own = [file.content for file in encrypted if file.layer in found]
        nonces = {nonce for content in own for nonce in re.findall(_NONCE, content)}
        any_may = any(map(_is_unusual, own))
        return found | {
            file.layer
            for file in encrypted
            if any_may or _is_unusual(file.content) or any(nonce in file.content for nonce in nonces)
        }

    def _with_branches(self, layers: Iterable[str]) -> set[str]:
        return {each for layer in layers for each in (layer, *(self.below(layer) or ()))}

    def files_of(self, layers: Iterable[str]) -> list[File]:
        """Return the files of layers and of the branches below them, in their order."""
        files = [file for layer in self._with_branches(layers) for file in self.files[layer]]
        return sorted(files, key=lambda file: self._places[file.path])


def divide(layers: Iterable[str], chains: Chains, most: int) -> Iterator[list[str]]:
    """Yield layers by model, in parts of at most ``most``.

    A part has layers with branches in common. All layers of a model with a broken chain are in one part, because what is
    missing concerns the others.
    """
    models = chains.by_model(layers)
    broken = {model for model, some in models.items() if any(chains.below(layer) is None for layer in some)}
    if broken:
        every = chains.by_model(chains.files)
        models |= {model: every[model] for model in broken}
    for model, some in models.items():
        if model in broken or len(some) <= most:
            yield some
            continue
        along = sorted(some, key=lambda layer: (*reversed(chains.below(layer) or ()), layer))
        yield from (along[start : start + most] for start in range(0, len(along), most))


def is_closed(evaluations: Sequence[Evaluation], layers: Mapping[str, str]) -> bool:
    """Report whether each layer was evaluated together with the branch below it.

    Layers on the same missing branch must be together as well, because they have one finding. If a misplaced file states
    a missing layer, findings about any missing branch may name it.
    """
    misplaced = {layer for each in evaluations for layer in each.parents}.difference(layers)
    known = {*layers, *misplaced}
    missing: set[str] = set()
    for each in evaluations:
        apart = {parent for parent in each.parents.values() if parent is not None and parent not in each.parents}
        if not apart.isdisjoint(known) or not apart.isdisjoint(missing):
            return False
        missing |= apart
    return not (missing and misplaced)


def _is_unusual(content: bytes) -> bool:
    """Return True if YAML may write a text in another way than it is.

    Escapes are in double quotes only.
    """
    return (b"\\" in content and b'"' in content) or b"\0" in content


def _parent(file: File) -> str | None:
    identity = file.identity
    if file.kind is Kind.IAM_APPLICATION:
        model, branch = _value(file.content, _MODEL), _value(file.content, _BRANCH)
    else:
        model = identity["model"]
        branch = _value(file.content, _ORIGIN) if file.kind is Kind.BRANCH else identity["branch"]
    return f"{Kind.BRANCH}/{model}/{branch}" if model and branch else None


def _value(content: bytes, key: bytes) -> str:
    """Return the value of a key at the beginning of a line, empty if there is none."""
    start = (b"\n" + content).find(key)
    if start < 0:
        return ""
    line = content[start + len(key) - 1 :].partition(b"\n")[0]
    return line.partition(b"#")[0].strip(b" \t\r\"'").decode(errors="replace")
