"""Misspelt names of every kind: the message names the one that was meant."""

from pathlib import Path

import pytest

from support.cli import Program
from support.git import edit

PROD = "configs/iam_applications/insights-prod.yaml"
MAIN = "configs/branches/INSIGHTS/MAIN.yaml"
POLICY = "configs/oauthgit.yaml"

IN_FILES = {
    "model": (PROD, "model: INSIGHTS", "model: Insight", "did you mean model INSIGHTS?"),
    "branch": (PROD, "branch: MAIN", "branch: main", "did you mean MAIN?"),
    "environment": (PROD, "environment: production", "environment: prod", 'did you mean "production"?'),
    "provider": (MAIN, "provider: exact_online", "provider: exactonline", 'did you mean "exact_online"?'),
    "provider's title": (MAIN, "provider: exact_online", "provider: Exact Online", 'did you mean "exact_online"?'),
    "environment of a severity": (POLICY, "default: warning}", "acc: warning}", 'did you mean "acceptance"?'),
}
IN_CALLS = {
    "providers exactonline": "did you mean exact_online?",
    "providers entra": "did you mean microsoft_entra?",
    "rules dead-override": "did you mean OG301?",
    "effective insights-prd": "did you mean insights-prod?",
    "effective prod": "did you mean insights-prod or warehouse-prod?",
    "explain insights-prod exactonline": "did you mean exact_online?",
    "explain insights-prod hub.clientid": "did you mean client_id?",
    "smoke --environment prod": "did you mean production?",
    "smoke --sandbox --server hubb": "did you mean hub or github?",
}


@pytest.mark.parametrize("name", IN_FILES)
def test_misspelt_name_in_a_file_is_recognized(name: str, sample: Path, program: Program) -> None:
    file, before, after, words = IN_FILES[name]
    edit(sample, file, before, after)
    result = program("validate")
    assert result.code in {1, 2}
    assert words in result.out


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("call", "words"), IN_CALLS.items())
def test_misspelt_name_in_a_call_is_recognized(call: str, words: str, program: Program) -> None:
    result = program(*call.split())
    assert (result.code, result.out) == (2, "")
    assert words in result.err
