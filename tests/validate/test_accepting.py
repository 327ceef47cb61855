"""The quick check of a schema against ``jsonschema``: it says yes to nothing that the other refuses, and to all that is sound."""

import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from oauthgit.discover import discover, provider_file, provider_names
from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.model.settings import SecretReference
from oauthgit.model.workspace import FOREIGN, Kind
from oauthgit.parse import parse
from oauthgit.pipeline import load
from oauthgit.validate.accepting import accepts

ROOT = Path(__file__).parents[2]
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
    "\uff12\uff10\uff12\uff17-06-30",
    CIPHERTEXT,
    "a\n",
    "age",
]
WORDS += ["authorization_code", "client_credentials", "login", "off", "production", "branch", "policy", "secrets"]


def sound() -> list[tuple[str, Any]]:
    """Return every document of the sample and the catalogue, and every server that the sample runs with."""
    files = [file for file in discover(ROOT)[0].files if file.kind not in FOREIGN]
    files += [file for file in map(provider_file, provider_names()) if file]
    documents = [parse(file)[0] for file in files]
    found = [(document.kind.value, document.data) for document in documents if document]
    servers = [server for target in load(ROOT).targets for server in target.servers.values()]
    bare = [{name: value for name, value in server.items() if name != "client_secret"} for server in servers]
    return found + [(EFFECTIVE, server) for server in bare]


SOUND = sound()
SCALARS = st.none() | st.booleans() | st.integers(-5, 4000) | st.sampled_from(WORDS) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner),
    max_leaves=6,
)


def is_valid(name: str, data: Any) -> bool:
    return bool(Draft202012Validator(schema(name), format_checker=FormatChecker(["date"])).is_valid(data))


def places(data: Any) -> list[tuple[Any, Any]]:
    """Return every (holder, key) below ``data``."""
    found: list[tuple[Any, Any]] = []
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        found += [(data, key), *places(data[key])]
    return found


def known_keys(of: Any) -> list[str]:
    if isinstance(of, list):
        return [key for each in of for key in known_keys(each)]
    if not isinstance(of, dict):
        return []
    return [*of.get("properties", {}), *(key for each in of.values() for key in known_keys(each))]


def bent(data: Any, name: str, value: Any, chance: random.Random) -> Any:
    """Return a copy with one place changed: another value, a key more, a key less, or an item twice."""
    data = deepcopy(data)
    holder, key = chance.choice(places(data))
    what = chance.randrange(4)
    if what == 0:
        del holder[key]
    elif what == 1 and isinstance(holder, dict):
        holder[chance.choice([*known_keys(schema(name)), *WORDS])] = value
    elif what == 2 and isinstance(holder, list):
        holder.append(holder[key])
    else:
        holder[key] = value
    return data


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_sound_is_accepted(name: str) -> None:
    """If this fails, a schema uses a keyword that the quick check does not know, and every file pays for it."""
    documents = [data for kind, data in SOUND if kind == name]
    assert documents
    assert all(accepts(name)(data) for data in documents)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150, deadline=None)
@given(value=VALUES, seed=st.integers(0, 2**32))
def test_bent_documents_are_judged_alike(name: str, value: Any, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    data = chance.choice([data for kind, data in SOUND if kind == name])
    for _ in range(chance.randrange(1, 4)):
        data = bent(data, name, value, chance) if places(data) else value
    assert accepts(name)(data) == is_valid(name, data)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50, deadline=None)
@given(value=VALUES)
def test_any_data_is_judged_alike(name: str, value: Any) -> None:
    assert accepts(name)(value) == is_valid(name, value)


def test_what_the_parser_never_makes_is_not_accepted() -> None:
    assert not accepts(EFFECTIVE)(
        {"client_id": 1.0, "grant_types": ["client_credentials"], "token_endpoint": "https://a"}
    )
    assert not accepts(EFFECTIVE)({"scopes": SecretReference("plain", "", "")})
