"""Write projects of other shapes than the usual one, with the same bytes each time.

Files are those of :mod:`corpus`; what differs is how they depend on each other, or what is wrong with them.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import corpus

SIZE: Final = 1000
"""Layers of one model, or files of several."""
SERVERS: Final = 50
DEPTH: Final = 20
_MODEL: Final = "MODEL00000"
_POLICY: Final = corpus.POLICY.replace(
    "rules:\n",
    "rules:\n  OG606: off # all environments inherit the clients of 50 servers\n",
)
_Files = Iterator[tuple[str, str]]


def write(folder: Path, shape: str, size: int = SIZE) -> int:
    """Write a folder ``configs`` of a shape and size, and return the number of layers."""
    layers = 0
    for path, text in (("oauthgit.yaml", _POLICY), *SHAPES[shape](size)):
        file = folder / "configs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        layers += not path.endswith(".secrets.yaml")
    return layers - 1


def _standard(size: int) -> _Files:
    """Yield files of models of twenty: seven of ten are layers."""
    return corpus.models(size // corpus.GROUP)


def _one_model(size: int) -> _Files:
    """Yield the layers of one model, half of them on RELEASE."""
    chance = random.Random(0)
    yield from corpus.branches(_MODEL, chance)
    yield from _targets(size - 3, chance, lambda number: ("MAIN", "RELEASE")[number % 2])


def _chains(size: int) -> _Files:
    """Yield branches in chains of twenty, each with four targets."""
    chance = random.Random(0)
    yield from list(corpus.branches(_MODEL, chance))[:2]
    names = []
    for number in range(size // 5):
        name, above = f"B{number:03}", "MAIN" if number % DEPTH == 0 else f"B{number - 1:03}"
        names.append(name)
        yield f"branches/{_MODEL}/{name}.yaml", corpus.derived_branch(_MODEL, name, above, corpus.OWN[1:3], chance)
    yield from _targets(size - size // 5 - 1, chance, lambda number: names[number % len(names)])


def _servers(size: int) -> _Files:
    """Yield the usual models; each branch MAIN defines 50 servers."""
    chance = random.Random("secrets")
    names = ("exact_online", "graph", *corpus.OWN, *(f"more{number}" for number in range(6, SERVERS)))
    for path, text in _standard(size):
        if path.endswith("/MAIN.yaml"):
            yield path, text + "".join(map(_server, range(6, SERVERS)))
        else:
            yield path, corpus.secrets(names, chance) if path.endswith("/MAIN.secrets.yaml") else text


def _warnings(size: int) -> _Files:
    """Yield the usual models; each layer has a scope twice."""
    for path, text in _standard(size):
        yield (
            path,
            text
            if path.endswith(".secrets.yaml")
            else text.replace("scopes: [crm.read,", "scopes: [crm.read, crm.read,", 1),
        )


def _broken(size: int) -> _Files:
    """Yield the usual models; each layer has a misspelt key."""
    for path, text in _standard(size):
        yield path, text.replace("client_id:", "clientid:", 1)


def _targets(count: int, chance: random.Random, branch_of: Callable[[int], str]) -> _Files:
    """Yield targets in the usual proportions, each on a branch."""
    for number in range(count):
        environment, on = corpus.ENVIRONMENTS[number % 6], branch_of(number)
        if number % 11 < 5:
            name = f"dev{number:04}"
            text = corpus.configuration(_MODEL, on, name, corpus.OWN[: 2 + number % 3], chance)
            yield f"runtime_configurations/{_MODEL}/{on}/{name}.yaml", text
        else:
            name = f"app-{environment}-{number:04}"
            yield f"iam_applications/{name}.yaml", corpus.application(_MODEL, on, name, environment, chance)
            if environment != "test":
                names = ("exact_online", "graph", *corpus.OWN)
                yield f"iam_applications/{name}.secrets.yaml", corpus.secrets(names, chance)


def _server(number: int) -> str:
    host = f"login-more{number}.example.com"
    return (
        f"  more{number}:\n    token_endpoint: https://{host}/oauth/token\n    client_id: more-{number}\n"
        f"    grant_types: [client_credentials]\n    scopes: [more.read]\n"
    )


SHAPES: Final[Mapping[str, Callable[[int], _Files]]] = {
    "standard": _standard,
    "one model": _one_model,
    "chains of 20": _chains,
    "50 servers a branch": _servers,
    "a warning each": _warnings,
    "an error each": _broken,
}
