"""Divide files into independent partitions, one for each model."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import LAYERS, File

_MODEL: Final = b"\nmodel:"


def partition(files: Iterable[File]) -> list[list[File]]:
    """Return the files of every model together.

    The model of an application is guessed by a byte search. If the guess is wrong, :func:`is_closed` returns False, and
    everything is evaluated as one partition.
    """
    files = list(files)
    models = {file.layer: _model(file) for file in files if file.kind in LAYERS}
    groups: dict[str, list[File]] = {}
    for file in files:
        model = models.get(file.layer)
        groups.setdefault(_model_of(file.layer) if model is None else model, []).append(file)
    return list(groups.values())


def _model_of(layer: str) -> str:
    """Return the model in the id of a layer that has secrets, but no file.

    The id of an application has none.
    """
    _, *names = layer.split("/")
    return names[0] if len(names) > 1 else ""


def _model(file: File) -> str:
    named = file.identity.get("model")
    if named is not None:
        return named
    start = file.content.find(_MODEL) + len(_MODEL)
    line = file.content[start : file.content.find(b"\n", start)] if start >= len(_MODEL) else b""
    return line.partition(b"#")[0].strip(b" \t\r\"'").decode(errors="replace")


def is_closed(evaluations: Sequence[Evaluation], layers: Mapping[str, str]) -> bool:
    """Report whether no layer of a partition stands on one of another."""
    known = {*layers, *(layer for each in evaluations for layer in each.parents)}
    return all(
        parent is None or parent in each.parents or parent not in known
        for each in evaluations
        for parent in each.parents.values()
    )
