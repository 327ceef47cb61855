"""Masked values are shown nowhere: one list of keys decides for excerpts, diffs and messages.

A canary is planted in every shape under every name, and searched in every output of every command without a key.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from oauthgit.discover.layout import classify
from oauthgit.model.formats.sanitize import is_readable_name, readable_pointer
from oauthgit.model.schema import harmless_keys
from oauthgit.model.workspace import File
from oauthgit.parse import masked_lines, parse
from support.cli import Program
from support.git import committed, git
from support.sops import encrypted

CANARY: Final = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ"
BESIDE: Final = "Gw8s4Kd2Pq6Xv9Zr3Bn7Mt5"
"""Another canary, at a deeper level."""
NAMES: Final = (
    *("api_token", "private_key", "pwd", "passphrase", "Client_Secret", "bearer", "x-api-key", "Authorization", "key"),
    *("client-secret", "clientSecret", "password", "credentials", "description", "note", "apiKey", "sas", "value"),
)
SHAPES: Final = {
    "plain": "    {name}: {canary}\n",
    "quoted": "    {name}: '{canary}'\n",
    "double": '    "{name}": "{canary}"\n',
    "in a list": "    {name}: [a, {canary}]\n",
    "in a block list": "    {name}:\n      - {canary}\n",
    "nested": "    {name}: {{value: {canary}}}\n",
    "below a known key": "    {name}:\n      client_id: {canary}\n      scopes: [{beside}]\n",
    "deep": "    {name}: {{scopes: [{{token_endpoint: {canary}}}]}}\n",
    "literal": "    {name}: |\n      {canary}\n      client_id: {beside}\n",
    "folded": "    {name}: >-\n      first\n      {canary}\n",
    "two lines": "    {name}: first\n      {canary}\n",
    "two lines quoted": '    {name}: "first\n      {canary}"\n',
    "with a tag": "    {name}: !secret {canary}\n",
    "with an anchor": "    {name}: &a {canary}\n",
    "with a tab": "    {name}:\t{canary}\n",
    "behind a tab": "\t{name}: {canary}\n",
    "with an escape": '    {name}: "\\x61{canary}"\n',
    "unclosed": '    {name}: "{canary}\n',
    "without a blank": "    {name}:{canary}\n",
    "with an equals sign": "    {name} = {canary}\n",
    "as a number of lines": "    {name}:\n\n\n      {canary}\n",
    "in a comment": "    # {name}: {canary}\n",
    "in a comment behind": "    require_pkce: false  # {name} {canary}\n",
    "as a key": "    {canary}: 1\n",
    "as a key of a map": "    {name}: {{{canary}: 1}}\n",
    "as a key alone": "    {name}: {{{canary}}}\n",
    "as a key with a blank": "    {canary} : ' x '\n",
    "as a long key": "    ? {name} {canary}\n    : 1\n",
    "as two keys": "    {canary}: 1\n    {canary}: 2\n",
    "with margins": "    {name}: ' {canary} '\n",
    "with a carriage return": "    {name}: {canary}\r\n",
    "in a user login": "    user_login: {{{name}: {canary}}}\n",
    "as a mapping where a text stands": "    client_id: {{{name}: {canary}}}\n",
}
ALONE: Final = {
    *("with a tag", "with an anchor", "behind a tab", "unclosed", "without a blank", "with an equals sign"),
    *("in a comment behind", "as a key", "as a key with a blank", "as two keys", "in a user login"),
    "as a mapping where a text stands",
}
"""Shapes that are an error of the file, if only because a key is there twice."""
LAYER: Final = "configs/iam_applications/crm-prod.yaml"
SMALL: Final = {
    "configs/oauthgit.yaml": "kind: policy\ntrusted_hosts: [crm.example.com]\n",
    "configs/branches/CRM/MAIN.yaml": """\
kind: branch
model: CRM
branch: MAIN
oauth_servers:
  hub:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    client_secret: {from_env: CRM_SECRET}
    grant_types: [client_credentials]
    scopes: [api.read]
""",
    LAYER: """\
kind: iam_application
application: crm-prod
model: CRM
branch: MAIN
environment: production
oauth_servers:
  hub:
    client_id: crm-production
    require_pkce: 'false'
