"""Stray creation rules of SOPS are reported: sops uses them if it is run by hand beside them."""

import json
from pathlib import Path

import pytest

from support.cli import Program
from support.git import committed, start
from support.sops import recipient

RULES = f"creation_rules:\n  - age: {recipient('second')}\n"
PLACES = ("configs/.sops.yaml", "configs/branches/.sops.yaml", "configs/.SOPS.yml", ".sops.yml")


def strays(program: Program, *arguments: str) -> list[str]:
    result = program("validate", "--format", "json", *arguments)
    found = json.loads(result.out)["findings"]
    assert result.code == any(each["severity"] == "error" for each in found)
    return [each["location"]["file"] for each in found if each["code"] == "OG119"]


@pytest.mark.parametrize("path", PLACES)
def test_stray_creation_rules_are_errors(path: str, sample: Path, program: Program) -> None:
    start(sample.parent)
    assert strays(program) == []
    (sample / path).write_text(RULES)
    assert strays(program) == [path]
    committed(sample.parent)
    assert strays(program, "--base", "HEAD") == [path]


@pytest.mark.parametrize("path", PLACES)
def test_stray_creation_rules_invalidate_the_cache(path: str, sample: Path, program: Program) -> None:
    start(sample.parent)
    assert [program("validate").code, program("validate").code] == [0, 0]
    (sample / path).write_text(RULES)
    assert program("validate").code == 1


def test_outer_rules_alone_count(sample: Path, program: Program) -> None:
    start(sample.parent)
    (sample / ".sops.yaml").rename(sample.parent / ".sops.yaml")
    assert strays(program) == []


def test_outer_rules_above_the_used_ones_have_no_finding(sample: Path, program: Program) -> None:
    start(sample.parent)
    (sample.parent / ".sops.yaml").write_text(RULES)
    assert strays(program) == []
    assert [program("validate").code, program("validate").code] == [0, 0]


def test_outer_rules_without_a_repository_have_no_finding(sample: Path, program: Program) -> None:
    (sample.parent / ".sops.yaml").write_text(RULES)
    assert strays(program) == []
