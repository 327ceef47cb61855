from pathlib import Path

import pytest

from oauthgit.report import azure, checklist, env, github, gitlab, json, junit, markdown, sarif, text, yaml
from support.golden import Golden
from support.malicious_text import REPORTS

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", REPORTS)
def test_text_is_as_in_the_golden_file(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{name}.txt", text.render(REPORTS[name]))


@pytest.mark.parametrize("name", REPORTS)
def test_json_is_as_in_the_golden_file(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{name}.json", json.render(REPORTS[name]))


@pytest.mark.parametrize("name", ["empty", "validate", "smoke"])
def test_junit_is_as_in_the_golden_file(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{name}.junit.xml", junit.render(REPORTS[name]))


@pytest.mark.parametrize("name", ["empty", "validate", "smoke", "diff", "drift", "secrets"])
def test_markdown_is_as_in_the_golden_file(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{name}.md", markdown.render(REPORTS[name]))


@pytest.mark.parametrize("name", ["empty", "validate", "smoke", "drift"])
def test_ci_formats_are_as_in_the_golden_file(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{name}.sarif", sarif.render(REPORTS[name]))
    golden(GOLDEN / f"{name}.gitlab.json", gitlab.render(REPORTS[name]))
    golden(GOLDEN / f"{name}.github.txt", github.render(REPORTS[name]))
    golden(GOLDEN / f"{name}.azure.txt", azure.render(REPORTS[name]))


def test_yaml_is_as_in_the_golden_file(golden: Golden) -> None:
    golden(GOLDEN / "effective.yaml", yaml.render(REPORTS["effective"]))


def test_env_is_as_in_the_golden_file(golden: Golden) -> None:
    golden(GOLDEN / "effective.env", env.render(REPORTS["effective"]))


@pytest.mark.parametrize("name", ["diff", "drift"])
def test_checklist_is_as_in_the_golden_file(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{name}.checklist.txt", checklist.render(REPORTS[name]))
