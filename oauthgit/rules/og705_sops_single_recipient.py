"""Check OG705: a creation rule with a single key."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.sops_creation_rule import creation_rules
from oauthgit.model.rule import RuleMatch, document_rule
from oauthgit.model.workspace import Kind


@document_rule("OG705", Severity.NOTE, kinds=(Kind.SOPS_RULES,))
def sops_single_recipient(document: Document) -> Iterator[RuleMatch]:
    r"""A creation rule of `.sops.yaml` names a single key.

    If that key is lost, every secret encrypted by the rule is lost too, and must be made again at each authorization
    server. A second key that is kept offline needs one line. The finding is at the rule, once for all of its files.

    Bad:

    ```yaml path=.sops.yaml
    creation_rules:
      - path_regex: ^configs/.*\.secrets\.yaml$  # OG705: a single key
        age: age1alice
    ```

    Good:

    ```yaml path=.sops.yaml
    creation_rules:
      - path_regex: ^configs/.*\.secrets\.yaml$
        age: age1alice,age1offline
    ```
    """
    for rule in creation_rules(document.data):
        if len(rule.readers.keys) == 1:
            yield RuleMatch(
                "the rule names a single key: if it is lost, so are all secrets that it opens",
                pointer=rule.pointer,
                remedy="Add the public half of a key that is kept offline. Then `oauthgit validate` lists each file to renew "
                "with its command.",
            )
