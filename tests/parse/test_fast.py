"""The fast parser against the full one: whatever it accepts, the full one reads the same (support/yaml_equivalence.py)."""

import os
import random
from collections import Counter
from pathlib import Path

import corpus
import pytest

from oauthgit.discover import discover
from oauthgit.discover.catalogue import provider_file, provider_names
from oauthgit.model.workspace import Kind
from oauthgit.parse.fast import NOT_FAST, parse_fast
from oauthgit.parse.fast_places import find_places
from oauthgit.parse.limits import DEPTH, NODES
from support.paths import REPOSITORY
from support.yaml_equivalence import CIPHERTEXT, file_of, is_read_equally, known_files, random_file

TEXTS = int(os.environ.get("OAUTHGIT_READINGS", "16000"))
"""Number of random texts: ``OAUTHGIT_READINGS=1000000 pytest tests/parse/test_fast.py``; see also support/fuzz.py."""
PARTS = 8


def test_repository_files_are_read_equally() -> None:
    taken = [is_read_equally(file, pure=True) for file in known_files()]
    assert len(taken) > 900
    assert sum(taken) > len(taken) / 3  # examples contain mistakes, and other inputs are hostile on purpose


@pytest.mark.parametrize("part", range(PARTS))
def test_accepted_random_text_is_read_equally(part: int) -> None:
    counts: Counter[tuple[Kind, bool]] = Counter()
    for seed in range(part, TEXTS, PARTS):
        file = random_file(random.Random(seed))  # noqa: S311 - chance, not secrecy
        counts[file.kind, is_read_equally(file, pure=seed % (PARTS * 5) < PARTS and len(file.content) < 1000)] += 1
    kinds = set(Kind) - {Kind.RUNTIME_CONFIGURATION, Kind.IAM_APPLICATION}
    assert all(counts[kind, True] > 0.05 * counts[kind, False] > 0 for kind in kinds), counts


TAKEN = (
    "a: b\n",
    "# c\n---\n\na: b # c",
    "a:\n- b: c\n  d: |\n    x\n     y\n\n    z\n- e\n",
    "a: >-\n  x\n  y\nb: |-\n  z # no comment\n\n# c\n",
    "a: [x, 'it''s', \"y, z\"]\nb: {from_env: X, c: https://d/e}\nc: []\nd: {}\n",
    'a: x\n  y z\nb:\n  - "x: #\n    y"\n  - --x\n  - -1\n',
    "a:\nb: ~\nc: 'null'\nd: 0\ne: 3.11.0\n\"1\": f\nhttps://a/b: g\n",
    "client_secret: {from_env: NAME}\nb:\n  client_secret:\n  my_password: null\n",
    "a: b\r\nc: |\r\n  x\r\n  y\r\n",
    "b: \u5ba2\xa0\U0001f511 é # é\n",
)
LEFT = (
    "",
    "- a\n",
    "{a: b}\n",
    " a: b\n",
    "a: b\n...\n",
    "--- # c\na: b\n",
    "a: b: c\n",
    "a: &x b\n",
    "a: *x\n",
    "a: !x b\n",
    "<<: {a: b}\n",
    "? a\n: b\n",
    "a: b\na: c\n",
    "a: {b: c, b: d}\n",
    "a: yes\n",
    "yes: a\n",
    "a: 012\n",
    "a: 1.5\n",
    'a: "\\n"\n',
    "a:\tb\n",
    "a:\n  - - b\n",
    "a:\n  b: c\n d: e\n",
    "a: b\n  c: d\n",
    "a:\n- b: c\n  d\n",
    "a:\n- b: |\n  c\n",
    "a:\n- b: |\n   c\n  d: e\n f\n",
    "a: |\n  x\n \n  # y\n",
    "a: |\n  x\n   \n",
    "k:\n    a: |\n      x\n  \n      # y\n",
    "a: |+\n  x\n\n",
    "a: |2\n    x\n",
    "a: >\n  x\n\n  y\n",
    "a: >\n  x\n   y\n",
    "a: |\n  x",
    'a: "x\n\n  y"\n',
    'a: "x \n  y"\n',
    "a: [b, c,]\n",
    "a: [b, [c]]\n",
    "a: [b,\n  c]\n",
    "a: [-]\n",
    "a: [b: c]\n",
    "é: x\n",
    "client_secret: hunter2hunter2\n",
    "a: {my_password: x}\n",
    "client_secret: {from_env: a, b: c}\n",
    "client_secret:\n  from_env: X\n",
    "client_secret: {from_env: null}\n",
    "client_secret: ENC[AES256_GCM,data:x\n  y,iv:a,tag:b,type:str]\n",
    "# client_secret: hunter2hunter2\na: b\n",
    "a: b # oauthgit: ignore[OG301] why\n",
)


