"""Violations by ``jsonschema`` with our keywords: equal to the library's, in document order."""

import gc
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from oauthgit.model.formats.json_pointer import join
from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.validate import jsonschema_violations, validate
from oauthgit.validate.compiled import accepts, is_date
from oauthgit.validate.jsonschema_violations import list_violations
from oauthgit.validate.violation import Violation
from support.documents import document
from support.mutate_yaml import NAMES, WORDS, mutate, random_data, valid_documents_of

SOME = 500
"""Number of mutated documents of each kind."""


Listed = tuple[str, str, object, object, tuple[Any, ...]]
"""Keyword, pointer, limit, value and, for a failed union, those of each alternative."""


def listed(name: str, data: Any) -> list[Listed]:
    return _sorted(map(_plain, list_violations(name, data)))


def _plain(violation: Violation) -> Listed:
    alternatives = tuple(_sorted(map(_plain, found)) for found in violation.alternatives)
    return violation.keyword, violation.pointer, violation.limit, violation.value, alternatives


def listed_by_the_library(name: str, data: Any) -> list[Listed]:
    validator = Draft202012Validator(schema(name), format_checker=FormatChecker(["date"]))
    return _sorted(map(_of_library, validator.iter_errors(data)))


def _of_library(error: ValidationError) -> Listed:
    alternatives: dict[object, list[Listed]] = {}
    for inner in error.context or ():
        alternatives.setdefault(inner.schema_path[0], []).append(_of_library(inner))
    keyword = "propertyNames" if "propertyNames" in error.absolute_schema_path else str(error.validator)
    found = tuple(map(_sorted, alternatives.values()))
    return keyword, join(*error.absolute_path), error.validator_value, error.instance, found


def _sorted(found: Iterable[Listed]) -> list[Listed]:
    """Return violations in a fixed order; the library repeats ``required`` for each missing key."""
    return [one for _, one in sorted({repr(one): one for one in found}.items())]


@pytest.mark.parametrize("name", NAMES)
def test_mutated_documents_have_the_violations_of_jsonschema(name: str) -> None:
    chance, broken = random.Random(20261124), 0  # noqa: S311 - chance, not secrecy
    for _ in range(SOME):
        data = chance.choice(valid_documents_of(name))
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            data = mutate(data, name, random_data(chance, name), chance)
        found = listed(name, data)
        assert found == listed_by_the_library(name, data), data
        assert bool(found) != accepts(name)(data)
        broken += bool(found)
    assert broken > SOME / 2


def test_missing_settings_equal_those_of_jsonschema() -> None:
    for server in valid_documents_of(EFFECTIVE):
        for left_out in server:
            data = {name: value for name, value in server.items() if name != left_out}
            assert listed(EFFECTIVE, data) == listed_by_the_library(EFFECTIVE, data)


@pytest.mark.parametrize("text", [*WORDS, "2027-06-30\n", "20270630", "2027-181", "2027/06/30", "-027-06-30"])
def test_dates_are_valid_as_in_jsonschema(text: str) -> None:
    expected = Draft202012Validator({"format": "date"}, format_checker=FormatChecker(["date"])).is_valid(text)
    assert is_date(text) == expected


def test_repeated_items_take_linear_time() -> None:
    server = {"scopes": [item for n in range(5_000) for item in (n, f"a{n}")]}
    before = time.process_time()
    assert len(list(list_violations("branch", {"oauth_servers": {"a": server}}))) > 5_000
    assert time.process_time() - before < 5  # comparing all pairs takes a minute


def test_jsonschema_errors_are_freed_without_the_collector() -> None:
    data = {"oauth_servers": {f"s{n}": {"send_only_to": {"a": 1}, "x": 1} for n in range(100)}}
    assert len(list(list_violations("secrets", data))) > 200
    gc.collect()
    gc.disable()  # as in a run
    try:
        assert len(list(list_violations("secrets", data))) > 200
        assert gc.collect() < 100
    finally:
        gc.enable()


def test_unknown_keys_come_in_the_order_of_the_document() -> None:
    script = (
        "from oauthgit.validate.jsonschema_violations import list_violations as listed\n"
        "data = {'oauth_servers': {f's{n}': {f'k{n}': 1} for n in range(50)}}\n"
        "print(*[each.pointer for each in listed('branch', data) if each.keyword == 'additionalProperties'])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in "123"
    }
    assert printed == {" ".join(f"/oauth_servers/s{n}" for n in range(50)) + "\n"}


def test_unsupported_schema_keyword_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonschema_violations, "schema", lambda name: {**schema(name), "maxProperties": 5})
    jsonschema_violations.validator_of.cache_clear()
    text = "kind: branch\nmodel: M\nbranch: MAIN\noauth_servers: {}\nx: 1\nzz: 2\n"
    found = [finding.message for finding in validate(document("branch/MAIN", text))[1]]
    assert found == [
        '"x" is not a setting here',
        '"zz" is not a setting here',
        "the document does not meet maxProperties",
    ]
    jsonschema_violations.validator_of.cache_clear()
