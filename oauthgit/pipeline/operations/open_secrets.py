"""Open the secrets of targets, those of files and of environment variables."""

from collections.abc import Mapping, Sequence

from oauthgit.decrypt import decrypt, from_environment
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.project import Project
from oauthgit.model.secret import Vault
from oauthgit.model.settings import SecretReference, Settings


def open_secrets(
    project: Project, targets: Sequence[Settings], environment: Mapping[str, str]
) -> tuple[Vault, list[Finding]]:
    """Return the secrets of targets that are not blocked, and findings.

    ``project`` has the trust settings that apply. ``environment`` contains the keys and the path to sops.
    """
    references = [
        reference
        for settings in targets
        if settings.target not in project.blocked
        for server in settings.servers.values()
        if isinstance(reference := server.get("client_secret"), SecretReference)
    ]
    documents = {document.file: document for document in project.resolve().documents}

    def locate(file: str, pointer: str) -> Location:
        return documents[file].locate(pointer)

    wanted = {reference.file for reference in references if reference.state == "encrypted"}
    files = [file for file in project.workspace.files if file.path in wanted]
    opened, findings = decrypt(
        [(file, documents.get(file.path)) for file in files],
        key_types=project.policy["secrets"]["key_types"],
        root=project.workspace.root,
        environment=environment,
        locate=locate,
    )
    from_env = [reference for reference in references if reference.state == "from_env"]
    given, more = from_environment(from_env, project.policy, environment, locate=locate)
    using = {file.path: tuple(s.target for s in targets if s.takes_secrets_from(file.path)) for file in files}
    found = [each._replace(targets=using.get(each.location.file, ())) for each in (*findings, *more)]
    return Vault({**opened.entries, **given.entries}), found
