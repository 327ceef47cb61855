"""Run a smoke test: decrypt, plan, probe, with or without the sandbox."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from oauthgit.decrypt.secret_checks import check_secrets
from oauthgit.discover.catalogue import provider_index
from oauthgit.model.finding import Finding
from oauthgit.model.formats.provider_index import find_provider_of_metadata
from oauthgit.model.project import Project
from oauthgit.model.secret import Vault
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Verdict
from oauthgit.pipeline.findings import grade
from oauthgit.pipeline.operations.open_secrets import open_secrets
from oauthgit.pipeline.operations.pin_obstacles import name_obstacles
from oauthgit.pipeline.operations.sandbox import list_clients, redirect
from oauthgit.pipeline.operations.select import shard
from oauthgit.pipeline.resolve import catalogue_entry

if TYPE_CHECKING:
    from oauthgit.model.credential import GrantedEndpoint
    from oauthgit.model.planned_request import PlannedRequest
    from oauthgit.model.provider import Provider
    from oauthgit.probe import Limits, Plan, Progress


class SmokeResult(NamedTuple):
    """Hold the verdicts of a smoke test, one for each grant of a server.

    In a dry run, ``requests`` are the first ones that a smoke test would send.
    """

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    requests: "tuple[PlannedRequest, ...] | None" = None


class SmokeOptions(NamedTuple):
    """Hold the options of a smoke test.

    With ``sandbox`` every probe goes to an authorization server in this process instead of the configured one. With
    ``control`` (or ``smoke.control`` in the policy) requests with a wrong secret are sent as well. ``listen`` receives the
    progress. After ``stop`` is set, no new probe starts, and the tokens that were obtained are revoked. With ``verbose``,
    unknown error codes of servers are shown, redacted.
    """

    sandbox: bool = False
    control: bool = False
    listen: "Callable[[Progress], None]" = lambda _: None
    stop: Event | None = None
    verbose: bool = False


def run_smoke_test(project: Project, targets: Sequence[Settings], planned: "Plan", manner: SmokeOptions) -> SmokeResult:
    """Run the planned requests for ``targets``.

    Raises:
        ImportError: ``manner.sandbox`` is set, but the libraries of the sandbox are not installed.

    """
    from oauthgit import probe

    limits = limits_of(project, manner)
    if manner.sandbox:
        from oauthgit import sandbox

        with sandbox.start(list_clients(planned)) as running:
            redirected = redirect(planned, running.endpoints)
            proved = probe.run(redirected, targets, limits, listen=manner.listen, stop=manner.stop)
    else:
        informed = planned._replace(recognize=provider_of_metadata)
        proved = probe.run(informed, targets, limits, listen=manner.listen, stop=manner.stop)
    verdicts = tuple(sorted((*planned.refused, *proved.verdicts), key=lambda verdict: verdict[:3]))
    return SmokeResult(verdicts, grade_findings(project, (*probe.report(verdicts), *proved.findings)))


def provider_of_metadata(document: Mapping[str, Any]) -> "Provider | None":
    """Return the catalogue's entry for the software of an issuer, or None."""
    from oauthgit.model.provider import provider_of

    name = find_provider_of_metadata(document, provider_index())
    entry = catalogue_entry(name) if name else None
    return provider_of(entry.data) if entry else None


def dry_run(project: Project, targets: Sequence[Settings], planned: "Plan", manner: SmokeOptions) -> SmokeResult:
    """Return the first requests of :func:`run_smoke_test`; none is sent."""
    from oauthgit import probe

    rehearsed = probe.list_first_requests(planned, targets, limits_of(project, manner))
    verdicts = sorted((*planned.refused, *rehearsed.verdicts), key=lambda verdict: verdict[:3])
    return SmokeResult(tuple(verdicts), grade_findings(project, probe.report(planned.refused)), rehearsed.requests)


