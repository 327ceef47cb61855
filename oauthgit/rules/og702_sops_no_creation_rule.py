"""Check OG702: a secrets file without a creation rule."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sops_creation_rule import creation_rules, first_match, path_from_rules
from oauthgit.model.formats.sops_metadata import POINTER, metadata_of
from oauthgit.model.rule import RuleMatch, workspace_rule
from oauthgit.model.settings import Origin
from oauthgit.model.workspace import Kind


@workspace_rule("OG702", Severity.ERROR)
def sops_no_creation_rule(documents: Sequence[Document], _policy: Mapping[str, Any]) -> Iterator[RuleMatch]:
    r"""No creation rule of `.sops.yaml` matches an encrypted file.

    SOPS takes the keys for a new file from the first rule whose `path_regex` matches its path, relative to the folder
    of `.sops.yaml`. Without a match, `oauthgit secrets` cannot write the file, and its keys cannot be checked. The
    nearest `.sops.yaml` counts, from the folder of `configs` up to the top of the repository.

    Bad:

    ```yaml path=.sops.yaml
    creation_rules:
      - path_regex: ^configs/iam_applications/.*\.secrets\.yaml$
        age: age1alice,age1bob
    ```

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:  # OG702: no creation rule of .sops.yaml matches
      age: [{recipient: age1alice, enc: "..."}, {recipient: age1bob, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    Good:

    ```yaml path=.sops.yaml
    creation_rules:
      - path_regex: ^configs/.*\.secrets\.yaml$
        age: age1alice,age1bob
    ```

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}, {recipient: age1bob, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```
    """
    config = next((document for document in documents if document.kind is Kind.SOPS_RULES), None)
    if config is None:
        return
    rules = creation_rules(config.data)
    for document in documents:
        if metadata_of(document.data) and first_match(rules, path_from_rules(config.identity, document.file)) == (
            None,
            True,
        ):
            yield RuleMatch(
                "no creation rule of .sops.yaml matches this file, so its keys cannot be checked",
                pointer=POINTER,
                at_key=True,
                remedy="Add a rule with a path_regex that matches the path.",
                related=(("the rules", Origin("", None, config.locate(join("creation_rules"), key=True))),),
                document=document,
            )