@pytest.mark.parametrize("text", TAKEN)
def test_simple_texts_are_accepted(text: str) -> None:
    assert is_read_equally(file_of(text, Kind.BRANCH), pure=True)


@pytest.mark.parametrize(
    ("text", "is_left"),
    [
        ("a:\n  - b: [x, 'y']\n    c: {d: true}\n", False),
        ("a: x\n  y\n", True),
        ("a: |\n  x\n", True),
        ("a: True\n", True),
    ],
)
def test_places_are_found_on_single_lines(text: str, *, is_left: bool) -> None:
    assert (find_places(text) is None) == is_left


@pytest.mark.parametrize("text", LEFT)
def test_other_texts_are_left_to_the_full_parser(text: str) -> None:
    assert not is_read_equally(file_of(text, Kind.BRANCH), pure=True)


def test_secrets_file_of_only_ciphertext_is_accepted() -> None:
    text = f"kind: secrets\na:\n  - {CIPHERTEXT}\nb: null\nsops:\n  age: x\n"
    assert is_read_equally(file_of(text, Kind.SECRETS), pure=True)
    for plain in (
        "c: x\n",
        "kind: {a: x}\nc: 1\n",
        "c:\n  - x\n",
        "c: [x]\n",
        "c: {d: x}\n",
        "c: |\n  x\n",
        "# c\n",
        "### oauthgit: x\n",
        "c: ''\n",
    ):
        assert not is_read_equally(file_of(text + plain, Kind.SECRETS), pure=True)


@pytest.mark.parametrize("inner", ["a: b\n", "- b\n", "- a: {b: c}\n", "- [b]\n", "a: {b: c}\n", "a:\n"])
def test_deep_text_is_left_to_the_full_parser(inner: str) -> None:
    outer = ["".join(" " * level + "k:\n" for level in range(depth)) + " " * depth for depth in range(1, DEPTH + 5)]
    taken = [is_read_equally(file_of(text + inner, Kind.BRANCH)) for text in outer]
    assert taken == [True] * sum(taken) + [False] * (len(taken) - sum(taken))
    assert sum(taken) > DEPTH - 5


def test_large_text_is_left_to_the_full_parser() -> None:
    texts = ["a: [" + ", ".join(["x"] * number) + "]\n" for number in range(NODES - 9, NODES + 7, 2)]
    taken = [is_read_equally(file_of(text, Kind.BRANCH)) for text in texts]
    assert taken == [True] * sum(taken) + [False] * (len(taken) - sum(taken))
    assert taken[0]


def test_healthy_files_are_accepted(tmp_path: Path) -> None:
    """The files of benchmarks, the sample, its workflow, and the catalogue: the fast parser accepts them all."""
    corpus.write(tmp_path, 5 * corpus.GROUP)
    files = [file for folder in (tmp_path, REPOSITORY) for file in discover(folder)[0].files]
    files += [file for name in provider_names() if (file := provider_file(name))]
    assert [file.path for file in files if parse_fast(file, file.content.decode()) is NOT_FAST] == []
    assert {file.kind for file in files} == set(Kind)
    assert len(files) > 140
