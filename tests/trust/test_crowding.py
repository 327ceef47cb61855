"""A change is reported in spite of many other findings: no limit and no order of a report hides it."""

import json
import re
from pathlib import Path

import pytest

from oauthgit import rules
from oauthgit.model.finding import OF_CHANGES
from oauthgit.triage.unsuppressible import AGAINST_THE_BASE
from support.cli import FORMATS, Program
from support.git import committed, edit, git

POLICY = "configs/oauthgit.yaml"
WARNINGS = 300


@pytest.fixture
def flood(sample: Path, program: Program) -> Path:
    """Return a repository in which a change trusts a host, among many harmless warnings."""
    assert program("--version").code == 0
    committed(sample)
    git(sample, "update-ref", "refs/remotes/origin/main", "HEAD")
    edit(sample, POLICY, "\ntrusted_hosts:", "\ntrusted_hosts:\n  - eve.example.net")
    server = {"client_id": "flood", "grant_types": ["client_credentials"], "scopes": ["a"]}
    for number in range(WARNINGS // 60):
        servers = {f"s{each}": {**server, "token_endpoint": f"https://10.0.0.{each}/t"} for each in range(60)}
        layer = {"kind": "branch", "model": "INSIGHTS", "branch": f"A{number}", "oauth_servers": servers}
        (sample / f"configs/branches/INSIGHTS/A{number}.yaml").write_text(json.dumps(layer, indent=0))
    committed(sample)
    return sample


def test_codes_of_base_findings_are_the_rules_of_that_stage() -> None:
    assert {code for code in rules.modules() if rules.load(code).stage == AGAINST_THE_BASE} == OF_CHANGES


def test_flood_of_warnings_hides_no_change(flood: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.pipeline.operations.report.MAX_FINDINGS", 100)
    monkeypatch.setattr("oauthgit.report.text.findings.MAX_FINDINGS", 50)
    monkeypatch.setattr("oauthgit.report.sarif.MAX_RESULTS", 80)
    outputs = [part for form in FORMATS for part in ("--output", f"{form}={flood.parent}/out.{form}")]
    result = program("-C", str(flood), "validate", "--base", "origin/main", "--format", "json", *outputs)
    assert result.code == 1, "OG009 is an error"
    assert "OG009" in result.out
    for form in FORMATS:
        listed = (flood.parent / f"out.{form}").read_text()
        listed = listed[listed.index('"results"') :] if form == "sarif" else listed
        codes = re.findall(r"OG\d{3}", listed)
        assert codes[0] == "OG707", form
        assert "OG409" in codes, form
