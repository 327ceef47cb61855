"""Comments that seem to be a part of the value before them: found behind text, and nowhere else."""

import pytest

from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse


def found(text: str, kind: Kind = Kind.BRANCH) -> list[tuple[str, int, int, str]]:
    document, findings = parse(File("configs/a.yaml", kind, "branch/M/MAIN", {}, text.encode()))
    assert document is not None
    assert all("live" not in repr(finding) for finding in findings), "a comment may hold a secret"
    return [(one.code, one.location.line, one.location.column, one.location.pointer) for one in findings]


@pytest.mark.parametrize(
    ("text", "line", "column", "pointer"),
    [
        ("a: wms #live\n", 1, 8, "/a"),
        ("a: wms    #live\n", 1, 11, "/a"),
        ("a:\n  b:\n    - x #live\n", 3, 9, "/a/b/0"),
        ("a: [x,\n  z #live\n  ]\n", 2, 5, "/a/1"),
        ("a: https://crm.example.com/x #live\n", 1, 30, "/a"),
        ("a: x#y #live\n", 1, 8, "/a"),
        ("a: x\n  y #live\n", 2, 5, "/a"),
        ("a: #live\nb: c\n", 1, 4, "/a"),
        ("a: 5f3c7a52 #live # more\n", 1, 13, "/a"),
        ("# note\na: x # fine\nb: x #live\n", 3, 6, "/b"),
    ],
)
def test_comment_behind_a_text_is_found(text: str, line: int, column: int, pointer: str) -> None:
    assert found(text) == [("OG122", line, column, pointer)]
    assert found(text.replace("\n", "\r\n")) == [("OG122", line, column, pointer)]


@pytest.mark.parametrize(
    "text",
    [
        "a: wms # live\n",
        "a: wms #\n",
        "a: wms ## live\n",
        "a: wms#live\n",
        "a: 'wms #live'\n",
        'a: "wms #live"\n',
        'a: "wms" #live\n',
        "a: 'wms' #live\n",
        "a: true #live\nb: 5 #live\nc: null #live\nd: ~ #live\n",
        "a: [x, y] #live\nb: {c: d} #live\n",
        "a: #live\n  b: c\n",
        "a: #live\n  - b\n",
        "a: x\n#live\n",
        "a: x\n  #live\n",
        "a: |\n  wms #live\n",
        "a: >-\n  wms #live\n",
        "a: | #live\n  wms\n",
        "# see issue #12 #live\na: x\n",
        "a: x #oauthgit: ignore[OG301] the reason\nb: x #  oauthgit: ignore[OG301] the reason\n",
        "a: x #yaml-language-server: x\n",
    ],
)
def test_other_comment_has_no_finding(text: str) -> None:
    assert [each for each in found(text) if each[0] == "OG122"] == []


@pytest.mark.parametrize("kind", [Kind.SECRETS, Kind.SOPS_RULES, Kind.WORKFLOW])
def test_comment_in_a_file_of_others_has_no_finding(kind: Kind) -> None:
    assert [each for each in found("kind: secrets #live\n", kind) if each[0] == "OG122"] == []
    assert [each[0] for each in found("kind: policy #live\n", Kind.POLICY)] == ["OG122"]


def test_secret_in_such_a_comment_has_one_finding() -> None:
    document, findings = parse(
        File("a.yaml", Kind.BRANCH, "branch/M/MAIN", {}, b"client_id: a #client_secret=Zk3vT9qLw2Xc7Rb5Hn8J\n")
    )
    assert document is not None
    assert [finding.code for finding in findings] == ["OG501"]
