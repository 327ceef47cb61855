"""Definition and references: from an override to what it overrides, and back."""

from pathlib import Path

import pytest
from lsprotocol import types

from support.editor import Buffer, Editor

pytestmark = pytest.mark.asyncio

PRODUCTION = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"
FEATURE = "configs/branches/INSIGHTS/FEATURE_TAX.yaml"


async def definition(buffer: Buffer, snippet: str, offset: int = 0) -> tuple[str, int] | None:
    params = types.DefinitionParams(buffer.document, buffer.position(snippet, offset))
    found = await buffer.editor.client.text_document_definition_async(params)
    assert found is None or isinstance(found, types.Location)
    return (found.uri, found.range.start.line) if found else None


async def references(buffer: Buffer, snippet: str) -> list[tuple[str, int]]:
    context = types.ReferenceContext(include_declaration=False)
    params = types.ReferenceParams(context, buffer.document, buffer.position(snippet))
    found = await buffer.editor.client.text_document_references_async(params)
    return [(each.uri.rpartition("/configs/")[2], each.range.start.line) for each in found or ()]


def line_of(path: Path, snippet: str) -> int:
    text = path.read_text(encoding="utf-8")
    return text.count("\n", 0, text.index(snippet))


async def test_override_leads_to_the_overridden_value(editor: Editor, sample: Path) -> None:
    buffer, branch = editor.open(sample / PRODUCTION), sample / BRANCH
    expected = branch.as_uri(), line_of(branch, "client_id: insights-development")
    assert await definition(buffer, "client_id: insights-production", 3) == expected
    assert await definition(buffer, "insights-production\n", 3) == expected
    assert await definition(buffer, "\n  hub:", 4) == (branch.as_uri(), line_of(branch, "\n  hub:") + 1)
    buffer.close()


@pytest.mark.parametrize(
    ("file", "snippet", "led_to"),
    [
        (PRODUCTION, "branch: MAIN", BRANCH),
        (PRODUCTION, "model: INSIGHTS", BRANCH),
        (FEATURE, "origin: MAIN", BRANCH),
        ("configs/iam_applications/insights-prod.secrets.yaml", "for:", PRODUCTION),
    ],
)
async def test_named_layer_leads_to_its_file(
    file: str, snippet: str, led_to: str, editor: Editor, sample: Path
) -> None:
    buffer = editor.open(sample / file)
    assert await definition(buffer, snippet, 1) == ((sample / led_to).as_uri(), 0)
    buffer.close()


async def test_provider_leads_to_the_catalogue(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    found = await definition(buffer, "provider: google", len("provider: g"))
    assert found is not None
    assert found[0].endswith("/oauthgit/providers/google.yaml")
    buffer.replace("provider: google", "provider: gogle")
    assert await definition(buffer, "provider: gogle", len("provider: g")) is None
    buffer.close()


async def test_value_that_overrides_nothing_leads_nowhere(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    assert await definition(buffer, "client_id: insights-development") is None
    assert await definition(buffer, "kind: branch") is None
    policy = editor.open(sample / "configs/oauthgit.yaml")
    assert await definition(policy, "timeout: 20") is None
    assert await references(policy, "timeout: 20") == []
    buffer.close()
    policy.close()


async def test_value_of_branch_leads_to_overrides_and_targets(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    found = await references(buffer, "client_id: insights-development")
    production = sample / PRODUCTION
    assert ("iam_applications/insights-prod.yaml", line_of(production, "client_id: insights-production")) in found
    assert ("iam_applications/insights-prod.yaml", 1) in found, "the target itself"
    assert ("runtime_configurations/INSIGHTS/MAIN/dev.yaml", 1) in found, "a target without an override"
    assert all(not file.startswith("branches/") for file, _ in found)
    buffer.close()


async def test_name_of_branch_leads_to_its_users(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    found = {file for file, _ in await references(buffer, "branch: MAIN")}
    assert {"iam_applications/insights-prod.yaml", "runtime_configurations/INSIGHTS/FEATURE_TAX/dev.yaml"} <= found
    buffer.close()
