"""Generate the pages of the rules from their documentation and their fields."""

from inspect import cleandoc
from typing import Final

from oauthgit import rules
from oauthgit.model.report import RuleText
from oauthgit.model.rule import Rule
from oauthgit.triage.unsuppressible import why_comment_is_ignored, why_unsuppressible

_FIXES = {
    "": "none",
    "safe": "if it is certain, with `oauthgit validate --fix`",
    "unsafe": "a guess, with `oauthgit validate --unsafe-fixes`",
}


def title(rule: Rule) -> str:
    """Return the first sentence of a rule's documentation."""
    return cleandoc(rule.documentation).partition("\n")[0]


def page(code: str) -> str:
    """Return the page of one rule in Markdown.

    Raises:
        KeyError: There is no rule of this code.

    """
    rule = rules.load(code)
    body = cleandoc(rule.documentation).partition("\n")[2].strip()
    facts = f"Severity: {rule.severity.label}. Found by: {rule.stage}. Fix: {_FIXES[rule.fix]}."
    suppress = f"Suppress: `# oauthgit: ignore[{code}] reason`."
    if why := why_comment_is_ignored(rule):
        how = "" if why_unsuppressible(rule) else " by a comment"
        suppress = f"It cannot be suppressed{how}: it {why}."
    return f"# {rule.code} {rule.name}\n\n{title(rule)}\n\n{facts} {suppress}\n\n{body}\n"


def text_of(code: str) -> RuleText | None:
    """Return the documentation of one rule for reporters, or None."""
    if code not in rules.modules():
        return None
    rule = rules.load(code)
    why = cleandoc(rule.documentation).partition("\n")[2].strip().partition("\n\n")[0].replace("\n", " ")
    concern = _CONCERNS[next(prefix for prefix in _CONCERNS if code.startswith(prefix))]
    tags = (concern.lower(), *(("security",) if code.startswith(_SECURITY) else ()))
    return RuleText(rule.name, rule.severity, title(rule), why, page(code), tags)


def page_with_output(code: str) -> str:
    """Return the page of one rule with the output for its first bad example."""
    from oauthgit.reference.examples import examples, print_example

    shown = next((print_example(example) for example in examples(code) if not example.good), "")
    if not shown:
        return page(code)
    return f"{page(code)}\n`oauthgit validate` prints for the first bad example:\n\n```console\n{shown.rstrip()}\n```\n"


def listing() -> str:
    """Return a list of all rules, one per line."""
    loaded = [rules.load(code) for code in rules.modules()]
    width = max(len(rule.name) for rule in loaded)
    return "".join(f"{rule.code}  {rule.severity.label:7}  {rule.name:{width}}  {title(rule)}\n" for rule in loaded)


_SECURITY: Final = ("OG5", "OG6")
"""Prefixes of the rules that code scanning lists under security."""

_CONCERNS: Final = {
    "OG0": "The run itself",
    "OG1": "Files, text and YAML",
    "OG2": "The shape of documents",
    "OG3": "Layers",
    "OG4": "OAuth settings",
    "OG5": "Secrets and SOPS",
    "OG6": "Across targets",
    "OG7": "The repository and its base",
    "OG8": "The platform",
    "OG9": "Smoke tests",
}


def index() -> str:
    """Return the tables of all rules in Markdown, with links to their pages."""
    loaded = [rules.load(code) for code in rules.modules()]
    parts = ["# Rules"]
    for prefix, concern in _CONCERNS.items():
        rows = [
            f"| [{rule.code}]({rule.code}.md) | `{rule.name}` | {rule.severity.label} | {rule.fix} | {title(rule)} |"
            for rule in loaded
            if rule.code.startswith(prefix)
        ]
        parts.append(
            "\n".join([f"## {concern}", "", "| code | name | severity | fix | what |", "|---|---|---|---|---|", *rows])
        )
    return "\n\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """Return every page, including the index, by file name."""
    return {f"{code}.md": page_with_output(code) for code in rules.modules()} | {"README.md": index()}
