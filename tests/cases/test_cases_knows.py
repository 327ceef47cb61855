"""Handed cases: ``validate`` says what it knows."""

from pathlib import Path

from oauthgit.model.finding import Finding
from oauthgit.pipeline import load

HERE = Path(__file__).parent


def _findings(case: str) -> list[Finding]:
    return list(load(HERE / case, today="2026-11-28").findings)


def test_case_16_number_with_sign_is_quoted_whole() -> None:
    (finding,) = _findings("16-number-with-sign")
    assert (finding.code, finding.remedy) == ("OG202", 'Quote it: "+31612345678".')
