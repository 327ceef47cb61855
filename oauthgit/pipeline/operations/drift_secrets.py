"""Compare secrets of a table with those of git, under the rules of a smoke test."""

from collections.abc import Mapping

from oauthgit.model.project import Project
from oauthgit.model.secret import Secret, VaultEntry
from oauthgit.pipeline.operations.open_secrets import open_secrets
from oauthgit.pipeline.operations.select import select_targets


def compare_secrets(
    project: Project, theirs: Mapping[tuple[str, str], Secret], environment: Mapping[str, str]
) -> dict[tuple[str, str], bool | str]:
    """Return if each secret is that of git, or the reason for no comparison.

    ``project`` has the trust settings that apply, and ``theirs`` the secrets of the table by target and server. Only secrets
    that a smoke test would send are compared: a result is a hint at the secret, so the rules are the same.
    """
    from oauthgit.probe import gate

    chosen = select_targets(project.resolve().targets, environments=(), servers=(), pairs=theirs.keys())
    vault, findings = open_secrets(project, chosen, environment)
    closed = {finding.location.file: finding.message for finding in findings}
    found: dict[tuple[str, str], bool | str] = {}
    for settings in chosen:
        for server, data in settings.servers.items():
            place = settings.target, server
            if settings.target in project.blocked:
                found[place] = project.blocked[settings.target]
                continue
            entry = gate.check(settings, server, vault, sandbox=False)
            if isinstance(entry, VaultEntry):
                found[place] = entry.secret == theirs[place]  # in constant time
            else:
                found[place] = closed.get(data["client_secret"].file, entry.reason)
    return found
