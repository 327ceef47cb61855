"""A canary secret in any place is in the output of no command, in no encoding."""

import base64
import html
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from support.cli import Program
from support.git import committed
from support.sops import KEY, encrypted

CANARY = "Qz7+canary/<&\"é :%41'x9"
TARGET = "iam_application/insights-prod"
FILE = "configs/iam_applications/insights-prod"
COMMANDS = [
    ("validate",),
    ("validate", f"{FILE}.yaml"),
    ("validate", "--base", "HEAD~1", "--history"),
    ("diff", "HEAD~1"),
    ("diff", "HEAD~1..HEAD"),
    ("diff", "HEAD..HEAD~1"),
    ("effective",),
    ("effective", "insights-prod"),
    ("explain", "insights-prod", "hub"),
    ("explain", "insights-prod", "hub.client_secret"),
    ("smoke", "insights-prod", "warehouse-prod", "--sandbox"),
    ("smoke", "insights-prod", "--sandbox", "--require-proof"),
    ("smoke", "insights-prod"),
]
OF_FINDINGS = ("json", "junit", "markdown", "sarif", "github", "gitlab", "azure")
FORMATS: dict[str, tuple[str, ...]] = {
    "validate": OF_FINDINGS,
    "diff": ("json", "markdown", "checklist"),
    "effective": ("json", "yaml", "env"),
    "explain": ("json",),
    "smoke": OF_FINDINGS,
}
"""The files that each command writes besides its output."""


def encodings(secret: str) -> Iterator[str]:
    """Yield every encoding in which a program may write a secret."""
    raw = secret.encode()
    yield from (secret, secret[:8], quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        repr(raw)[2:-1],
    )
    yield from (html.escape(secret), html.escape(secret, quote=False), raw.hex(), secret[::-1])
    for offset in range(3):
        yield base64.b64encode(b"x" * offset + raw)[4:-4].decode()
        yield base64.urlsafe_b64encode(b"x" * offset + raw)[4:-4].decode()


def with_secrets(root: Path) -> None:
    """Encrypt the canary as every secret of production."""
    endpoints = {
        "exact_online": "https://start.exactonline.nl/api/oauth2/token",
        "google": "https://oauth2.googleapis.com/token",
        "graph": "https://login.microsoftonline.com/7d1c2a9e-4b53-4e0f-8a61-c0f2b8d93e47/oauth2/v2.0/token",
        "hub": "https://login.insights.example.com/oauth/token",
    }
    servers = {name: {"client_secret": CANARY, "send_only_to": url} for name, url in endpoints.items()}
    secrets = {"kind": "secrets", "for": TARGET, "oauth_servers": servers}
    (root / f"{FILE}.secrets.yaml").write_bytes(encrypted(json.dumps(secrets), "demo"))


def in_the_environment(root: Path) -> None:
    file = root / f"{FILE}.yaml"
    file.write_text(file.read_text() + "    client_secret: {from_env: CANARY}\n")
    policy = root / "configs/oauthgit.yaml"
    policy.write_text(policy.read_text() + "env_secrets: {CANARY: https://login.insights.example.com/oauth/token}\n")


def appended(line: str) -> str:
    return f"    {line}\n"


QUOTED = json.dumps(CANARY)
PLACES: dict[str, str | Callable[[Path], None]] = {
    "encrypted": with_secrets,
    "in the environment": in_the_environment,
    "plain": appended(f"client_secret: {QUOTED}"),
    "plain, folded": appended(f"client_secret: >\n      {CANARY}"),
    "under a misspelt key": appended(f"client_secert: {QUOTED}"),
    "under another spelling": appended(f"Client-Secret: {QUOTED}"),
    "in a comment": appended(f"# the secret is {CANARY}"),
    "in a flow mapping": appended(f"user_login: {{client_secret: {QUOTED}}}"),
    "in a list": appended(f"client_secret: [{QUOTED}]"),
    "as the name of a variable": appended(f"client_secret: {{from_env: {QUOTED}}}"),
    "in a syntax error": appended(f'client_secret: "{CANARY}'),
    "in a line without a colon": appended(f"client_secret {CANARY}"),
    "under an alias": appended(f"client_secret: &a {QUOTED}"),
    "with a tag": appended(f"client_secret: !vault {QUOTED}"),
    "with a tab": f"\tclient_secret: {QUOTED}\n",
    "in a URL": appended(f"revocation_endpoint: https://robot:{quote(CANARY, safe='')}@crm.example.com/revoke"),
    "in a query": appended(f"introspection_endpoint: https://crm.example.com/i?client_secret={quote(CANARY, safe='')}"),
}


@pytest.mark.parametrize("place", PLACES)
def test_canary_secret_is_in_no_output(
    place: str, sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    committed(sample)
    put = PLACES[place]
    if isinstance(put, str):
        (sample / f"{FILE}.yaml").write_text((sample / f"{FILE}.yaml").read_text() + put)
    else:
        put(sample)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setenv("CANARY", CANARY)
    caplog.set_level(logging.DEBUG)
    policy = sample / "configs/oauthgit.yaml"
    policy.write_text(policy.read_text().replace("trusted_hosts:", "networks: [127.0.0.0/8]\ntrusted_hosts:"))
    committed(sample)
    reported = ""
    for command in COMMANDS:
        outputs = [part for name in FORMATS[command[0]] for part in ("--output", f"{name}=report.{name}")]
        result = program(*command, "-v", *outputs)
        assert result.code != 70, result.err
        reported += result.out + result.err
        for file in sample.glob("report.*"):
            reported += file.read_text()
            file.unlink()
    reported += caplog.text
    assert "insights-prod" in reported, "the place is reported"
    for encoding in encodings(CANARY):
        assert encoding not in reported


def test_canary_search_finds_every_encoding() -> None:
    """Every encoding changes the canary, so the search covers each of them."""
    assert len(set(encodings(CANARY))) > 15
    assert all(len(encoding) >= 8 for encoding in encodings(CANARY))


def test_run_leaves_no_secret_or_key_in_any_file(
    sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_secrets(sample)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    assert program("smoke", "insights-prod", "--sandbox").code == 0
    assert list(temporary.iterdir()) == []
    for path in sample.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes()
            assert b"AGE-SECRET-KEY" not in path.read_bytes()
