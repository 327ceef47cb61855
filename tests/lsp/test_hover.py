"""Hover: what the targets make of a line, and what the platform and the catalogue know of it."""

from pathlib import Path

import pytest

from support.editor import Editor

pytestmark = pytest.mark.asyncio

PRODUCTION = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"


async def test_setting_has_its_value_in_every_target(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    text = await buffer.hover("client_id: insights-development", 3)
    assert (
        "- `insights-production` from `configs/iam_applications/insights-prod.yaml:21:16`, which hides this line"
        in text
    )
    assert ": `iam_application/insights-prod`" in text
    assert "- `insights-development` from this file: `runtime_configuration/INSIGHTS/FEATURE_TAX/dev`" in text
    assert await buffer.hover("insights-development", 3) == text
    buffer.close()


async def test_hover_follows_unsaved_text_of_other_files(editor: Editor, sample: Path) -> None:
    application, branch = editor.open(sample / PRODUCTION), editor.open(sample / BRANCH)
    application.replace("client_id: insights-production", "client_id: insights-tomorrow")
    assert "- `insights-tomorrow` from `configs/iam_applications/insights-prod" in await branch.hover(
        "client_id: insights"
    )
    application.close()
    branch.close()


async def test_setting_has_label_description_and_default(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    text = await buffer.hover("request_refresh_token: true}\n\n  google", 3)
    assert text.startswith(
        "**`user_login.request_refresh_token`** (Request refresh token on the platform's screen)\n\n"
    )
    assert "so that the user need not log in again" in text
    assert "Default: `false`." in text
    buffer.close()


async def test_item_of_a_list_is_described_as_the_list(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    assert "`ledger.read ledger.write report.publish` from this file" in await buffer.hover("ledger.write")
    buffer.close()


async def test_reset_setting_has_no_value(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("    client_id: insights-production", "    client_id: insights-production\n    scopes: null")
    assert "- `(empty)` from default, because this line is a reset" in await buffer.hover("scopes: null")
    buffer.replace("scopes: null", "revocation_endpoint: null")
    buffer.replace("    revocation_endpoint: https://login.insights.example.com/oauth/revoke\n", "")
    assert "- no value (reset) from this file" in await buffer.hover("revocation_endpoint: null")
    buffer.close()


async def test_reset_above_hides_the_line(editor: Editor, sample: Path) -> None:
    application, branch = editor.open(sample / PRODUCTION), editor.open(sample / BRANCH)
    application.replace("    client_id: insights-production", "    client_id: insights-production\n    scopes: null")
    text = await branch.hover("scopes: [ledger.read")
    assert f"- `(empty)` from default, because `{PRODUCTION}:22:13` is a reset that hides this line: `iam_" in text
    application.close()
    branch.close()


async def test_line_without_targets_has_its_own_value(editor: Editor, sample: Path) -> None:
    path = sample / "configs/branches/INSIGHTS/ALONE.yaml"
    text = "kind: branch\nmodel: INSIGHTS\nbranch: ALONE\norigin: MAIN\noauth_servers:\n  hub:\n    client_id: x1\n"
    buffer = editor.open(path, text)
    assert "No target uses this line. Here the value is `x1`." in await buffer.hover("client_id: x1")
    buffer.close()


async def test_provider_has_the_facts_of_the_catalogue(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    text = await buffer.hover("provider: google", len("provider: goo"))
    assert text.startswith("# Google (`google`)")
    assert "https://oauth2.googleapis.com/token" in text
    buffer.replace("provider: google", "provider: gogle")
    assert await buffer.hover("provider: gogle", len("provider: goo")) == ""
    buffer.close()


async def test_code_in_comment_or_policy_has_its_page(editor: Editor, sample: Path) -> None:
    policy = editor.open(sample / "configs/oauthgit.yaml")
    assert (await policy.hover("OG604: off", 2)).startswith("# OG604 ")
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace(
        "client_id: insights-production", "client_id: insights-production # oauthgit: ignore[OG401, OG301] x"
    )
    assert (await buffer.hover("OG301] x", 2)).startswith("# OG301 dead-override")
    assert (await buffer.hover("OG401, ", 0)).startswith("# OG401 ")
    buffer.replace("OG301] x", "OG999] x")
    assert await buffer.hover("OG999] x", 2) == ""
    policy.close()
    buffer.close()


async def test_secret_is_described_and_never_shown(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    buffer.change(f"{buffer.text}\n  other:\n    client_secret: S3cr3tCanary1\n")
    text = await buffer.hover("client_secret: S3", 3)
    assert "plain text (a finding)" in text
    assert "S3cr3tCanary1" not in text
    buffer.replace("client_secret: S3cr3tCanary1", "client_secret: {from_env: HUB_SECRET}")
    assert "from environment variable HUB_SECRET" in await buffer.hover("client_secret: {", 3)
    buffer.close()


async def test_broken_file_has_no_description(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    buffer.replace("oauth_servers:", "oauth_servers: [")
    assert await buffer.hover("client_id: insights-development") == ""
    buffer.close()
