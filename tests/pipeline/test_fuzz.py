"""Inputs that no editor would write: no unexpected exception, no crashing rule, limited time; see support/fuzz.py."""

import random

import pytest

from oauthgit.discover import discover
from support.fuzz import Round, mutate, run
from support.paths import REPOSITORY
from support.yaml_inputs import INPUTS

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

BASE, _ = discover(REPOSITORY)
_SHARED = (".sops.yaml", "configs/oauthgit.yaml", ".github/workflows/release.yml")
_MODEL = ("branches/INSIGHTS/", "runtime_configurations/INSIGHTS/FEATURE_TAX/", "iam_applications/insights-prod.")
CHAIN = BASE._replace(
    files=tuple(
        file for file in BASE.files if file.path in _SHARED or file.path.removeprefix("configs/").startswith(_MODEL)
    )
)
"""Each kind of file, and a target on two branches: a round with it takes a quarter of the time."""


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("place", ["branch", "policy", "secrets", "sops_rules"])
def test_every_category_of_yaml_is_read_or_refused(name: str, place: str) -> None:
    content = INPUTS[name].encode("utf-8", "surrogatepass")
    number = next(number for number, file in enumerate(CHAIN.files) if file.kind == place)
    files = list(CHAIN.files)
    files[number] = files[number]._replace(content=content)
    run(Round(CHAIN._replace(files=tuple(files)), name))


@pytest.mark.parametrize("seed", range(0, 160, 20))
def test_mutated_files_cause_no_exception(seed: int) -> None:
    for number in range(seed, seed + 20):
        run(mutate(random.Random(number), CHAIN if seed else BASE))  # noqa: S311 - chance, not secrecy


def test_files_of_these_tests_are_of_every_kind() -> None:
    assert {file.kind for file in CHAIN.files} == {file.kind for file in BASE.files}
