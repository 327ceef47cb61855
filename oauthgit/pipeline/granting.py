"""What a change cannot grant itself: the part of the policy that opens doors, as it stands in the base."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from oauthgit import rules
from oauthgit.discover.git import GitError, read
from oauthgit.discover.placing import CONFIGS, POLICY
from oauthgit.model.display import shown
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from oauthgit.pipeline import loosening
from oauthgit.pipeline.assembling import policy_of
from oauthgit.pipeline.loading import Project, UnusableError
from oauthgit.triage import Choice, triage
from oauthgit.validate import validate

_PATH: Final = f"{CONFIGS}/{POLICY}"
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
        stated = policy_in(root, base, search)
        authority = _authority(root, base, stated.get("ca_file"), search)
    except GitError as error:
        raise UnusableError(f"what may be trusted cannot be read from the base: {error}") from None
    ours = project.policy
    policy = {
        **ours,
        **{name: stated.get(name) for name in (*loosening.LISTS, *loosening.SINGLE, "env_secrets")},
        "secrets": {**ours["secrets"], "key_types": stated["secrets"]["key_types"]},
        "smoke": {**ours["smoke"], **{name: stated["smoke"][name] for name in loosening.WRONG_SECRETS}},
    }
    end = f", which the policy in {shown(base)} does not grant; this run goes by the base"
    remedy = "Look whether secrets may go there; it counts once it is merged."
    found = loosening.findings(policy_document(project), loosening.doors(stated, ours), end, remedy)
    return Granted(_with_policy(project, policy)._replace(authority=authority), triage(found, Choice(), rules.load, {}))


def with_local_keys(project: Project) -> Project:
    """Return ``project`` with those key types only that need no key service: without a base, nobody approved others."""
    secrets = project.policy["secrets"]
    types = [name for name in secrets["key_types"] if name in _LOCAL_KEYS]
    return _with_policy(project, {**project.policy, "secrets": {**secrets, "key_types": types}})


def _with_policy(project: Project, policy: Mapping[str, Any]) -> Project:
    targets = tuple(settings._replace(policy=policy) for settings in project.targets)
    together = project.together()._replace(targets=targets)
    return project._replace(policy=policy, together=lambda: together)


def policy_document(project: Project) -> Document | None:
    """Return the policy as it was written."""
    return next((document for document in project.documents if document.kind is Kind.POLICY), None)


def policy_in(root: Path, base: str, search: str) -> Mapping[str, Any]:
    """Return the policy that the commit ``base`` states, the defaults filled in; a base without one grants these.

    Raises:
        GitError: The commit cannot be read.
        UnusableError: The policy in it has errors.

    """
    content = read(root, base, [_PATH], search=search).get(_PATH)
    if content is None:
        return policy_of([])
    raw, findings = parse(File(_PATH, Kind.POLICY, "policy", {}, content))
    document, more = validate(raw) if raw else (None, [])
    if document is None or findings or more:
        first = next(iter((*findings, *more)), None)
        why = f"line {first.location.line}: {first.message}" if first else "it is not a policy"
        raise UnusableError(f"{_PATH} in {shown(base)} has errors ({why}), and it decides where secrets may go")
    return policy_of([document])


def _authority(root: Path, base: str, file: str | None, search: str) -> str | None:
    if file is None or Path(file).is_absolute():
        return None
    content = read(root, base, [f"{CONFIGS}/{file}"], search=search).get(f"{CONFIGS}/{file}", b"")
    if b"-----BEGIN CERTIFICATE-----" not in content or not content.isascii():
        raise UnusableError(f"{shown(file)}, the ca_file of the policy in {shown(base)}, holds no certificate there")
    return content.decode("ascii")
