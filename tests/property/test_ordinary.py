"""The short way of reading YAML against the long one: what it takes, the other reads just so. See tests/readings.py."""

import os
import random
from collections import Counter
from pathlib import Path

import corpus
import pytest

from oauthgit.discover import discover, provider_file, provider_names
from oauthgit.model.workspace import Kind
from oauthgit.parse.bounds import DEPTH, NODES
from oauthgit.parse.ordinary import NOT_ORDINARY, ordinary
from readings import ROOT, held, known, thrown, written

TEXTS = int(os.environ.get("OAUTHGIT_READINGS", "16000"))
"""Texts by the dice: ``OAUTHGIT_READINGS=1000000 pytest tests/property/test_ordinary.py`` digs, ``tests/fuzz.py`` as well."""
PARTS = 8


def test_every_text_of_the_repository_is_read_alike() -> None:
    taken = [held(file, pure=True) for file in known()]
    assert len(taken) > 900
    assert sum(taken) > len(taken) / 3  # examples show what is wrong, and other inputs are to be hostile


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_taken_is_read_alike(part: int) -> None:
    counts: Counter[tuple[Kind, bool]] = Counter()
    for seed in range(part, TEXTS, PARTS):
        file = thrown(random.Random(seed))  # noqa: S311 - chance, not secrecy
        counts[file.kind, held(file, pure=seed % (PARTS * 5) < PARTS and len(file.content) < 1000)] += 1
    kinds = set(Kind) - {Kind.RUNTIME_CONFIGURATION, Kind.IAM_APPLICATION}
    assert all(counts[kind, True] > 0.05 * counts[kind, False] > 0 for kind in kinds), counts


@pytest.mark.parametrize("inner", ["a: b\n", "- b\n", "- a: {b: c}\n", "- [b]\n", "a: {b: c}\n", "a:\n"])
def test_what_is_too_deep_is_left(inner: str) -> None:
    outer = ["".join(" " * level + "k:\n" for level in range(depth)) + " " * depth for depth in range(1, DEPTH + 5)]
    taken = [held(written(text + inner, Kind.BRANCH)) for text in outer]
    assert taken == [True] * sum(taken) + [False] * (len(taken) - sum(taken))
    assert sum(taken) > DEPTH - 5


def test_what_is_too_much_is_left() -> None:
    texts = ["a: [" + ", ".join(["x"] * number) + "]\n" for number in range(NODES - 9, NODES + 1)]
    taken = [held(written(text, Kind.BRANCH)) for text in texts]
    assert taken == [True] * sum(taken) + [False] * (len(taken) - sum(taken))
    assert taken[0]


def test_healthy_files_are_taken(tmp_path: Path) -> None:
    """Those that measurements are made with, the sample, its workflow, and the catalogue: none takes the long way."""
    corpus.write(tmp_path, 5 * corpus.GROUP)
    files = [file for folder in (tmp_path, ROOT) for file in discover(folder)[0].files]
    files += [file for name in provider_names() if (file := provider_file(name))]
    assert [file.path for file in files if ordinary(file, file.content.decode()) is NOT_ORDINARY] == []
    assert {file.kind for file in files} == set(Kind)
    assert len(files) > 140
