"""Every example of every rule, run: a Bad one has the findings it announces, a Good one has none."""

import re
from pathlib import Path

import pytest

from oauthgit import rules
from oauthgit.model.finding import Finding
from oauthgit.pipeline import load
from oauthgit.reference.examples import DAY, PLACES, Example, check_example, examples, list_files

EXAMPLES = [example for code in rules.modules() for example in examples(code)]


def _write(example: Example, root: Path) -> None:
    for path, text in list_files(example).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def _described(finding: Finding) -> str:
    return f"{finding.location.file}:{finding.location.line} {finding.code} {finding.message}"


def test_every_file_is_a_rule_with_unique_code_and_name() -> None:
    files = sorted(file.stem for file in Path(rules.__file__).parent.rglob("og*.py"))
    codes = [name[:5] for name in files]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    assert twice == [], "two files have one code, so one of the two rules is missing: choose a free number"
    for name in files:
        assert re.fullmatch(r"og[0-9]{3}(_[a-z0-9]+)+", name), f"{name}.py is not named like og499_client_called_tea.py"


def test_every_rule_is_documented_and_named_like_its_file() -> None:
    for code, module in rules.modules().items():
        rule = rules.load(code)
        said = f"{module}.py: the code and the function's name must be those of the file's name"
        assert (rule.code, rule.name) == (code, rules.name_of(code)), said
        first, _, rest = rule.documentation.strip().partition("\n")
        assert first.endswith("."), f"{module}.py: the first line of the docstring is one sentence, the rule's title"
        assert rest.startswith("\n"), f"{module}.py: an empty line follows the title"
        assert len(rest.split()) > 15, f"{module}.py: the docstring gives the reason and its source"


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example_has_the_findings_it_announces(example: Example, tmp_path: Path) -> None:
    _write(example, tmp_path)
    everything = list(load(tmp_path, today=DAY).findings)
    assert everything == list(check_example(example).findings), "the result is the same on disk and in memory"
    findings = [found for found in everything if found.suppressed is None]
    if example.good:
        assert [_described(finding) for finding in findings] == [], "a Good example has no findings"
        return
    assert example.expected, (
        "a Bad example announces what is found: `# OG499: part of the message`, in a block `yaml branch`"
    )
    for path, code, line, said in example.expected:
        match = [
            finding
            for finding in findings
            if (finding.code, finding.location.file, finding.location.line) == (code, path, line)
            and said in finding.message
        ]
        assert match, f"no finding {code} {said!r} at {path}:{line}; found {[_described(f) for f in findings]}"
        findings.remove(match[0])
    assert [_described(finding) for finding in findings] == [], "a Bad example announces all its findings"


@pytest.mark.parametrize("example", [example for example in EXAMPLES if not example.good], ids=str)
def test_remedy_of_an_example_is_a_sentence(example: Example) -> None:
    remedies = {finding.remedy for finding in check_example(example).findings if finding.remedy}
    assert [remedy for remedy in remedies if not re.fullmatch(r"[A-Z].*[^.]\.", remedy)] == []


def test_every_title_fits_in_one_line() -> None:
    titles = [rules.load(code).documentation.strip().partition("\n")[0] for code in rules.modules()]
    assert [title for title in titles if len(title) > 80] == []


def test_every_function_rule_has_bad_and_good_examples() -> None:
    shown = {(example.code, example.good) for example in EXAMPLES}
    for rule in rules.with_checks():
        assert {(rule.code, True), (rule.code, False)} <= shown, f"{rule.code} has no part Bad:, or no part Good:"


def test_every_rule_without_a_function_is_in_stage() -> None:
    checks = ("check_setting", "check_document", "check_workspace", "check_targets", "check_workflow")
    for code, module in rules.modules().items():
        functions = [check for check in checks if getattr(rules.load(code), check)]
        assert len(functions) == (0 if module.startswith("stage.") else 1), code


@pytest.mark.parametrize("kind", ["runtime_configuration", "policy"])
def test_file_of_another_kind_than_its_folder_is_reported(kind: str, tmp_path: Path) -> None:
    path = tmp_path / PLACES["branch"][0]
    path.parent.mkdir(parents=True)
    path.write_text(f"kind: {kind}\nmodel: EXAMPLE\nbranch: MAIN\n")
    (finding,) = load(tmp_path).findings
    assert (finding.code, finding.location.line, finding.location.column) == ("OG307", 1, 7)
    assert f"the file states {kind}" in finding.message
