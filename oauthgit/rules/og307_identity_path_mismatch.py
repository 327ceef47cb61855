"""OG307: a file that says it is something else than its path."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import shown
from oauthgit.model.rule import Remark, document_rule
from oauthgit.model.workspace import Kind


@document_rule("OG307", Severity.ERROR)
def identity_path_mismatch(document: Document) -> Iterator[Remark]:
    """A file states another kind, model, branch, name or application than its path.

    People find settings by the path, and CODEOWNERS guards them by the path; the platform knows them by the name that
    is stated. A copied file that kept the old name is the usual cause. The path is believed until the two agree.

    Bad:

    ```yaml branch
    kind: branch
    model: EXAMPLE
    branch: MIAN  # OG307: the path says branch MAIN, and the file says MIAN
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
        yield Remark(
            f"the path makes this a {document.kind}, and the file says {kind}",
            pointer=join("kind"),
            remedy=f"write {document.kind}, or move the file to the folder of its kind",
        )
        return
    for field, expected in document.identity.items():
        stated = document.data.get(field)
        if isinstance(stated, str) and stated != expected:
            yield Remark(
                f"the path says {field} {expected}, and the file says {shown(stated)}",
                pointer=join(field),
                remedy=f"write {expected}, or rename the file",
            )
