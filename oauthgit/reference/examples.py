"""Parse and check the examples in the documentation of the rules."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha512
from inspect import cleandoc
from itertools import count
from typing import Any, Final, NamedTuple

from oauthgit import rules
from oauthgit.discover.layout import classify, sort_outcomes
from oauthgit.model.finding import Finding
from oauthgit.model.project import Project
from oauthgit.model.workspace import Workspace
from oauthgit.parse import parse
from oauthgit.pipeline import report_of
from oauthgit.pipeline.check import check
from oauthgit.report.text.findings import findings as shown

DAY: Final = "2026-11-24"
"""The day on which the examples are evaluated."""

_METADATA: Final = """\
sops:
  age: [{recipient: age1alice, enc: "..."}]
  lastmodified: "2026-11-24T00:56:15Z"
  mac: ENC[...]
  version: 3.11.0
"""
_SHORTENED: Final = re.compile(r"ENC\[\.\.\.(\w*)\]")
_SERVER: Final = """\
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    client_secret: {from_env: CRM_SECRET}
    grant_types: [client_credentials]
    scopes: [api.read]
"""
"""The server of a branch that an example does not show."""
PLACES: Final = {
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
"""The path of the file for each kind of block, and its first lines if the block omits them."""

_FENCE: Final = re.compile(r"^```yaml (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANNOUNCED: Final = re.compile(r"# (OG\d{3}): (.+?)(?=$| # OG)", re.MULTILINE)
_REPORTS: Final = re.compile(r"^Reports (OG\d{3}) at (\d+):(\d+): (.+)\n\n```yaml (\S+)\n", re.MULTILINE)


class Example(NamedTuple):
    """Hold a Bad or a Good example: its files by path, and the expected findings.

    A finding is a path, a code, a line and a part of the message.
    """

    code: str
    number: int
    good: bool
    files: Mapping[str, str]
    expected: tuple[tuple[str, str, int, str], ...]

    def __str__(self) -> str:
        return f"{self.code}-{'good' if self.good else 'bad'}-{self.number}"


def examples(code: str) -> Iterator[Example]:
    """Yield the examples in the documentation of a rule, in order.

    Raises:
        ValueError: A block is of no kind of file, or an example has two of one file.

    """
    parts = re.split(r"^(Bad|Good):$", cleandoc(rules.load(code).documentation), flags=re.MULTILINE)
    for number, (word, text) in enumerate(zip(parts[1::2], parts[2::2], strict=True)):
        files: dict[str, str] = {}
        expected: list[tuple[str, str, int, str]] = []
        for kind, written in _FENCE.findall(text):
            path, body = _file(kind, written)
            if path in files:
                raise ValueError(f"{code}: an example has two blocks {kind}; is Good: missing between them?")
            files[path] = body
            for line, row in enumerate(body.splitlines(), 1):
                expected += [(path, found, line, reported) for found, reported in _ANNOUNCED.findall(row)]
            if path.endswith(".secrets.yaml"):  # a comment in plain text would be a finding there
                files[path] = re.sub(r" *# OG\d{3}: .*", "", body)
        for found, line, _, reported, kind in _REPORTS.findall(text):
            path = PLACES[kind][0] if not kind.startswith("path=") else kind.removeprefix("path=")
            body = next(written for other, written in _FENCE.findall(text) if other == kind)
            offset = files[path].count("\n") - body.count("\n")
            expected.append((path, found, int(line) + offset, reported))
        yield Example(code, number, word == "Good", files, tuple(expected))


def check_example(example: Example) -> Project:
    """Check an example without files on disk."""
    files, findings = sort_outcomes(classify(path, text.encode()) for path, text in sorted(list_files(example).items()))
    return check(Workspace("", tuple(files)), findings, today=DAY)


def print_example(example: Example) -> str:
    """Return the findings that ``validate`` prints for an example.

    Comments with expected findings and the line with the counts are left out.
    """
    files = {path: re.sub(r" *# OG\d{3}: .*", "", text) for path, text in example.files.items()}
    return shown(report_of(check_example(example._replace(files=files))))


def list_files(example: Example) -> dict[str, str]:
    """Return all files by path, with secrets for the servers.

    A server gets its secret in the branch, and in each target that overrides the client. An example with secrets gets no
    others.
    """
    files = dict(example.files)
    if not any(path.startswith("configs/") for path in files):
        files[PLACES["policy"][0]] = PLACES["policy"][1]
    needing = ("configs/iam", "configs/runtime", PLACES["secrets"][0])
    if any(path.startswith(needing) for path in files) and PLACES["branch"][0] not in files:
        files[PLACES["branch"][0]] = PLACES["branch"][1] + _SERVER
    named = sorted(server for server in _servers(files) if re.fullmatch("[a-z][a-z0-9_]*", server))
    if named and PLACES["secrets"][0] not in files:
        files[PLACES["secrets"][0]] = _secrets(named)
        for path in [path for path in files if path.startswith(("configs/iam", "configs/runtime"))]:
            own = [name for name in named if "client_id" in (_servers(files, path).get(name) or ())]
            beside = path.removesuffix(".yaml") + ".secrets.yaml"
            if own and not path.endswith(".secrets.yaml") and beside not in files and "from_env" not in files[path]:
                files[beside] = _secrets(own)
    return {path: _spell_ciphertexts(path, text) for path, text in files.items()}


def _secrets(servers: Iterable[str]) -> str:
    lines = "".join(f"  {name}: {{client_secret: 'ENC[...]', send_only_to: 'ENC[...]'}}\n" for name in servers)
    return f"kind: ENC[...]\nfor: ENC[...]\noauth_servers:\n{lines}{_METADATA}"


def _servers(files: Mapping[str, str], path: str = PLACES["branch"][0]) -> Mapping[str, Any]:
    place = classify(path)
    if path not in files or isinstance(place, Finding):
        return {}
    document, _ = parse(place._replace(content=files[path].encode()))
    servers = document.data.get("oauth_servers") if document and isinstance(document.data, dict) else None
    return servers if isinstance(servers, dict) else {}


def _file(kind: str, body: str) -> tuple[str, str]:
    """Return the path and the text of a file, with its identity filled in."""
    if kind.startswith("path="):
        return kind.removeprefix("path="), body
    if kind not in PLACES:
        raise ValueError(f"a block is of kind {kind}; there are {', '.join(PLACES)}, and path=...")
    path, head = PLACES[kind]
    if body.startswith("kind:"):
        return path, body
    if kind == "iam_application" and "environment:" not in body:
        head += "environment: production\n"
    return path, head + body


def _spell_ciphertexts(path: str, text: str) -> str:
    """Expand the shortened ciphertext of an example.

    Each one is different, except those with the same name, as in ``ENC[...name]``.
    """
    numbers = count()

    def spell(match: re.Match[str]) -> str:
        seed = sha512(f"{path}{text}{next(numbers)}".encode() if not match[1] else match[1].encode()).digest()
        data, iv, tag = (b64encode(part).decode() for part in (seed[:12], seed[:32], seed[-16:]))
        return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]"

    return _SHORTENED.sub(spell, text)
