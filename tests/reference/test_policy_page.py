"""The page of the policy: every key has an example that is accepted, and a sentence about what it permits."""

from pathlib import Path
from typing import Any

import pytest

from oauthgit.model.schema import defaults, schema
from oauthgit.pipeline import load
from oauthgit.pipeline.operations.policy_loosened import LISTS, SINGLE
from oauthgit.reference.policy import KEYS, examples, page

TRUST = {*LISTS, *SINGLE, "env_secrets", "secrets.key_types", "smoke.control", "smoke.control_requests"}


def test_every_key_of_the_policy_is_described() -> None:
    assert list(examples()) == list(KEYS)
    text = page()
    for name, key in KEYS.items():
        assert f"\n## {name}\n" in text
        assert f"What it permits: {key.opens}\n" in text


def test_trust_settings_are_marked() -> None:
    assert {name for name, key in KEYS.items() if key.is_trust_setting} == TRUST


@pytest.mark.parametrize("name", KEYS)
def test_example_is_accepted_and_differs_from_the_default(name: str, tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/oauthgit.yaml").write_text(examples()[name])
    project = load(tmp_path)
    assert [finding for finding in project.findings if finding.code.startswith(("OG1", "OG2"))] == []
    value: Any = project.policy
    default: Any = defaults(schema("policy"))
    for part in name.split("."):
        value, default = value[part], default.get(part)
    assert value != default
