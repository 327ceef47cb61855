"""The workspace: files that change outside of the editor, and folders without a project."""

import subprocess
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.conftest import serving
from support.editor import Editor

pytestmark = pytest.mark.asyncio

PRODUCTION = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"


def notify(editor: Editor, path: Path, change: types.FileChangeType) -> None:
    event = types.FileEvent(path.as_uri(), change)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


async def test_server_asks_to_watch_the_files_that_it_reads(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    assert await buffer.hover("client_id: insights-prod")
    buffer.close()
    (registered,) = editor.registered
    options = registered.register_options
    assert options is not None
    patterns = [watcher["globPattern"] for watcher in options["watchers"]]
    assert patterns == ["**/configs/**", "**/.sops.yaml", "**/.github/workflows/*"]


async def test_changes_outside_of_the_editor_are_seen(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    await buffer.codes()
    path, text = sample / PRODUCTION, (sample / PRODUCTION).read_text(encoding="utf-8")
    path.write_text(text.replace("kind: iam_application", "kind: x"), encoding="utf-8")
    notify(editor, path, types.FileChangeType.Changed)
    await editor.diagnostics(path.as_uri(), lambda found: [each.code for each in found] == ["OG204"])
    path.rename(sample / "configs/iam_applications/renamed.yaml")
    notify(editor, path, types.FileChangeType.Deleted)
    await editor.diagnostics(path.as_uri(), lambda found: not found)
    await editor.diagnostics(
        (sample / "configs/iam_applications/renamed.yaml").as_uri(),
        lambda found: "OG204" in {each.code for each in found},
    )
    buffer.close()


async def test_file_operations_of_the_editor_are_seen(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    await buffer.codes()
    branch = sample / BRANCH
    branch.rename(branch.with_name("MAINN.yaml"))
    files = [types.FileRename(branch.as_uri(), branch.with_name("MAINN.yaml").as_uri())]
    editor.client.workspace_did_rename_files(types.RenameFilesParams(files))
    await editor.diagnostics(branch.with_name("MAINN.yaml").as_uri(), bool)
    branch.with_name("MAINN.yaml").rename(branch)
    editor.client.workspace_did_create_files(types.CreateFilesParams([types.FileCreate(branch.as_uri())]))
    await buffer.codes()
    buffer.close()


async def test_save_reads_the_disk_again(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    await buffer.codes()
    (sample / "configs/notes.yaml").write_text("a: 1\n", encoding="utf-8")
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(buffer.document))
    await editor.diagnostics((sample / "configs/notes.yaml").as_uri(), bool)
    buffer.close()


async def test_folder_of_the_editor_is_checked_before_a_file_is_open(editor: Editor, sample: Path) -> None:
    path = sample / PRODUCTION
    path.write_text(path.read_text(encoding="utf-8").replace("kind: iam", "kind: x"), encoding="utf-8")
    added = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(sample.as_uri(), "sample")], [])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(added))
    await editor.diagnostics(path.as_uri(), bool)


async def test_removed_folder_has_no_diagnostics_left(editor: Editor, sample: Path) -> None:
    path, folder = sample / PRODUCTION, types.WorkspaceFolder(sample.as_uri(), "sample")
    path.write_text(path.read_text(encoding="utf-8").replace("kind: iam", "kind: x"), encoding="utf-8")
    for event in (types.WorkspaceFoldersChangeEvent([folder], []), types.WorkspaceFoldersChangeEvent([], [folder])):
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        await editor.diagnostics(path.as_uri(), lambda found, event=event: bool(found) == bool(event.added))  # type: ignore[misc]


