"""Check OG604: keys of development that open production."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.sops_metadata import POINTER, metadata_of
from oauthgit.model.rule import CorrelationKey, RuleMatch, workspace_rule
from oauthgit.model.settings import Origin, Settings
from oauthgit.model.workspace import TARGETS, Kind

_OPEN: Final = ("development", "test")


def _sides_of_keys(documents: Sequence[Document], _targets: Sequence[Settings]) -> Iterator[CorrelationKey]:
    """Yield each key of a secrets file with its side: production or open."""
    environments = _environments(documents)
    for document in documents:
        environment = environments.get(document.layer)
        if document.kind is Kind.SECRETS and environment in ("production", *_OPEN):
            for kind, name in _recipients(document):
                yield f"{kind} {name}", "production" if environment == "production" else "open"


@workspace_rule("OG604", Severity.WARNING, correlation_keys=_sides_of_keys)
def sops_recipient_prod_leak(documents: Sequence[Document], _policy: Mapping[str, Any]) -> Iterator[RuleMatch]:
    """Everybody who can open secrets of development can open those of production.

    Keys of development are on many machines and in CI settings. If a production file names all recipients of a file of
    development or test, the secrets of production are no better protected. Give production its own creation rule in
    `.sops.yaml`, without the developers' keys. Replace its secrets, because git keeps the old file. If everybody in the
    team may read everything, switch the rule off in the policy.

    Bad:

    ```yaml runtime_configuration
    environment: development
    ```

    ```yaml path=configs/runtime_configurations/EXAMPLE/MAIN/dev.secrets.yaml
    kind: ENC[...]
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1developers, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    ```yaml iam_application
    environment: production
    oauth_servers:
      crm: {client_id: crm-production, client_secret: {from_env: CRM_PRODUCTION}}
    ```

    ```yaml path=configs/iam_applications/example-prod.secrets.yaml
    kind: ENC[...]
    for: ENC[...]
    oauth_servers: {}
    sops:  # OG604: all who can open configs/runtime_configurations/EXAMPLE/MAIN/dev.secrets.yaml can open this
      age: [{recipient: age1developers, enc: "..."}, {recipient: age1administrators, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    Good:

    ```yaml runtime_configuration
    environment: development
    ```

    ```yaml path=configs/runtime_configurations/EXAMPLE/MAIN/dev.secrets.yaml
    kind: ENC[...]
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1developers, enc: "..."}, {recipient: age1administrators, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    ```yaml iam_application
    environment: production
    oauth_servers:
      crm: {client_id: crm-production, client_secret: {from_env: CRM_PRODUCTION}}
    ```

    ```yaml path=configs/iam_applications/example-prod.secrets.yaml
    kind: ENC[...]
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1administrators, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```
    """
    environments = _environments(documents)
    files = [document for document in documents if document.kind is Kind.SECRETS]
    opened = [document for document in files if environments.get(document.layer) in _OPEN and _recipients(document)]
    for document in files:
        if environments.get(document.layer) != "production":
            continue
        leak = next((other for other in opened if _recipients(other) <= _recipients(document)), None)
        if leak is not None:
            yield RuleMatch(
                f"all who can open {leak.file} can open this file of production as well",
                pointer=POINTER,
                at_key=True,
                remedy="Give production its own recipients in .sops.yaml, and replace its secrets.",
                related=(("opened by the same keys", Origin(leak.layer, None, leak.locate(POINTER, key=True))),),
                document=document,
            )


def _environments(documents: Sequence[Document]) -> dict[str, Any]:
    return {
        document.layer: document.data.get("environment", "development")
        for document in documents
        if document.kind in TARGETS and isinstance(document.data, dict)
    }


def _recipients(document: Document) -> set[tuple[str, str]]:
    metadata = metadata_of(document.data)
    return {(recipient.type, recipient.name) for recipient in metadata.recipients} if metadata else set()
