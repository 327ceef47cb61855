"""Without libyaml, PyYAML's own parser gives the same result."""

import pytest

from oauthgit.model.workspace import File, Kind
from oauthgit.parse import events, parse

TEXTS = [
    "kind: branch\noauth_servers:\n  crm: {client_id: a, scopes: [x, 'y'], empty: ''}\n",
    "a: |\n  x\n\nb: >-\n  y\n  z\n# c\nc:\n- 1\n-\n",
    "a: 1\r\nb: '\U0001f600 x'\r\nc: y\r\n",
    "a: 0123\nb: yes\n",
    "a: &x 1\nb: *x\nb: !!str 2\n<<: {}\n",
    "---\na: 1\n---\nb: 1\n",
    "a:\n\tb: 1\n",
    "# nothing\n",
    "client_secret: hunter2\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_both_parsers_give_the_same_document_and_findings(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = File("a.yaml", Kind.BRANCH, "", {}, text.encode())
    with_libyaml = parse(file)
    monkeypatch.setattr(events, "EventParser", events.PureParser)
    assert parse(file) == with_libyaml


def test_parser_messages_are_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "EventParser", events.PureParser)
    for text in ('a: "\\q"', "a: @hunter2", "a: {b: c", "a: !<x", "a: b: c", "a: *hunter2*"):
        document, findings = parse(File("a.yaml", Kind.BRANCH, "", {}, text.encode()))
        assert document is None
        assert [finding.code for finding in findings] == ["OG100"]
        assert "hunter2" not in repr(findings)
        assert "found" not in findings[0].message.replace("is found here", "")


def test_libyaml_is_used_if_available() -> None:
    assert events.EventParser is not events.PureParser
