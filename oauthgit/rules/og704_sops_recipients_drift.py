"""OG704: a file encrypted for other keys than .sops.yaml says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from oauthgit.model.creation_rule import creation_rules, first_match
from oauthgit.model.display import shown
from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.rule import Remark, workspace_rule
from oauthgit.model.settings import Origin
from oauthgit.model.sops import POINTER, metadata_of
from oauthgit.model.workspace import Kind

_COMPARED = ("age", "pgp")
_LONG = 100


@workspace_rule("OG704", Severity.ERROR)
def sops_recipients_drift(documents: Sequence[Document], _policy: Mapping[str, Any]) -> Iterator[Remark]:
    r"""A file names other keys than its creation rule in `.sops.yaml`.

    A change of `.sops.yaml` reaches no file by itself: who was taken out of the rule opens every file until `sops
    updatekeys` has run, and who was added opens none. What was readable stays readable in git, so a key that is taken
    out calls for new secrets too. The names of keys in a file are labels that nothing protects: agreement proves
    little, disagreement is real. Keys of age and PGP are compared.

    Bad:

    ```yaml path=.sops.yaml
    creation_rules:
      - path_regex: ^configs/.*\.secrets\.yaml$
        age: age1alice,age1bob
    ```

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:  # OG704: not for age1bob # OG704: encrypted for age1mallory
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
        metadata, rule = metadata_of(document.data), first_match(rules, document.file)[0]
        if metadata is None or rule is None or not rule.complete:
            continue
        named = _comparable(rule.recipients)
        sealed = _comparable((recipient.type, recipient.name) for recipient in metadata.recipients)
        related = (("its creation rule", Origin("", None, config.locate(rule.pointer))),)
        for key in sorted(sealed - named):
            yield Remark(
                f"the file is encrypted for {shown(key[:_LONG])}, which its creation rule does not name",
                pointer=POINTER,
                at_key=True,
                remedy="run sops updatekeys FILE and replace the secrets, for that key could read them; or name it in .sops.yaml",
                related=related,
                document=document,
            )
        for key in sorted(named - sealed):
            yield Remark(
                f"the file is not for {shown(key[:_LONG])}, which its creation rule names",
                pointer=POINTER,
                at_key=True,
                remedy="run sops updatekeys FILE",
                related=related,
                document=document,
            )


def _comparable(recipients: Iterable[tuple[str, str]]) -> set[str]:
    names = ((kind, name.replace(" ", "").upper() if kind == "pgp" else name) for kind, name in recipients)
    return {name for kind, name in names if kind in _COMPARED and name}
