"""All generated files are up to date; ``pytest --update`` rewrites them."""

from pathlib import Path

import jsonschema
import pytest

from oauthgit.cli.arguments import COMMANDS, build
from oauthgit.model.schema import NAMES, schema
from oauthgit.reference import commands, kits, policy, providers, rules, schemas
from support.golden import Golden
from support.paths import REPOSITORY

GENERATED: dict[Path, str] = {
    **{REPOSITORY / "schema" / name: text for name, text in schemas.schemas().items()},
    **{REPOSITORY / "docs/rules" / name: text for name, text in rules.pages().items()},
    **{REPOSITORY / "docs/providers" / name: text for name, text in providers.pages().items()},
    **{REPOSITORY / name: text for name, text in kits.kits().items()},
    REPOSITORY / "docs/policy.md": policy.page(),
    REPOSITORY / "oauthgit/providers/hosts.json": providers.hosts(),
}


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_generated_file_is_up_to_date(path: Path, golden: Golden) -> None:
    golden(path, GENERATED[path])


def test_command_line_page_is_up_to_date(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    golden(REPOSITORY / "docs/cli.md", commands.page(build, COMMANDS))


@pytest.mark.parametrize("folder", ["docs/rules", "docs/providers"])
def test_no_outdated_page_remains(folder: str) -> None:
    assert set((REPOSITORY / folder).iterdir()) <= set(GENERATED)


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_valid_and_self_contained(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    if name != "report":
        assert "$ref" not in str(schema(name))
    assert schema(name)["title"]
    assert schema(name)["description"]


def test_every_setting_of_a_layer_has_a_description() -> None:
    servers = schema("iam_application")["properties"]["oauth_servers"]["additionalProperties"]
    for name, setting in servers["properties"].items():
        assert len(setting["description"].split()) > 3, name
        assert setting["examples"], name
        assert "null" in setting["type"] or name == "user_login", name
    assert "required" not in servers
