"""Valid documents of every kind with a schema, and random mutations of them."""

import random
from copy import deepcopy
from functools import cache
from typing import Any

from oauthgit.discover import discover
from oauthgit.discover.catalogue import provider_file, provider_names
from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.model.workspace import FOREIGN, Kind
from oauthgit.parse import parse
from oauthgit.pipeline import load
from support.paths import REPOSITORY

NAMES = [kind.value for kind in Kind if kind not in FOREIGN] + [EFFECTIVE]
CIPHERTEXT = "ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]"
WORDS = [
    "",
    "a",
    "kind",
    "x" * 3000,
    "2027-06-30",
    "2027-02-30",
    "2027-6-30",
    "2027-W01-1",
    "\uff12\uff10\uff12\uff17-06-30",
    CIPHERTEXT,
    "a\n",
    "age",
]
WORDS += ["authorization_code", "client_credentials", "login", "off", "production", "branch", "policy", "secrets"]
ODD_KEYS = [
    "",
    "~",
    "a/b",
    "0",
    "client-id",
    "Client_Id",
    "OG999",
    "og101",
    "é",
    "x" * 80,
    " kind",
    "scope",
    "\U0001f600",
]
SCALARS = [None, True, False, 0, 1, -5, 4000, 10**18, *WORDS]


@cache
def valid_documents() -> tuple[tuple[str, Any], ...]:
    """Return every document of the sample and the catalogue, and every effective server of the sample."""
    files = [file for file in discover(REPOSITORY)[0].files if file.kind not in FOREIGN]
    files += [file for file in map(provider_file, provider_names()) if file]
    documents = [parse(file)[0] for file in files]
    found = [(document.kind.value, document.data) for document in documents if document]
    servers = [server for target in load(REPOSITORY).resolve().targets for server in target.servers.values()]
    bare = [{name: value for name, value in server.items() if name != "client_secret"} for server in servers]
    return (*found, *((EFFECTIVE, server) for server in bare))


def valid_documents_of(name: str) -> list[Any]:
    return [data for kind, data in valid_documents() if kind == name]


def places(data: Any) -> list[tuple[Any, Any]]:
    """Return every (holder, key) below ``data``."""
    found: list[tuple[Any, Any]] = []
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        found += [(data, key), *places(data[key])]
    return found


@cache
def known_keys(name: str) -> tuple[str, ...]:
    return tuple(_keys(schema(name)))


def _keys(of: Any) -> list[str]:
    if isinstance(of, list):
        return [key for each in of for key in _keys(each)]
    if not isinstance(of, dict):
        return []
    return [*of.get("properties", {}), *(key for each in of.values() for key in _keys(each))]


def random_data(chance: random.Random, name: str, depth: int = 3) -> Any:
    """Return random data of the parser's types."""
    what = chance.random()
    if not depth or what < 0.6:
        return chance.choice(SCALARS)
    items = [random_data(chance, name, depth - 1) for _ in range(chance.randrange(4))]
    if what < 0.8:
        return [*items, *items[: chance.randrange(2)]]
    return {key_of(chance, name): item for item in items}


def key_of(chance: random.Random, name: str) -> str:
    """Return a random key: one of the schema, a near miss, or an odd one."""
    key = chance.choice([*known_keys(name), *ODD_KEYS])
    at = chance.randrange(len(key) + 1)
    return key[:at] + key[at + 1 :] if chance.randrange(3) == 0 else key


def mutate(data: Any, name: str, value: Any, chance: random.Random) -> Any:
    """Return a copy with one random change: another value, a key added or removed, or an item added or repeated."""
    data = deepcopy(data)
    if not places(data):
        return value
    holder, key = chance.choice(places(data))
    what = chance.randrange(5)
    if what == 0:
        del holder[key]
    elif what == 1 and isinstance(holder, dict):
        holder[key_of(chance, name)] = value
    elif what == 2 and isinstance(holder, dict):
        holder[key_of(chance, name)] = holder.pop(key)
    elif what == 3 and isinstance(holder, list):
        holder.append(chance.choice([value, holder[key]]))
    else:
        holder[key] = value
    return data
