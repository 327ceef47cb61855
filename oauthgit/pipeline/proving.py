"""From effective settings to verdicts: decrypt, plan, probe, with or without the sandbox."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oauthgit import rules
from oauthgit.decrypt import decrypt, from_environment
from oauthgit.decrypt.quality import quality
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.secret import Vault
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.verdict import Verdict
from oauthgit.pipeline.loading import Project
from oauthgit.triage import Choice, triage

if TYPE_CHECKING:
    from oauthgit.probe import Limits, Plan, Progress


class Proof(NamedTuple):
    """What a smoke test proved: a verdict for every grant of every server of every target, and what to know of them."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


def prove(
    project: Project,
    targets: Sequence[Settings],
    environment: Mapping[str, str],
    *,
    sandbox: bool,
    listen: "Callable[[Progress], None]",
) -> Proof:
    """Try the credentials of ``targets`` at their token endpoints.

    ``environment`` holds what ``sops`` and ``{from_env: NAME}`` may need; secrets are opened only for these targets.
    With ``sandbox`` every probe goes to an authorization server in this process instead of the configured one.

    Raises:
        ImportError: ``sandbox`` is asked for and its libraries are not installed.

    """
    from oauthgit import probe

    planned, findings = credentials(project, targets, environment, sandbox=sandbox)
    limits = _limits(project, sandbox=sandbox)
    if sandbox:
        from oauthgit import sandbox as server

        with server.start(planned.credentials) as running:
            redirected = [
                credential._replace(token_endpoint=own.token_endpoint, revocation_endpoint=own.revocation_endpoint)
                for credential, own in zip(planned.credentials, running.endpoints, strict=True)
            ]
            verdicts = probe.run(redirected, targets, limits, listen=listen)
    else:
        verdicts = probe.run(planned.credentials, targets, limits, listen=listen)
    verdicts = tuple(sorted((*planned.refused, *verdicts), key=lambda verdict: verdict[:3]))
    return Proof(verdicts, _triaged(project, (*findings, *probe.report(verdicts))))


def untried(targets: Sequence[Settings], reason: str) -> Proof:
    """Return that nothing of ``targets`` was tried, for one and the same reason; no secret is opened."""
    from oauthgit import probe

    planned = probe.plan(targets, Vault({}), {settings.target: reason for settings in targets})
    return Proof(tuple(verdict._replace(code="", remedy="") for verdict in planned.refused), ())


def credentials(
    project: Project, targets: Sequence[Settings], environment: Mapping[str, str], *, sandbox: bool
) -> "tuple[Plan, list[Finding]]":
    """Open the secrets that won in ``targets`` and return what may be asked with them, and what could not be opened."""
    from oauthgit import probe

    blocked = project.broken
    references = [
        reference
        for settings in targets
        if settings.target not in blocked
        for server in settings.servers.values()
        if isinstance(reference := server.get("client_secret"), SecretReference)
    ]
    documents = {document.file: document for document in project.documents}

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
    findings = [found._replace(targets=using.get(found.location.file, ())) for found in (*findings, *more)]
    vault = Vault({**opened.entries, **given.entries})
    findings += [
        found if found.targets else found._replace(targets=_holding(targets, found))
        for found in quality(targets, vault)
    ]
    return probe.plan(targets, vault, blocked, sandbox=sandbox), findings


def _holding(targets: Sequence[Settings], finding: Finding) -> tuple[str, ...]:
    at = finding.location
    return tuple(settings.target for settings in targets if settings.locate(at.pointer) == at)


def _limits(project: Project, *, sandbox: bool) -> "Limits":
    from oauthgit.probe import Limits

    policy = project.policy
    ca_file = policy.get("ca_file")
    return Limits(
        timeout=policy["smoke"]["timeout"],
        concurrency=policy["smoke"]["concurrency"],
        per_host=policy["smoke"]["per_host"],
        networks=tuple(policy["networks"]),
        ca_file=str(Path(project.workspace.root, "configs", ca_file)) if ca_file else None,
        ca_data=project.authority,
        proxy=policy.get("proxy"),
        sandbox=sandbox,
    )


def _triaged(project: Project, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    environments = {settings.target: settings.environment for settings in project.targets}
    return triage(findings, Choice(rules=project.policy["rules"]), rules.load, environments)
