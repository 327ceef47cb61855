"""Hostile text in every place that reaches the editor: Markdown shows it, and nothing interprets it."""

import json
from pathlib import Path

import pytest

from oauthgit.lsp.actions import list_actions
from oauthgit.lsp.completion import complete
from oauthgit.lsp.hover import describe
from oauthgit.lsp.inlay_hints import list_hints
from oauthgit.lsp.session import Session
from oauthgit.model.formats.sanitize import escape
from support.malicious_text import BIDI, COMMANDS, CREDENTIALS, ESCAPES, MARKUP
from support.render_markdown import render_all

BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"
APPLICATION = "configs/iam_applications/evil.yaml"
HOSTILE = [
    *ESCAPES.split(" "),
    *BIDI.split(" "),
    *COMMANDS.split("\n"),
    MARKUP,
    CREDENTIALS,
    "[x](command:evil)",
    "``` `a",
]
ALLOWED = {"p", "strong", "code", "ul", "li"}


def project(root: Path, hostile: str) -> None:
    value = json.dumps(hostile)
    (root / APPLICATION).parent.mkdir(parents=True)
    (root / BRANCH).parent.mkdir(parents=True)
    (root / "configs/oauthgit.yaml").write_text("kind: policy\n", encoding="utf-8")
    server = f"    client_id: {value}\n    scopes: [{value}]\n    token_endpoint: {value}\n    provider: {value}\n"
    (root / BRANCH).write_text(
        f"kind: branch\nmodel: INSIGHTS\nbranch: MAIN\noauth_servers:\n  one:\n{server}  {value}:\n{server}",
        encoding="utf-8",
    )
    (root / APPLICATION).write_text(
        f"kind: iam_application\napplication: evil\nmodel: INSIGHTS\nbranch: MAIN\nenvironment: {value}\n"
        f"redirect_uri: {value}\noauth_servers:\n  one:\n    client_id: other\n    scopes: [{value}, b]\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_inert_in_the_editor(hostile: str, tmp_path: Path) -> None:
    project(tmp_path, hostile)
    session = Session("")
    assert session.add_folder(str(tmp_path)) == str(tmp_path)
    view = session.check(session.inputs(str(tmp_path)))
    shown = []
    for path in (BRANCH, APPLICATION):
        file = view.file(path)
        document = view.document(path)
        assert file is not None
        assert document is not None
        for mark in document.marks.values():
            for span in filter(None, (mark.key, mark.value)):
                text = describe(view, path, span.line, span.column, with_schema=True)
                for rendering in render_all(text):
                    assert rendering.elements <= ALLOWED, text
                    assert not rendering.attributes
                shown.append(text.replace("\n", ""))
        hints = list_hints(view, path, 1, 100)
        shown += [hint.text for hint in hints]
        shown += [action.title for action in list_actions(view, path, (1, 100), 1, ())]
        assert complete(view, file, 6, 5, with_schema=True).items
    assert any("other" in text for text in shown)
    assert [text for text in shown if escape(text) != text] == []
    assert "hunter2" not in "".join(shown)


def test_names_in_completions_are_labels_only(tmp_path: Path) -> None:
    """Labels are plain text, and what is inserted is the name as the branch writes it."""
    project(tmp_path, "x")
    session = Session("")
    root = session.add_folder(str(tmp_path))
    assert root is not None
    view = session.check(session.inputs(root))
    file = view.file(APPLICATION)
    assert file is not None
    found = complete(view, file._replace(content=file.content + b"  \n"), 11, 3, with_schema=False)
    assert [(item.label, item.text) for item in found.items] == [("x", "x:")]
