"""Diagnostics: all of ``validate`` on unsaved text, where the editor shows it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.request import url2pathname

import pytest
from lsprotocol import types

from oauthgit import rules
from oauthgit.lsp.session import Session
from support.editor import Editor

PRODUCTION = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"


@pytest.mark.asyncio
async def test_unsaved_mistake_is_found_at_its_place(editor: Editor, sample: Path) -> None:
    saved = (sample / PRODUCTION).read_bytes()
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("client_id: insights-production", "client_idd: insights-production")
    (found,) = await buffer.codes("OG201")
    assert buffer.at(found.range) == "client_idd"
    assert found.message.startswith('"client_idd" is not a setting; did you mean "client_id"?')
    assert "\nWrite client_id." in found.message
    assert (found.severity, found.source) == (types.DiagnosticSeverity.Error, "oauthgit")
    buffer.replace("client_idd", "client_id")
    await buffer.codes()
    assert (sample / PRODUCTION).read_bytes() == saved


@pytest.mark.asyncio
async def test_code_links_to_the_page_of_its_rule(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("kind: iam_application", "kind: iam_aplication")
    (found,) = await buffer.codes("OG204")
    assert found.code_description is not None
    page = Path(url2pathname(found.code_description.href.removeprefix("file://")))
    assert page.read_text(encoding="utf-8").startswith("# OG204")
    buffer.close()


@pytest.mark.asyncio
async def test_dead_override_is_shown_as_unnecessary(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("client_id: insights-production", "client_id: insights-development")
    (found,) = await buffer.codes("OG301")
    assert found.tags == (types.DiagnosticTag.Unnecessary,)
    assert found.severity is types.DiagnosticSeverity.Error, "as the policy of the sample grades it in production"
    (inherited,) = found.related_information or ()
    assert inherited.location.uri == (sample / BRANCH).as_uri()
    buffer.close()


@pytest.mark.asyncio
async def test_change_of_branch_marks_the_broken_application(editor: Editor, sample: Path) -> None:
    application = (sample / PRODUCTION).as_uri()
    buffer = editor.open(sample / BRANCH)
    await buffer.codes()
    buffer.replace("client_id: insights-development", "client_id: insights-production")
    found = await editor.diagnostics(application, bool)
    assert [each.code for each in found] == ["OG301"]
    buffer.replace("client_id: insights-production", "client_id: insights-development")
    await editor.diagnostics(application, lambda found: not found)


@pytest.mark.asyncio
async def test_closed_buffer_no_longer_counts(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("kind: iam_application", "kind: nothing")
    await buffer.codes("OG204")
    buffer.close()
    await buffer.codes()


@pytest.mark.asyncio
async def test_suppressed_finding_is_not_shown(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    wrong = "client_id: insights-development"
    buffer.replace("client_id: insights-production", wrong)
    await buffer.codes("OG301")
    buffer.replace(wrong, f"{wrong} # oauthgit: ignore[OG301] the hub has one client")
    await buffer.codes()
    buffer.close()


@pytest.mark.asyncio
async def test_unsaved_new_file_is_part_of_its_project(editor: Editor, sample: Path) -> None:
    path = sample / "configs/iam_applications/insights-new.yaml"
    buffer = editor.open(path, "kind: iam_application\napplication: other\n")
    found = await buffer.diagnostics(bool)
    assert "OG307" in {each.code for each in found}
    assert not path.exists()
    buffer.close()
    await buffer.codes()


@pytest.mark.asyncio
async def test_policy_grades_unsaved(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("client_id: insights-production", "client_id: insights-development")
    await buffer.codes("OG301")
    policy = editor.open(sample / "configs/oauthgit.yaml")
    policy.replace("{production: error, default: warning}", "warning")
    await buffer.diagnostics(lambda found: [each.severity for each in found] == [2])
    policy.replace("OG301: warning", "OG301: off")
    await buffer.codes()
    policy.close()
    await buffer.codes("OG301")
    buffer.close()


@pytest.mark.asyncio
async def test_file_outside_of_projects_has_no_diagnostics(editor: Editor, tmp_path: Path, sample: Path) -> None:
    (tmp_path / "notes.yaml").write_text("a: [\n")
    other = editor.open(tmp_path / "notes.yaml")
    readme = editor.open(sample / "README.yaml", "a: [\n")
    assert await other.hover("a") == ""
    assert await readme.hover("a") == ""
    assert other.uri not in editor.client.diagnostics
    assert readme.uri not in editor.client.diagnostics


@pytest.mark.asyncio
async def test_secret_in_plain_text_is_found_and_not_repeated(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("client_id: insights-production", "client_id: insights-production\n    client_secret: S3cr3tCanary1")
    found = await buffer.diagnostics(bool)
    assert "OG501" in {each.code for each in found}
    assert "S3cr3tCanary1" not in str(editor.client.diagnostics)
    buffer.close()


@pytest.mark.asyncio
async def test_burst_of_changes_is_checked_once(editor: Editor, sample: Path) -> None:
    """Results of older texts are dropped, and no change in between is published."""
    buffer = editor.open(sample / PRODUCTION)
    await buffer.codes()
    published: list[object] = []
    editor.on_publish = lambda params: published.append(params.version) if params.uri == buffer.uri else None
    for number in range(50):
        buffer.replace("client_id: insights-production", f"client_idd: x{number}\n    client_id: insights-production")
    await buffer.diagnostics(bool)
    editor.on_publish = None
    assert published == [51]
    buffer.close()


def test_crash_of_a_rule_is_a_finding(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> Iterator[str]:
        raise ValueError("S3cr3tCanary1")

    rule = rules.load("OG401")
    monkeypatch.setattr(
        "oauthgit.rules.og401_endpoint_not_https.endpoint_not_https", rule._replace(check_setting=crash)
    )
    rules.load.cache_clear()
    session = Session("")
    assert session.add_folder(str(sample)) == str(sample)
    found = session.check(session.inputs(str(sample))).project.findings
    rules.load.cache_clear()
    assert {finding.code for finding in found} == {"OG002"}
    assert "S3cr3tCanary1" not in str(found)
