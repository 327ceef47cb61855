"""Check OG307: an identity that differs from the path."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.rule import RuleMatch, document_rule
from oauthgit.model.workspace import Kind


@document_rule("OG307", Severity.ERROR)
def identity_path_mismatch(document: Document) -> Iterator[RuleMatch]:
    """A file states another kind, model, branch, name or application than its path.

    People find settings by the path, and CODEOWNERS protects them by the path. The platform uses the stated name. The
    usual cause is a copied file that kept the old name. Until the two agree, oauthgit uses the path.

    Bad:

    ```yaml branch
    kind: branch
    model: EXAMPLE
    branch: MIAN  # OG307: the path gives branch MAIN, but the file states MIAN
    ```

    Good:

    ```yaml branch
    kind: branch
    model: EXAMPLE
    branch: MAIN
    ```
    """
    if not isinstance(document.data, dict):
        return
    kind = document.data.get("kind")
    if document.kind is not Kind.SECRETS and isinstance(kind, str) and kind != document.kind and kind in set(Kind):
        yield RuleMatch(
            f"by its path this is of kind {document.kind}, but the file states {kind}",
            pointer=join("kind"),
            remedy=f"Write {document.kind}, or move the file to the folder of its kind.",
        )
        return
    stated = {field: document.data.get(field) for field in document.identity if join(field) not in document.invalid}
    other = {
        field: redact_urls(value)
        for field, value in stated.items()
        if value and isinstance(value, str) and value != document.identity[field]
    }
    if other:
        given = " and ".join(f"{field} {document.identity[field]}" for field in other)
        yield RuleMatch(
            f"the path gives {given}, but the file states {' and '.join(other.values())}",
            pointer=join(next(iter(other))),
            remedy=f"Write {' and '.join(document.identity[field] for field in other)}, or move or rename the file.",
        )
