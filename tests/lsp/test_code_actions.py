"""Code actions: edits that were tried, for findings and for settings that all targets share."""

from pathlib import Path

import pytest
from lsprotocol import types

from oauthgit.model.workspace import TARGETS
from oauthgit.pipeline import load
from support.editor import Buffer, Editor

pytestmark = pytest.mark.asyncio

PRODUCTION = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"


def edits_of(action: types.CodeAction) -> dict[str, types.TextDocumentEdit]:
    """Return the edits of an action by URI."""
    assert action.edit is not None
    changes = action.edit.document_changes or ()
    return {each.text_document.uri: each for each in changes if isinstance(each, types.TextDocumentEdit)}


def applied(buffer: Buffer, action: types.CodeAction) -> str:
    return buffer.apply(edits_of(action)[buffer.uri].edits)


def targets(root: Path) -> dict[str, object]:
    return {each.target: each.servers for each in load(root).resolve().targets if each.kind in TARGETS}


async def test_safe_fix_is_preferred_and_unsafe_one_is_a_guess(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("client_id: insights-production", 'client_idd: insights-production\n    require_pkce: "true"')
    await buffer.codes("OG201", "OG202")
    safe = (await buffer.actions('require_pkce: "', types.CodeActionKind.QuickFix))["Fix OG202 wrong-type"]
    assert safe.is_preferred
    assert "\n    require_pkce: true\n" in applied(buffer, safe)
    assert edits_of(safe)[buffer.uri].text_document.version == 2
    guess = (await buffer.actions("client_idd"))["Fix OG201 unknown-key (review it: a guess)"]
    assert not guess.is_preferred
    assert "\n    client_id: insights-production\n" in applied(buffer, guess)
    (finding,) = guess.diagnostics or ()
    assert finding.code == "OG201"
    buffer.close()


async def test_fix_with_other_effects_is_not_offered(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    wrong = "scoops: [a]\n    scopes: [b]"
    buffer.replace("    client_id: insights-production", f"    client_id: insights-production\n    {wrong}")
    await buffer.diagnostics(lambda found: "OG201" in {each.code for each in found})
    assert not [title for title in await buffer.actions("scoops") if title.startswith("Fix")]
    buffer.close()


async def test_suppression_works_once_it_has_a_reason(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("client_id: insights-production", "client_id: insights-development")
    await buffer.codes("OG301")
    offered = await buffer.actions("client_id: insights-dev")
    buffer.change(applied(buffer, offered["Suppress OG301 dead-override here, with a reason"]))
    assert {each.code for each in await buffer.diagnostics(lambda found: len(found) > 1)} == {"OG301", "OG003"}
    buffer.replace("ignore[OG301] ", "ignore[OG301] the hub has one client")
    await buffer.codes()
    buffer.close()


async def test_suppression_that_would_not_work_is_not_offered(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("kind: iam_application", "kind: iam_aplication")
    await buffer.codes("OG204")
    assert not [title for title in await buffer.actions("kind: iam") if title.startswith("Suppress")]
    buffer.close()


async def test_setting_on_which_targets_agree_moves_to_branch(editor: Editor, sample: Path) -> None:
    names = ("insights-acc", "insights-prod", "insights-test")
    configurations = ("FEATURE_TAX/dev", "MAIN/dev", "MAIN/test")
    paths = [sample / f"configs/iam_applications/{name}.yaml" for name in names]
    paths += [sample / f"configs/runtime_configurations/INSIGHTS/{name}.yaml" for name in configurations]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        lacking = text if "\n  hub:" in text else f"{text}  hub:\n"
        path.write_text(lacking.replace("\n  hub:\n", "\n  hub:\n    scopes: [ledger.read]\n"), encoding="utf-8")
    before = targets(sample)
    buffer = editor.open(sample / PRODUCTION)
    offered = await buffer.actions("scopes: [ledger.read]", types.CodeActionKind.RefactorMove)
    (action,) = offered.values()
    assert action.title == f"Move scopes to the branch ({BRANCH}): all 6 targets agree"
    edits = edits_of(action)
    assert edits.keys() == {path.as_uri() for path in (*paths, sample / BRANCH)}
    for uri, edit in edits.items():
        path = Path(uri.removeprefix("file://"))
        path.write_text(editor.open(path).apply(edit.edits), encoding="utf-8")
    assert targets(sample) == before
    assert "scopes" not in (sample / PRODUCTION).read_text(encoding="utf-8")
    assert load(sample).findings == ()


async def test_setting_on_which_targets_differ_does_not_move(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    assert await buffer.actions("client_id: insights-production", types.CodeActionKind.Refactor) == {}
    branch = editor.open(sample / BRANCH)
    assert await branch.actions("client_id: insights-dev", types.CodeActionKind.Refactor) == {}
    buffer.close()
    branch.close()


async def test_all_safe_fixes_are_one_action_if_asked_for(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("client_id: insights-production", 'client_idd: insights-production\n    require_pkce: "true"')
    assert "Apply all safe fixes of oauthgit to this file" not in await buffer.actions("kind: iam")
    offered = await buffer.actions("kind: iam", "source.fixAll")
    text = applied(buffer, offered["Apply all safe fixes of oauthgit to this file"])
    assert "require_pkce" not in text, "as text it is wrong, and then it equals the default"
    assert "client_idd" in text, "its fix is not safe"
    buffer.close()
