"""A reviewed suppression covers only what was reviewed with it: changed text on its line is reported."""

import json
from pathlib import Path

import pytest

from support.cli import Program
from support.git import committed, edit

MAIN = "configs/branches/INSIGHTS/MAIN.yaml"
IGNORE = "# oauthgit: ignore[OG409] test host"
ENDPOINT = "https://10.1.2.3/token"
BLOCK = f"token_endpoint: {ENDPOINT} {IGNORE}"
ABOVE = f"{IGNORE}\n    token_endpoint: {ENDPOINT}"
FOLDED = f"token_endpoint: >- {IGNORE}\n      {ENDPOINT}"
FLOW = f"token_endpoint: {ENDPOINT}}} {IGNORE}"
MORE = f"token_endpoint: {ENDPOINT}, revocation_endpoint: 'https://10.6.6.6/r', introspection_endpoint: 'https://10.6.6.7'}}"
OTHER = "https://10.6.6.6/token"


def lay_out(root: Path, line: str) -> None:
    opening = "  flooded: {client_id: A,\n    " if "}" in line else "  flooded:\n    client_id: A\n    "
    text = f"kind: branch\nmodel: INSIGHTS\nbranch: NEW\norigin: MAIN\noauth_servers:\n{opening}{line}\n"
    (root / MAIN.replace("MAIN", "NEW")).write_text(text)


def weakened(program: Program) -> list[str]:
    result = program("validate", "--base", "HEAD", "--format", "json")
    found = json.loads(result.out)["findings"]
    assert all(each["suppressed"] for each in found if each["code"] == "OG409")
    return [each["message"] for each in found if each["code"] == "OG714"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (FLOW, f"{MORE} {IGNORE}"),
        (BLOCK, f"{MORE} {IGNORE}"),
        *((each, each.replace(ENDPOINT, OTHER)) for each in (BLOCK, ABOVE, FOLDED, FLOW)),
    ],
)
def test_changed_text_on_a_suppressed_line_is_reported(before: str, now: str, sample: Path, program: Program) -> None:
    lay_out(sample, before)
    committed(sample)
    assert weakened(program) == []
    lay_out(sample, now)
    [message] = weakened(program)
    assert message.endswith("and the line that it covers is not the same in HEAD")


def test_changed_comment_text_alone_is_not_reported(sample: Path, program: Program) -> None:
    lay_out(sample, BLOCK)
    committed(sample)
    edit(sample, MAIN.replace("MAIN", "NEW"), "test host", "a host for tests")
    assert weakened(program) == []
    lay_out(sample, ABOVE)
    assert weakened(program) == []
