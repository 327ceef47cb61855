"""Check OG704: a file with other keys than its creation rule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.sanitize import command, redact_urls
from oauthgit.model.formats.sops_creation_rule import creation_rules, first_match, path_from_rules
from oauthgit.model.formats.sops_metadata import POINTER, metadata_of
from oauthgit.model.rule import RuleMatch, workspace_rule
from oauthgit.model.settings import Origin, Stated
from oauthgit.model.workspace import Kind

_COMPARED = ("age", "pgp", "age-plugin")
_LONG = 100
_FOREIGN = (
    "Find out whose key it is. If its owner should not read the file, run {renew} and replace the secrets at "
    "their servers, because the owner could read them. Otherwise name the key in .sops.yaml."
)
_LACKING = (
    "Find out whose key it is and who named it. If its owner should not read the file, take the key out of .sops.yaml. "
    "Otherwise run {renew}."
)


@workspace_rule("OG704", Severity.ERROR)
def sops_recipients_drift(documents: Sequence[Document], _policy: Mapping[str, Any]) -> Iterator[RuleMatch]:
    r"""A file has other keys than its creation rule in `.sops.yaml`.

    Either side can be wrong. A key that only the rule names may belong to a stranger who changed `.sops.yaml`. A key
    that only the file names may belong to somebody who left, or may have been slipped in. Find out whose key it is
    before you encrypt anything for it.

    Then run `oauthgit secrets renew`: it encrypts the file for the keys of the rule, with a new data key. `sops
    updatekeys` would keep the old data key, which everybody has who ever opened the file. Earlier versions stay
    readable in git, so replace the secrets as well if you take a key out.

    The names of keys in a file are labels that nothing protects. A match therefore proves little; a difference is real.
    Keys of age and PGP are compared.

    Bad:

    ```yaml path=.sops.yaml
    creation_rules:
      - path_regex: ^configs/.*\.secrets\.yaml$
        age: age1alice,age1bob
    ```

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:  # OG704: not encrypted for age1bob # OG704: encrypted for age1mallory
      age: [{recipient: age1alice, enc: "..."}, {recipient: age1mallory, enc: "..."}]
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
        metadata = metadata_of(document.data)
        rule = first_match(rules, path_from_rules(config.identity, document.file))[0]
        if metadata is None or rule is None or rule.problem:
            continue
        named = _comparable(rule.readers.keys)
        encrypted = _comparable((recipient.type, recipient.name) for recipient in metadata.recipients)
        renew = command("oauthgit", "secrets", "renew", document.layer)
        related = (("its creation rule", Origin("", None, Stated(config.file, config.marks, rule.pointer))),)
        for key in sorted(encrypted - named):
            yield RuleMatch(
                f"the file is encrypted for {redact_urls(key[:_LONG])}, which its creation rule does not name",
                pointer=POINTER,
                at_key=True,
                remedy=_FOREIGN.format(renew=renew),
                related=related,
                document=document,
            )
        for key in sorted(named - encrypted):
            yield RuleMatch(
                f"the file is not encrypted for {redact_urls(key[:_LONG])}, which its creation rule names",
                pointer=POINTER,
                at_key=True,
                remedy=_LACKING.format(renew=renew),
                related=related,
                document=document,
            )


def _comparable(recipients: Iterable[tuple[str, str]]) -> set[str]:
    names = ((kind, name.replace(" ", "").upper() if kind == "pgp" else name) for kind, name in recipients)
    return {name for kind, name in names if kind in _COMPARED and name}
