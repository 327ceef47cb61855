"""Inlay hints: what becomes of a value, and what it replaces."""

from pathlib import Path

import pytest
from lsprotocol import types

from support.editor import Buffer, Editor

pytestmark = pytest.mark.asyncio

PRODUCTION = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"


async def hints(buffer: Buffer, first: int = 0, last: int = 1000) -> dict[str, str]:
    """Return the hints by the line that they are behind."""
    around = types.Range(types.Position(first, 0), types.Position(last, 0))
    params = types.InlayHintParams(buffer.document, around)
    found = await buffer.editor.client.text_document_inlay_hint_async(params)
    lines = buffer.text.split("\n")
    shown = {}
    for hint in found or ():
        line = lines[hint.position.line]
        end = len(line[: hint.position.character])
        assert not line[end:].strip().rstrip("}").partition("#")[0].strip(), "the hint is behind the value"
        assert isinstance(hint.label, str)
        shown[line.strip()] = hint.label
    return shown


async def test_value_of_branch_counts_its_overrides(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    found = await hints(buffer)
    assert found["client_id: insights-development"] == "overridden in 4 of 6"
    assert "scopes: [ledger.read, ledger.write, report.publish]" not in found, "nobody overrides them"
    buffer.close()


async def test_override_shows_what_it_replaces(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    found = await hints(buffer)
    assert found["client_id: insights-production"] == "replaces insights-development"
    line = buffer.position("client_id: insights-production").line
    assert (await hints(buffer, line, line)).keys() == {"client_id: insights-production"}
    buffer.close()


async def test_secrets_are_replaced_without_their_values(editor: Editor, sample: Path) -> None:
    branch, buffer = editor.open(sample / BRANCH), editor.open(sample / PRODUCTION)
    branch.change(f"{branch.text}\n  other:\n    client_secret: {{from_env: ONE_SECRET}}\n    client_id: x\n")
    buffer.change(f"{buffer.text}\n  other:\n    client_secret: {{from_env: TWO_SECRET}}\n    client_id: null\n")
    found = await hints(buffer)
    assert found["client_secret: {from_env: TWO_SECRET}"] == "replaces another secret"
    branch.close()
    buffer.close()


async def test_reset_is_named_as_such(editor: Editor, sample: Path) -> None:
    feature, buffer = (
        editor.open(sample / "configs/branches/INSIGHTS/FEATURE_TAX.yaml"),
        editor.open(sample / "configs/runtime_configurations/INSIGHTS/FEATURE_TAX/dev.yaml"),
    )
    feature.change(f"{feature.text.rstrip()}\n  hub:\n    scopes: null\n")
    buffer.change("\n".join((*buffer.text.rstrip().split("\n"), "  hub:", "    scopes: [a]", "")))
    assert (await hints(buffer))["scopes: [a]"] == "replaces a reset"
    feature.close()
    buffer.close()


async def test_default_below_a_reset_is_no_override(editor: Editor, sample: Path) -> None:
    branch, buffer = editor.open(sample / BRANCH), editor.open(sample / PRODUCTION)
    branch.replace("scopes: [ledger.read, ledger.write, report.publish]", "scopes: null")
    assert "scopes: null" not in await hints(branch)
    buffer.replace("    client_id: insights-production", "    client_id: insights-production\n    scopes: null")
    assert (await hints(branch))["scopes: null"] == "overridden in 1 of 6"
    branch.close()
    buffer.close()


async def test_other_files_have_no_hints(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / "configs/oauthgit.yaml")
    assert await hints(buffer) == {}
    buffer.close()
