"""What a change cannot grant itself: the part of the policy that opens doors, as it stands in the base."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from oauthgit import rules
from oauthgit.discover.git import GitError, read
from oauthgit.discover.placing import CONFIGS, POLICY
from oauthgit.model.display import shown
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.pointer import join
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from oauthgit.pipeline.loading import Project, UnusableError, policy_of
from oauthgit.triage import Choice, triage
from oauthgit.validate import validate

_PATH: Final = f"{CONFIGS}/{POLICY}"
_LISTS: Final = ("trusted_hosts", "networks", "http_hosts")
_SINGLE: Final = ("ca_file", "proxy")
_WRONG_SECRETS: Final = ("control", "control_requests")
_LOCAL_KEYS: Final = ("age", "pgp")


class Granted(NamedTuple):
    """A project that goes by the base where its policy grants anything, and what its own policy would grant beyond."""

    project: Project
    loosened: tuple[Finding, ...]


def granted(project: Project, base: str, search: str) -> Granted:
    """Return ``project`` with the hosts, networks, authority, proxy, pins, key types and control that ``base`` grants.

    ``base`` names a commit and ``search`` is the PATH on which git is found. The certificate authority's file is taken
    from the base as well, unless its path is absolute. What the working tree's policy adds is a finding OG707, which
    the policy cannot switch off.

    Raises:
        UnusableError: The base, the policy in it, or the authority's file cannot be read.

    """
    root = Path(project.workspace.root)
    try:
        stated = _policy_in(read(root, base, [_PATH], search=search).get(_PATH), base)
        authority = _authority(root, base, stated.get("ca_file"), search)
    except GitError as error:
        raise UnusableError(f"what may be trusted is read from the base, so nothing was sent: {error}") from None
    ours = project.policy
    policy = {
        **ours,
        **{name: stated.get(name) for name in (*_LISTS, *_SINGLE, "env_secrets")},
        "secrets": {**ours["secrets"], "key_types": stated["secrets"]["key_types"]},
        "smoke": {**ours["smoke"], **{name: stated["smoke"][name] for name in _WRONG_SECRETS}},
    }
    document = next((each for each in project.documents if each.kind is Kind.POLICY), None)
    found = [_finding(document, base, *added) for added in _added(stated, ours)]
    return Granted(_with_policy(project, policy)._replace(authority=authority), triage(found, Choice(), rules.load, {}))


def with_local_keys(project: Project) -> Project:
    """Return ``project`` with those key types only that need no key service: without a base, nobody approved others."""
    secrets = project.policy["secrets"]
    types = [name for name in secrets["key_types"] if name in _LOCAL_KEYS]
    return _with_policy(project, {**project.policy, "secrets": {**secrets, "key_types": types}})


def _with_policy(project: Project, policy: Mapping[str, Any]) -> Project:
    targets = tuple(settings._replace(policy=policy) for settings in project.targets)
    return project._replace(policy=policy, targets=targets)


def _policy_in(content: bytes | None, base: str) -> Mapping[str, Any]:
    """Return the policy that ``content`` states, the defaults filled in; a base without one grants what they grant."""
    if content is None:
        return policy_of([])
    raw, findings = parse(File(_PATH, Kind.POLICY, "policy", {}, content))
    document, more = validate(raw) if raw else (None, [])
    if document is None or findings or more:
        first = next(iter((*findings, *more)), None)
        why = f"line {first.location.line}: {first.message}" if first else "it is not a policy"
        raise UnusableError(
            f"{_PATH} in {shown(base)} has errors ({why}); it decides where secrets may go, so nothing was sent"
        )
    return policy_of([document])


def _authority(root: Path, base: str, file: str | None, search: str) -> str | None:
    if file is None or Path(file).is_absolute():
        return None
    content = read(root, base, [f"{CONFIGS}/{file}"], search=search).get(f"{CONFIGS}/{file}", b"")
    if b"-----BEGIN CERTIFICATE-----" not in content or not content.isascii():
        raise UnusableError(f"{shown(file)}, the ca_file of the policy in {shown(base)}, holds no certificate there")
    return content.decode("ascii")


def _added(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what our policy grants and the base's does not, as a pointer and words."""
    for *path, name in (*((name,) for name in _LISTS), ("secrets", "key_types")):
        before, now = (policy["secrets"][name] if path else policy[name] for policy in (base, ours))
        for number, item in enumerate(now):
            if item not in before:
                yield join(*path, name, number), f"{name} gains {shown(item)}"
    for name in _SINGLE:
        if ours.get(name) not in {None, base.get(name)}:
            yield join(name), f"{name} becomes {shown(ours[name])}"
    for name in _WRONG_SECRETS:
        if ours["smoke"][name] > base["smoke"][name]:
            yield join("smoke", name), f"smoke.{name} allows more requests with wrong secrets"
    for name, endpoint in ours["env_secrets"].items():
        if base["env_secrets"].get(name) != endpoint:
            yield join("env_secrets", name), f"env_secrets lets {shown(name)} go to {shown(endpoint)}"


def _finding(document: Document | None, base: str, pointer: str, words: str) -> Finding:
    return Finding(
        "OG707",
        f"{words}, which the policy in {shown(base)} does not grant; this run goes by the base",
        document.locate(pointer) if document else Location(_PATH),
        remedy="Look whether secrets may go there; it counts once it is merged.",
    )
