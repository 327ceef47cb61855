"""Names that somebody may have meant."""

import pytest

from oauthgit.discover.catalogue import provider_names
from oauthgit.model.formats.suggest import ask_if_meant, suggest

ENVIRONMENTS = ("development", "test", "acceptance", "production")
TARGETS = ("insights-prod", "insights-acc", "warehouse-prod")


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("prod", ENVIRONMENTS, ["production"]),
        ("PRD", ENVIRONMENTS, ["production"]),
        ("dev", ENVIRONMENTS, ["development"]),
        ("acc", ENVIRONMENTS, ["acceptance"]),
        ("staging", ENVIRONMENTS, ["acceptance"]),
        ("tst", ENVIRONMENTS, ["test"]),
        ("prodction", ENVIRONMENTS, ["production"]),
        ("elsewhere", ENVIRONMENTS, []),
        ("prod", ("prod", "production"), ["production"]),
        ("main", ("MAIN", "MAINTENANCE"), ["MAIN"]),
        ("Exact Online", provider_names(), ["exact_online"]),
        ("exactonline", provider_names(), ["exact_online"]),
        ("entra", provider_names(), ["microsoft_entra"]),
        ("salesfroce", provider_names(), ["salesforce"]),
        ("acc", TARGETS, ["insights-acc"]),
        ("prod", TARGETS, []),
        ("", TARGETS, []),
    ],
)
def test_meant_name_is_suggested(name: str, names: tuple[str, ...], expected: list[str]) -> None:
    assert suggest(name, names) == expected


def test_several_names_with_a_part_are_suggested_if_asked() -> None:
    assert suggest("prod", TARGETS, most=3) == ["insights-prod", "warehouse-prod"]
    assert suggest("prod", TARGETS, most=3, by_part=False) == []
    assert ask_if_meant(suggest("prod", TARGETS, most=3), "'") == "; did you mean 'insights-prod' or 'warehouse-prod'?"


def test_many_names_are_not_compared_letter_by_letter() -> None:
    names = [f"branch-{number}" for number in range(5_000)]
    assert suggest("branch-4999x", names) == []
    assert suggest("BRANCH-4999", names) == ["branch-4999"]