""",
}
"""The last line can be fixed, so that there is a diff to show beside the canary."""
SECRETS: Final = "configs/iam_applications/crm-prod.secrets.yaml"
FILES: Final = {LAYER: "    ", SECRETS: "", "configs/oauthgit.yaml": ""}
"""The files in which canaries are planted, and their indentation there."""
OF_FINDINGS: Final = ("json", "junit", "markdown", "sarif", "github", "gitlab", "azure", "text")
COMMANDS: Final = {
    ("validate", "--no-cache", "-v", "--base", "HEAD~1", "--history"): OF_FINDINGS,
    ("validate", "--no-cache", "--diff", "--unsafe-fixes"): (),
    ("diff", "HEAD~1"): ("json", "markdown", "checklist"),
    ("effective",): ("json", "yaml", "env"),
    ("explain", "crm-prod", "hub"): ("json",),
    ("smoke", "--sandbox", "--dry-run"): OF_FINDINGS,
    ("secrets", "status"): ("json",),
    ("init",): (),
}


def outputs(root: Path, program: Program) -> Iterator[tuple[str, str]]:
    """Yield everything that every command prints and writes."""
    for command, formats in COMMANDS.items():
        asked = [part for name in formats for part in ("--output", f"{name}={root}/../out.{name}")]
        result = program(*command, *asked)
        assert result.code != 70, result.err
        yield " ".join(command), result.out + result.err
        for name in formats:
            file = root / f"../out.{name}"
            if file.exists():
                yield f"{' '.join(command)} in {name}", file.read_text()
                file.unlink()


def planted(shape: str, name: str) -> str:
    return SHAPES[shape].format(name=name, canary=CANARY, beside=BESIDE)


def is_parsed(path: str, content: bytes) -> bool:
    place = classify(path)
    assert isinstance(place, File)
    return parse(place._replace(content=content))[0] is not None


def groups(shapes: list[str]) -> list[list[str]]:
    """Put shapes into files: five that can be parsed together, each of the others alone, because reading ends there."""
    together = [shape for shape in shapes if shape not in ALONE]
    return [
        *(together[start : start + 5] for start in range(0, len(together), 5)),
        *([shape] for shape in shapes if shape in ALONE),
    ]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of one application, whose last lines are those of its server, as the working directory."""
    root = tmp_path / "small"
    for path, text in SMALL.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    monkeypatch.chdir(root)
    secrets = {"kind": "secrets", "for": "iam_application/crm-prod", "oauth_servers": {"hub": {"client_secret": "s"}}}
    (root / SECRETS).write_bytes(encrypted(json.dumps(secrets), "demo"))
    committed(root)
    return root


@pytest.mark.parametrize(
    ("path", "shapes"),
    [(path, shapes) for path in FILES for shapes in groups([*SHAPES] if path == LAYER else [*SHAPES][::5])],
    ids=lambda value: "" if isinstance(value, list) else value,
)
def test_no_command_shows_what_a_report_masks(path: str, shapes: list[str], small: Path, program: Program) -> None:
    file, blanks = small / path, FILES[path]
    lines = "".join(
        planted(shape, f"{name}{end}") for shape, end in zip(shapes, ("", *"1234"), strict=False) for name in NAMES
    )
    file.write_bytes((file.read_text() + re.sub("^    ", blanks, lines, flags=re.MULTILINE)).encode())
    assert is_parsed(path, file.read_bytes()) == (shapes[0] not in ALONE)
    committed(small)
    for command, said in outputs(small, program):
        assert CANARY not in said, command
        assert BESIDE not in said, command


@pytest.mark.parametrize(
    "file",
    [
        "configs/iam_applications/insights-prod.yaml",
        "configs/branches/INSIGHTS/MAIN.yaml",
        "configs/branches/INSIGHTS/MAIN.secrets.yaml",
        "configs/oauthgit.yaml",
        ".sops.yaml",
    ],
)
def test_excerpts_of_every_kind_of_file_are_masked_equally(file: str, sample: Path) -> None:
    place = classify(file)
    assert isinstance(place, File)
    text = (sample / file).read_text()
    for shape in SHAPES:
        for name in NAMES[::5]:
            line = planted(shape, name)
            for whole in (text + line, line, text + line.replace("    ", "")):
                shown = "\n".join(masked_lines(place._replace(content=whole.encode()), harmless_keys()))
                assert CANARY not in shown, (shape, name)
                assert BESIDE not in shown, (shape, name)


def test_diff_has_less_context_if_a_secret_is_near(small: Path, program: Program, tmp_path: Path) -> None:
    file = small / LAYER
    text = file.read_text().replace("    client_id", f"    # api_token: {CANARY}\n    client_id")
    file.write_text(text)
    committed(small)
    result = program("validate", "--diff")
    assert "+    require_pkce: false" in result.out
    assert CANARY not in result.out + result.err
    (tmp_path / "patch").write_text(result.out)
    git(small, "apply", str(tmp_path / "patch"))
    for before, after in (("'false'", f"'false' # {CANARY}"), ("    client_id: crm-production\n", "")):
        file.write_text(text.replace(before, after))
        result = program("validate", "--diff")
        assert "diff not shown" in result.err
        assert CANARY not in result.out + result.err


def test_harmless_diff_is_shown_completely(small: Path, program: Program) -> None:
    result = program("validate", "--diff")
    assert " environment: production\n" not in result.out
    assert " oauth_servers:\n   hub:\n     client_id: crm-production\n-" in result.out
    assert "+    require_pkce: false" in result.out
    assert "not shown" not in result.err
    assert small.is_dir()


@pytest.mark.parametrize(
    "name",
    [
        "client_id",
        "x-api-key",
        "exact_online",
        "clientSecretExpiresOn",
        "a.b.c",
        "token_endpoint_auth_method",
        "OG301",
        "cl\u00efent_id",
    ],
)
def test_harmless_names_are_shown(name: str) -> None:
    assert is_readable_name(name)
    assert readable_pointer(f"/oauth_servers/{name}/0") == f"/oauth_servers/{name}/0"


@pytest.mark.parametrize(
    "token", [CANARY, BESIDE, "5f3c7a526c0e4c0e9a550d6e1f0f3a11", "a/b", "", "a b", "e\u0301", "x" * 65]
)
def test_token_like_text_is_not_shown_as_a_name(token: str) -> None:
    assert not is_readable_name(token)
    assert json.dumps(token) == '""' or token not in readable_pointer(f"/x/{token.replace('/', '~1')}").removeprefix(
        "/x"
    )