async def test_open_file_is_checked_once_its_project_exists(editor: Editor, sample: Path) -> None:
    """A branch of git without settings is checked out, and later the one with them."""
    (sample / "configs").rename(sample / "away")
    text = (sample / "away/iam_applications/insights-prod.yaml").read_text(encoding="utf-8")
    buffer = editor.open(sample / PRODUCTION, text.replace("kind: iam", "kind: x"))
    assert await buffer.hover("application: ") == ""
    (sample / "away").rename(sample / "configs")
    notify(editor, sample / PRODUCTION, types.FileChangeType.Created)
    await buffer.codes("OG204")
    (sample / "configs").rename(sample / "away")
    notify(editor, sample / PRODUCTION, types.FileChangeType.Deleted)
    await buffer.codes()
    buffer.close()
    (sample / "away").rename(sample / "configs")
    branch = editor.open(sample / BRANCH)
    assert "`insights-production` from " in await branch.hover("client_id: insights-dev")
    assert buffer.uri not in {uri for uri, found in editor.client.diagnostics.items() if found}
    branch.close()


async def test_file_in_a_linked_folder_is_no_part_of_the_project(editor: Editor, sample: Path) -> None:
    (sample / "outside").mkdir()
    (sample / "configs/branches/LINKED").symlink_to(sample / "outside")
    buffer = editor.open(sample / "configs/branches/LINKED/MAIN.yaml", "kind: x\n")
    await editor.diagnostics((sample / "configs/branches/LINKED").as_uri(), bool)
    assert editor.client.diagnostics.get(buffer.uri, ()) == ()
    buffer.close()


async def test_two_projects_share_the_rules_above_them(editor: Editor, sample: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=sample, check=True, timeout=60)
    for name in ("one", "two"):
        (sample / name).mkdir()
        (sample / "configs").rename(sample / name / "configs") if name == "one" else None
    (sample / "two/configs").mkdir()
    (sample / "two/configs/oauthgit.yaml").write_text("kind: policy\n", encoding="utf-8")
    first, second = editor.open(sample / "one" / BRANCH), editor.open(sample / "two/configs/oauthgit.yaml")
    await first.codes()
    rules = editor.open(sample / ".sops.yaml")
    rules.change("creation_rules: [\n")
    await rules.diagnostics(lambda found: len(found) > 1)
    rules.close()
    await rules.codes("OG705")
    first.close()
    second.close()


async def test_sparse_checkout_is_reported_and_not_checked(editor: Editor, sample: Path) -> None:
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "all"],
        ["sparse-checkout", "set", "configs/branches"],
    ):
        subprocess.run(["git", *command], cwd=sample, check=True, timeout=60, capture_output=True)
    buffer = editor.open(sample / BRANCH)
    assert await buffer.hover("client_id: insights-dev") == ""
    assert "sparse" in editor.client.messages[-1].message
    buffer.close()


@pytest.mark.parametrize("setting", ["auto", "off", "on"])
async def test_schema_is_left_to_the_server_that_knows_it(setting: str, sample: Path) -> None:
    async with serving(types.PositionEncodingKind.Utf16, schema=setting) as editor:
        named = editor.open(sample / PRODUCTION)
        unnamed = editor.open(sample / BRANCH)
        unnamed.change(unnamed.text.partition("\n")[2])
        named.change(f"{named.text}    req")
        unnamed.change(f"{unnamed.text}    req")
        assert ("require_pkce" in await named.complete("    req")) == (setting == "on")
        assert ("require_pkce" in await unnamed.complete("    req")) == (setting != "off")
        unnamed.replace("    req", "")
        text = await unnamed.hover("client_id: insights-dev")
        assert text.startswith("**`client_id`**") == (setting != "off")
        assert "In effect:" in text


async def test_wrong_setting_is_reported(sample: Path) -> None:
    async with serving(types.PositionEncodingKind.Utf16, schema="never") as editor:
        buffer = editor.open(sample / PRODUCTION)
        assert await buffer.hover("client_id: insights-prod") != ""
        assert [each.message for each in editor.client.messages] == [
            'oauthgit: the setting "schema" must be one of auto, on, off, so it is auto'
        ]
