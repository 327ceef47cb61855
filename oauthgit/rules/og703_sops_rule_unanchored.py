"""Check OG703: a creation rule that matches too many files."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.formats.sops_creation_rule import creation_rules
from oauthgit.model.rule import RuleMatch, document_rule
from oauthgit.model.workspace import Kind

_BEGINNINGS = ("^", ".*", r"\.", "(^", "(?i)^", "(?:^")


@document_rule("OG703", Severity.WARNING, kinds=(Kind.SOPS_RULES,))
def sops_rule_unanchored(document: Document) -> Iterator[RuleMatch]:
    r"""A creation rule of `.sops.yaml` matches more files than it seems to.

    SOPS searches for `path_regex` anywhere in the path. `prod` also matches `configs/products/test.secrets.yaml`, whose
    secrets are then encrypted for the keys of production, or the other way round. A pattern that begins with `^` states
    where the path begins. One that begins with `\.` is the end of a name, and one that begins with `.*` matches
    anywhere on purpose. A rule without `path_regex` matches every file, so the rules after it are never used.

    Bad:

    ```yaml path=.sops.yaml
    creation_rules:
      - path_regex: prod  # OG703: matches anywhere in a path
        age: age1alice,age1bob
      - age: age1alice,age1carol  # OG703: matches every file
      - path_regex: ^configs/
        age: age1alice,age1dave
    ```

    Good:

    ```yaml path=.sops.yaml
    creation_rules:
      - path_regex: ^configs/iam_applications/.*-prod\.secrets\.yaml$
        age: age1alice,age1bob
      - age: age1alice,age1carol
    ```
    """
    rules = creation_rules(document.data)
    for rule in rules:
        if rule.path_regex is None and rule is not rules[-1]:
            yield RuleMatch(
                "this rule has no path_regex and matches every file, so the rules after it are never used",
                pointer=rule.pointer,
                remedy="Give it a path_regex, or move it to the end.",
            )
        elif rule.path_regex is not None and not rule.path_regex.startswith(_BEGINNINGS):
            yield RuleMatch(
                "the pattern matches anywhere in a path, so the rule may apply to files that it is not meant for",
                pointer=child(rule.pointer, "path_regex"),
                remedy="Begin it with ^ and the folder; ^configs/ is an example.",
            )
