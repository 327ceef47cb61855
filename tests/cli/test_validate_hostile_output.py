"""``oauthgit validate`` on hostile files, names and arguments: no line of any format acts on a terminal or a CI runner."""

from pathlib import Path

import pytest

from support.cli import Program
from support.safe_for_ci import assert_inert

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

TEXTS = {
    "a command of GitHub": "::error file=x::owned",
    "a command behind a line end": "x\n::error::owned",
    "a command behind a return": "x\r::error::owned",
    "a command of Azure": "##vso[task.setvariable variable=PATH]x",
    "a group": "##[group]x",
    "an escape": "\x1b[31mred\x1b]8;;https://evil.example\x07",
    "a byte of C1": "\x9b31mred",
    "an override of direction": "\u202etxet",
    "no UTF-8": "\udcff::error::x",
}
WAYS = {
    "text": ("--format", "text"),
    "text in verbose": ("-v",),
    "json": ("--format", "json"),
    "junit": ("--format", "junit"),
    "diff": ("--diff", "--unsafe-fixes", "-v"),
    "fix": ("--unsafe-fixes", "-v"),
    "baseline": ("--write-baseline", "baseline.json"),
}


def escaped(text: str) -> str:
    r"""Return a text as a quoted YAML scalar that the parser accepts, with escapes for unprintable characters."""
    return '"' + "".join(each if each.isprintable() and each != '"' else f"\\U{ord(each):08X}" for each in text) + '"'


def hostile(root: Path, text: str, *, raw: bool) -> None:
    """Write a folder that contains ``text`` in every possible place: unchanged, or escaped so that the file is readable."""
    said = text if raw else escaped(text)
    comment = " ".join(part for part in text.replace("\r", "\n").split("\n"))
    plain = comment if raw else "".join(each if each.isprintable() else "?" for each in comment)
    name = text.replace("/", "_").replace("\n", "\n" if raw else "_")
    ciphertext = f"ENC[AES256_GCM,data:{plain},iv:x,tag:y,type:str]"
    files = {
        "oauthgit.yaml": f"kind: policy\nrules: {{OG301: off, {said}: error}}\ntrusted_hosts: [{said}]\n{said}: x # {plain}\n",
        "branches/M/MAIN.yaml": f"""\
kind: branch
model: M
branch: MAIN
# {plain}
{said}: {said}
oauth_servers:
  crm: # oauthgit: ignore[OG203] {plain}
    token_endpoint: http://crm.example.com/a/../t  # oauthgit: ignore[{plain}] because {plain}
    client_id: {said}
    require_pkce: "true" # {plain}
    client_secret: "{ciphertext if raw else plain.replace('"', "")}"
    scopes: [a, a, {said}]
    provider: {said}
    grant_types: [{said}]
    {said}: {{a: {said}}}
  {said}:
    client_id: 0123 # {plain}
""",
        "branches/M/MAIN.secrets.yaml": f"kind: ENC[{plain}]\nfor: {said}\n# {plain}\noauth_servers: {{{said}: {said}}}\n"
        f"sops: {{age: [{{recipient: {said}, enc: {said}}}], mac: '{ciphertext}', lastmodified: {said}, version: {said}}}\n",
        f"iam_applications/{name}.yaml": f"kind: iam_application\napplication: {said}\nmodel: {said}\nbranch: {said}\n",
        "iam_applications/app.yaml": f"kind: iam_application\napplication: app\nmodel: M\nbranch: MAIN\n"
        f"environment: {said}\nredirect_uri: {said}\noauth_servers: {{{said}: {{client_id: x}}, crm: {{provider: x}}}}\n",
    }
    for path, content in files.items():
        file = root / "configs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("how", ["readable", "raw"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_printed_text_is_inert(text: str, how: str, tmp_path: Path, program: Program) -> None:
    for number, (name, way) in enumerate(WAYS.items()):
        root = tmp_path / str(number)
        hostile(root, text, raw=how == "raw")
        kinds = ("json", "junit", "text")
        reports = [word for kind in kinds for word in ("--output", f"{kind}={tmp_path}/{number}.{kind}")]
        result = program("-C", str(root), "validate", *way, *reports)
        assert result.code in {1, 2}, name
        written = [file.read_text() for file in tmp_path.glob(f"{number}*") if file.is_file()]
        assert "OG" in written[-1]
        for output in (result.out, result.err, *written, *(each.read_text() for each in root.glob("*.json"))):
            assert_inert(output)


ARGUMENTS: dict[str, tuple[str, ...]] = {
    "a path": ("validate", "configs/{}"),
    "a path outside": ("validate", "../{}"),
    "a folder": ("-C", "{}", "validate"),
    "a format": ("validate", "--format", "{}"),
    "a report": ("validate", "--output", "json={}/x"),
    "a report of no format": ("validate", "--output", "{}=x"),
    "a code": ("validate", "--select", "{}"),
    "a baseline": ("validate", "--baseline", "{}"),
    "a baseline to write": ("validate", "--write-baseline", "{}/x"),
    "an option": ("validate", "--{}"),
    "a level": ("validate", "--fail-on", "{}"),
    "a command": ("{}",),
    "a rule": ("rules", "{}"),
    "a provider": ("providers", "{}"),
    "a schema": ("schema", "{}"),
    "a target": ("effective", "{}"),
    "a setting": ("explain", "{}", "{}.{}"),
}


@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_of_arguments_is_inert(text: str, arguments: tuple[str, ...], sample: Path, program: Program) -> None:
    result = program(*(argument.replace("{}", text) for argument in arguments))
    assert result.code in {1, 2, 3}, result
    assert result.out or result.err
    assert_inert(result.out)
    assert_inert(result.err)
    assert sample.is_dir()


@pytest.mark.parametrize("text", [text for text in TEXTS.values() if "\udcff" not in text])
def test_text_of_a_hostile_baseline_is_inert(text: str, sample: Path, program: Program) -> None:
    for content in (text, "{", f'{{"schema_version": 1, "findings": [{{"code": {escaped(text)}}}]}}'):
        (sample / "baseline.json").write_text(content)
        result = program("validate", "--baseline", "baseline.json")
        assert_inert(result.out)
        assert_inert(result.err)