def shard_plan(planned: "Plan", part: tuple[int, int] | None) -> "Plan":
    """Return one part of a plan, such as (2, 5): part two of five.

    Requests of one client stay together. Each part reports its own verdicts only, those of refused probes included.
    """
    if part is None:
        return planned
    clients = [(credential.token_endpoint, credential.client_id) for credential in planned.credentials]
    refused = [(verdict.target, verdict.server) for verdict in planned.refused]
    ours, untried_here = set(shard(clients, *part)), set(shard(refused, *part))
    kept = tuple(each for each in planned.credentials if (each.token_endpoint, each.client_id) in ours)
    holders = {holder for credential in kept for holder in credential.users}
    return planned._replace(
        credentials=kept,
        refused=tuple(verdict for verdict in planned.refused if (verdict.target, verdict.server) in untried_here),
        authorization_requests=tuple(
            login for login in planned.authorization_requests if not holders.isdisjoint(login.users)
        ),
        issuers=tuple(issuer for issuer in planned.issuers if not holders.isdisjoint(issuer.users)),
    )


def list_sent_texts(planned: "Plan") -> Iterator[str]:
    """Yield every text that is sent as a secret, in each encoding."""
    from oauthgit.probe.requests import basic

    for credential in planned.credentials:
        secret = credential.secret.reveal()
        yield from (secret, quote(secret, safe=""), basic(credential.client_id, secret))


def report_untried(targets: Sequence[Settings], reason: str) -> SmokeResult:
    """Return a result without verdicts, for one reason; no secret is decrypted."""
    from oauthgit import probe

    planned = probe.make_plan(targets, Vault({}), {settings.target: reason for settings in targets})
    return SmokeResult(tuple(verdict._replace(code="", remedy="") for verdict in planned.refused), ())


def credentials(
    project: Project,
    targets: Sequence[Settings],
    environment: Mapping[str, str],
    *,
    sandbox: bool,
    granted: "frozenset[GrantedEndpoint]" = frozenset(),
) -> "tuple[Plan, tuple[Finding, ...]]":
    """Decrypt the secrets of ``targets``; return the plan and the findings.

    ``granted`` are the revocation and introspection endpoints that the authority states (``probe.stated_endpoints``).
    """
    from oauthgit import probe

    vault, findings = open_secrets(project, targets, environment)
    findings += [
        found if found.targets else found._replace(targets=_holding(targets, found))
        for found in check_secrets(targets, vault)
    ]
    planned = probe.make_plan(targets, vault, project.blocked, sandbox=sandbox, granted=granted)
    planned = planned._replace(refused=name_obstacles(project, targets, planned.refused))
    return planned, grade_findings(project, findings)


def _holding(targets: Sequence[Settings], finding: Finding) -> tuple[str, ...]:
    at = finding.location
    return tuple(settings.target for settings in targets if settings.locate(at.pointer) == at)


def conditions(project: Project, manner: SmokeOptions) -> tuple[str, ...]:
    """Return the conditions of a smoke test that readers of a report need."""
    most = limits_of(project, manner).control
    control = f"the control: up to {most} more requests for each client, some with a wrong secret"
    return (*conditions_of_network(project, sandbox=manner.sandbox), *([control] if most else []))


def conditions_of_network(project: Project, *, sandbox: bool = False) -> tuple[str, ...]:
    """Return the conditions of all requests that readers of a report need."""
    proxy, authority = project.policy.get("proxy"), project.policy.get("ca_file")
    ways = [f"the proxy {proxy}"] if proxy and not sandbox else []
    return (*ways, *([f"the certificate authorities of {authority}"] if authority else []))


def limits_of(project: Project, manner: SmokeOptions) -> "Limits":
    """Return the limits that the policy sets for requests."""
    from oauthgit.probe import Limits

    policy, smoke = project.policy, project.policy["smoke"]
    ca_file = policy.get("ca_file")
    return Limits(
        timeout=smoke["timeout"],
        concurrency=smoke["concurrency"],
        per_host=smoke["per_host"],
        networks=tuple(policy["networks"]),
        ca_file=str(Path(project.workspace.root, "configs", ca_file)) if ca_file else None,
        ca_data=project.ca_pem,
        proxy=policy.get("proxy"),
        control=smoke["control_requests"] if manner.control or smoke["control"] else 0,
        sandbox=manner.sandbox,
        verbose=manner.verbose,
    )


def grade_findings(project: Project, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings with the severities of the policy."""
    return grade(findings, severities=project.policy["rules"], environments=project.environments)
