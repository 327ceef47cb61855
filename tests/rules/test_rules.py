"""Every example of every rule, run: a Bad one gives the findings it announces, a Good one gives none at all."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha512
from inspect import cleandoc
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from oauthgit import rules
from oauthgit.model.finding import Finding
from oauthgit.pipeline import load
from oauthgit.pipeline.mending import mended, write
from oauthgit.triage import Choice

METADATA = """\
sops:
  age: [{recipient: age1alice, enc: "..."}]
  lastmodified: "2026-11-24T00:56:15Z"
  mac: ENC[...]
  version: 3.11.0
"""
SHORTENED = re.compile(r"ENC\[\.\.\.(\w*)\]")
PLACES = {
    "policy": ("configs/oauthgit.yaml", "kind: policy\n"),
    "branch": ("configs/branches/EXAMPLE/MAIN.yaml", "kind: branch\nmodel: EXAMPLE\nbranch: MAIN\n"),
    "runtime_configuration": (
        "configs/runtime_configurations/EXAMPLE/MAIN/dev.yaml",
        "kind: runtime_configuration\nmodel: EXAMPLE\nbranch: MAIN\nname: dev\n",
    ),
    "iam_application": (
        "configs/iam_applications/example-prod.yaml",
        "kind: iam_application\napplication: example-prod\nmodel: EXAMPLE\nbranch: MAIN\n",
    ),
    "secrets": ("configs/branches/EXAMPLE/MAIN.secrets.yaml", "kind: ENC[...]\n"),
}
FENCE = re.compile(r"^```yaml (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANNOUNCED = re.compile(r"# (OG\d{3}): (.+?)(?=$| # OG)", re.MULTILINE)
REPORTS = re.compile(r"^Reports (OG\d{3}) at (\d+):(\d+): (.+)\n\n```yaml (\S+)\n", re.MULTILINE)


class Example(NamedTuple):
    code: str
    number: int
    good: bool
    files: dict[str, str]
    expected: list[tuple[str, str, int, str]]

    def __str__(self) -> str:
        return f"{self.code}-{'good' if self.good else 'bad'}-{self.number}"


def _examples() -> Iterator[Example]:
    for code in rules.modules():
        documentation = cleandoc(rules.load(code).documentation)
        parts = re.split(r"^(Bad|Good):$", documentation, flags=re.MULTILINE)
        for number, (word, text) in enumerate(zip(parts[1::2], parts[2::2], strict=True)):
            files: dict[str, str] = {}
            expected = []
            for kind, shown in FENCE.findall(text):
                path, body = _file(kind, shown)
                files[path] = body
                for line, written in enumerate(body.splitlines(), 1):
                    expected += [(path, found, line, said) for found, said in ANNOUNCED.findall(written)]
                if path.endswith(".secrets.yaml"):  # where a comment in plain text is a finding of its own
                    files[path] = re.sub(r" *# OG\d{3}: .*", "", body)
            for found, line, _, said, kind in REPORTS.findall(text):
                path = PLACES[kind][0] if not kind.startswith("path=") else kind.removeprefix("path=")
                offset = files[path].count("\n") - _body(text, kind).count("\n")
                expected.append((path, found, int(line) + offset, said))
            yield Example(code, number, word == "Good", files, expected)


def _file(kind: str, body: str) -> tuple[str, str]:
    """Return the path and the text of an example's file, its identity filled in where the example leaves it out."""
    if kind.startswith("path="):
        return kind.removeprefix("path="), body
    path, head = PLACES[kind]
    if body.startswith("kind:"):
        return path, body
    if kind == "iam_application" and "environment:" not in body:
        head += "environment: production\n"
    return path, head + body


def _sealed(text: str) -> str:
    """Spell out the ciphertext that an example shortens: each another one, unless it has a name, ``ENC[...name]``."""
    numbers = count()

    def spelt(match: re.Match[str]) -> str:
        seed = sha512(f"{text}{next(numbers)}".encode() if not match[1] else match[1].encode()).digest()
        data, iv, tag = (b64encode(part).decode() for part in (seed[:12], seed[:32], seed[-16:]))
        return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]"

    return SHORTENED.sub(spelt, text)


