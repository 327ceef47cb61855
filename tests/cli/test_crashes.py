"""Crashes injected at every stage while secrets are decrypted: no traceback, no secret, no file left behind."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.forks import LOAD, Forks, open_forks
from support.sops import FOLDERS, KEY, encrypted

CANARY = "c4nary-kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ"
FILE = "configs/iam_applications/insights-prod.secrets.yaml"
STAGES = [
    "oauthgit.pipeline.check.discover",
    "oauthgit.pipeline.read.parse",
    "oauthgit.pipeline.read.validate",
    "oauthgit.pipeline.resolve.merge",
    "oauthgit.pipeline.check.lint.lint",
    "oauthgit.pipeline.findings.triage",
    "oauthgit.pipeline.operations.open_secrets.decrypt",
    "oauthgit.decrypt.run",
    "oauthgit.decrypt.entries",
    "oauthgit.pipeline.operations.smoke.check_secrets",
    "oauthgit.probe.make_plan",
    "oauthgit.probe.plan.check",
    "oauthgit.sandbox.start",
    "oauthgit.sandbox.tenant.StrictTenant.authenticate_client",
    "oauthgit.probe.run",
    "oauthgit.probe.requests.authenticate",
    "oauthgit.probe.http.HttpClient.send",
    "oauthgit.probe.http.client.httpcore.HTTPConnection",
    "oauthgit.probe.runner.make_verdicts",
    "oauthgit.probe.runner.verdicts.redact_error",
    "oauthgit.probe.runner.revocation.IssuedTokens.keep",
    "oauthgit.probe.runner.revocation.request_revocation",
    "oauthgit.probe.runner.session.classify",
    "oauthgit.probe.runner.session.judge_login",
    "oauthgit.cli.commands.smoke.grant_endpoints",
    "oauthgit.probe.report",
    "oauthgit.cli.commands.smoke.report_of",
    "oauthgit.report.text.render",
]
SCRIPT = """
import pkgutil, sys, logging, resource
logging.basicConfig(level=logging.DEBUG)
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
place = sys.argv[1]
if place:
    module, _, name = place.rpartition(".")
    holder = pkgutil.resolve_name(module)
    assert hasattr(holder, name), place
    def broken(*given, **named):
        raise RuntimeError(f"injected {given!r} {named!r}")
    setattr(holder, name, broken)
from oauthgit.cli import main
code = main(["smoke", "insights-prod", "--sandbox", "--verbose"])
print("code", int(code), "core", *resource.getrlimit(resource.RLIMIT_CORE), file=sys.stderr)
"""


@pytest.fixture
def canary(sample: Path) -> Iterator[Path]:
    endpoints = {
        "exact_online": "https://start.exactonline.nl/api/oauth2/token",
        "google": "https://oauth2.googleapis.com/token",
        "graph": "https://login.microsoftonline.com/7d1c2a9e-4b53-4e0f-8a61-c0f2b8d93e47/oauth2/v2.0/token",
        "hub": "https://login.insights.example.com/oauth/token",
    }
    servers = {name: {"client_secret": CANARY, "send_only_to": url} for name, url in endpoints.items()}
    data = {"kind": "secrets", "for": "iam_application/insights-prod", "oauth_servers": servers}
    (sample / FILE).write_bytes(encrypted(json.dumps(data), "demo"))
    return iter([sample])


ENVIRONMENT = {"SOPS_AGE_KEY_FILE": str(KEY), "PATH": FOLDERS, "PYTHONDEVMODE": "1"}
WITH_SANDBOX = f"{LOAD}\nimport oauthgit.sandbox, oauthgit.sandbox.app, oauthgit.probe.http.client"


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    """Start a process with the modules of a smoke test."""
    with open_forks(SCRIPT, ENVIRONMENT, WITH_SANDBOX) as started:
        yield started


@pytest.mark.posix  # core dumps have limits
@pytest.mark.parametrize("place", ["", *STAGES])
def test_crash_shows_and_leaves_no_secret(place: str, canary: Iterator[Path], tmp_path: Path, forks: Forks) -> None:
    (sample,) = canary
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = forks([place], sample, {**ENVIRONMENT, "TMPDIR": str(temporary)})
    reported = (done.out + done.err).decode()
    assert CANARY not in reported
    assert "AGE-SECRET-KEY" not in reported
    last = next((line.split() for line in reported.splitlines() if line.startswith("code ")), None)
    assert last is not None, reported[-2000:]
    assert last[2:4] == ["core", "0"], "no core dump holds a secret"
    assert last[1] != "0" or place in {"", "oauthgit.sandbox.tenant.StrictTenant.authenticate_client"}
    assert "Traceback" not in reported or "sandbox" in place
    for path in (*temporary.rglob("*"), *sample.rglob("*")):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()
