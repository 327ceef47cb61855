"""The pages of the rules: their docstrings, with the facts around them."""

from inspect import cleandoc

from oauthgit import rules
from oauthgit.model.rule import Rule

_FIXES = {
    "": "none",
    "safe": "where it is certain, by `oauthgit validate --fix`",
    "unsafe": "a guess, by `oauthgit validate --unsafe-fixes`",
}


def title(rule: Rule) -> str:
    """Return the first sentence of a rule's documentation."""
    return cleandoc(rule.documentation).partition("\n")[0]


def page(code: str) -> str:
    """Return the page of one rule in Markdown; KeyError if there is no such rule."""
    rule = rules.load(code)
    body = cleandoc(rule.documentation).partition("\n")[2].strip()
    facts = f"Severity: {rule.severity.label}. Found by: {rule.stage}. Fix: {_FIXES[rule.fix]}."
    return f"# {rule.code} {rule.name}\n\n{title(rule)}\n\n{facts}\n\n{body}\n"


def listing() -> str:
    """Return all rules, a line each."""
    loaded = [rules.load(code) for code in rules.modules()]
    width = max(len(rule.name) for rule in loaded)
    return (
        "\n".join(f"{rule.code}  {rule.severity.label:7}  {rule.name:{width}}  {title(rule)}" for rule in loaded) + "\n"
    )


def index() -> str:
    """Return the table of all rules in Markdown, with links to their pages."""
    loaded = [rules.load(code) for code in rules.modules()]
    rows = [
        f"| [{rule.code}]({rule.code}.md) | `{rule.name}` | {rule.severity.label} | {rule.fix} | {title(rule)} |"
        for rule in loaded
    ]
    head = ["# Rules", "", "| code | name | severity | fix | what |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def pages() -> dict[str, str]:
    """Return every page by the name of its file, the index included."""
    return {f"{code}.md": page(code) for code in rules.modules()} | {"README.md": index()}