def _body(text: str, kind: str) -> str:
    return next(str(body) for found, body in FENCE.findall(text) if found == kind)


EXAMPLES = list(_examples())


def _write(example: Example, root: Path) -> None:
    """Lay out the files; servers get a secret in the branch unless the example brings its own."""
    files = dict(example.files)
    if not any(path.startswith("configs/") for path in files):
        files[PLACES["policy"][0]] = PLACES["policy"][1]
    needing = ("configs/iam", "configs/runtime", PLACES["secrets"][0])
    if any(path.startswith(needing) for path in files) and PLACES["branch"][0] not in files:
        files[PLACES["branch"][0]] = PLACES["branch"][1]
    servers: set[str] = set()
    for path, text in files.items():
        if path == PLACES["branch"][0]:
            try:
                servers |= set((yaml.safe_load(text) or {}).get("oauth_servers") or {})
            except (yaml.YAMLError, AttributeError):
                continue
    named = sorted(server for server in servers if re.fullmatch("[a-z][a-z0-9_]*", str(server)))
    if named and PLACES["secrets"][0] not in files:
        lines = "".join(f"  {name}: {{client_secret: 'ENC[...]', send_only_to: 'ENC[...]'}}\n" for name in named)
        files[PLACES["secrets"][0]] = f"kind: ENC[...]\nfor: ENC[...]\noauth_servers:\n{lines}{METADATA}"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(_sealed(text))


def _told(finding: Finding) -> str:
    return f"{finding.location.file}:{finding.location.line} {finding.code} {finding.message}"


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_is_judged_as_it_says(example: Example, tmp_path: Path) -> None:
    _write(example, tmp_path)
    findings = list(load(tmp_path, today="2026-11-24").findings)
    if example.good:
        assert [_told(finding) for finding in findings] == []
        return
    assert example.expected, "a Bad example announces what is found"
    for path, code, line, said in example.expected:
        match = [
            finding
            for finding in findings
            if (finding.code, finding.location.file, finding.location.line) == (code, path, line)
            and said in finding.message
        ]
        assert match, f"nothing says {code} {said!r} at {path}:{line}; found {[_told(f) for f in findings]}"
        findings.remove(match[0])
    assert [_told(finding) for finding in findings] == []


@pytest.mark.parametrize("example", [example for example in EXAMPLES if not example.good], ids=str)
def test_what_an_example_offers_to_mend_is_mended(example: Example, tmp_path: Path) -> None:
    _write(example, tmp_path)
    offered = [finding for finding in load(tmp_path, today="2026-11-24").findings if finding.fix is not None]
    assert all(finding.fixable for finding in offered), "a rule whose remarks have a fix says of what sort it is"
    result = mended(tmp_path, (), Choice(), unsafe=True, today="2026-11-24")
    assert write(result) == {}
    left = [_told(finding) for finding in load(tmp_path, today="2026-11-24").findings if finding.fixable]
    assert left == [_told(finding) for finding in result.left]


def test_every_rule_is_documented_and_named_like_its_file() -> None:
    for code, module in rules.modules().items():
        rule = rules.load(code)
        assert (rule.code, rule.name) == (code, rules.name_of(code)), module
        first, _, rest = rule.documentation.strip().partition("\n")
        assert first.endswith("."), module
        assert rest.startswith("\n"), module
        assert len(rest.split()) > 15, module


def test_every_rule_that_is_a_function_has_a_bad_and_a_good_example() -> None:
    shown = {(example.code, example.good) for example in EXAMPLES}
    for rule in rules.with_checks():
        assert {(rule.code, True), (rule.code, False)} <= shown, rule.code


@pytest.mark.parametrize("kind", ["runtime_configuration", "policy"])
def test_a_file_of_another_kind_than_its_folder_is_named_as_such(kind: str, tmp_path: Path) -> None:
    path = tmp_path / PLACES["branch"][0]
    path.parent.mkdir(parents=True)
    path.write_text(f"kind: {kind}\nmodel: EXAMPLE\nbranch: MAIN\n")
    (finding,) = load(tmp_path).findings
    assert (finding.code, finding.location.line, finding.location.column) == ("OG307", 1, 7)
    assert f"the file says {kind}" in finding.message
