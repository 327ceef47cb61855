"""A setting is added in the style of the file, or not at all."""

import pytest

from oauthgit.fix.add_entry import add_entry
from oauthgit.fix.replace import NotCertainError
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse

PATH = ("oauth_servers", "crm", "date")
LAYER = "kind: branch\nmodel: M\nbranch: MAIN\n"


def added(text: str) -> str:
    file = File("configs/branches/M/MAIN.yaml", Kind.BRANCH, "branch/M/MAIN", {}, text.encode())
    document, findings = parse(file)
    assert document is not None, findings
    content = add_entry(file.content, document, PATH, "2999-01-31", "client_id").decode()
    after, _ = parse(file._replace(content=content.encode()))
    assert after is not None
    assert after.data["oauth_servers"]["crm"]["date"] == "2999-01-31"
    return content


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  crm:\n    client_id: a # x\n    b: c\n", "  crm:\n    client_id: a # x\n    date: 2999-01-31\n    b: c\n"),
        ("  crm:\n    b: c\n    d: [e]\n", "  crm:\n    b: c\n    d: [e]\n    date: 2999-01-31\n"),
        ("  crm:\n      b: c", "  crm:\n      b: c\n      date: 2999-01-31"),
        ("  crm:\n    b:\n    - c\n    - d\n", "  crm:\n    b:\n    - c\n    - d\n    date: 2999-01-31\n"),
        ("  crm: {client_id: a}\n", "  crm: {date: 2999-01-31, client_id: a}\n"),
        ("  crm: {}\n", "  crm: {date: 2999-01-31}\n"),
        ("  hub:\n    b: c\n", "  hub:\n    b: c\n  crm:\n    date: 2999-01-31\n"),
        ("  crm:\n    date: 2020-01-31 # old\n", "  crm:\n    date: 2999-01-31 # old\n"),
        ('  crm:\n    date: "2020-01-31"\n', '  crm:\n    date: "2999-01-31"\n'),
        ("  crm:\r\n    b: c\r\n", "  crm:\r\n    b: c\r\n    date: 2999-01-31\r\n"),
    ],
)
def test_setting_is_added_to_servers(before: str, after: str) -> None:
    assert added(f"{LAYER}oauth_servers:\n{before}") == f"{LAYER}oauth_servers:\n{after}"


def test_servers_are_added_to_a_layer_without_any() -> None:
    assert added(LAYER) == f"{LAYER}oauth_servers:\n  crm:\n    date: 2999-01-31\n"
    assert added(f"{LAYER}oauth_servers: {{}}\n") == f"{LAYER}oauth_servers: {{crm: {{date: 2999-01-31}}}}\n"
    assert added("{kind: branch}\n") == "{oauth_servers: {crm: {date: 2999-01-31}}, kind: branch}\n"


@pytest.mark.parametrize(
    "servers", ["", "  crm:\n", "  crm: text\n", "  crm:\n    b: |\n      c\n", "  crm:\n    date: [a]\n", "  - crm\n"]
)
def test_unusual_form_is_refused(servers: str) -> None:
    with pytest.raises(NotCertainError):
        added(f"{LAYER}oauth_servers:\n{servers}")
