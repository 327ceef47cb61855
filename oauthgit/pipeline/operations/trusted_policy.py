"""Apply the trust settings of the commits that grant trust."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from oauthgit.discover.commit import refuse_unread_folders
from oauthgit.discover.git import Commit, Repository
from oauthgit.discover.layout import CONFIGS, POLICY, SOPS_RULES
from oauthgit.model.document import Document
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.project import Project, Resolution
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from oauthgit.pipeline.findings import grade
from oauthgit.pipeline.operations import granted_columns, policy_loosened
from oauthgit.pipeline.operations.authority import Authority, Grantor
from oauthgit.pipeline.operations.sops_rules import SopsRules, rules_of
from oauthgit.pipeline.read import policy_of
from oauthgit.validate import validate

_PATH: Final = f"{CONFIGS}/{POLICY}"
_LOCAL_KEYS: Final = ("age", "pgp")


class TrustedProject(NamedTuple):
    """Hold a project with the trust settings that the grantors agree on.

    ``findings`` report the trust settings that only the working tree has (OG707). ``sops_rules`` has for each grantor the
    ``.sops.yaml`` that applies there, or None. ``grantors`` are the commits that were taken into account.
    ``is_adopted`` is false if none of the authority's grantors has a policy yet.
    """

    project: Project
    findings: tuple[Finding, ...]
    sops_rules: tuple[SopsRules | None, ...]
    grantors: tuple[Grantor, ...]
    is_adopted: bool = True


class _Stated(NamedTuple):
    """Hold the policy of a commit with defaults; ``is_there`` if it has one."""

    grantor: Grantor
    policy: Mapping[str, Any]
    is_there: bool


def apply_authority(project: Project, repository: Repository, authority: Authority) -> TrustedProject:
    """Return ``project`` with the trust settings that all grantors agree on.

    Lists are intersected: a setting counts if every grantor has it. The target branch of a change must grant it as well. If
    the default branch delegates to the target branch (``delegated_branches``), the target branch alone decides.

    Raises:
        GitError: The commits cannot be read.
        UsageError: A policy has errors, or proxies or certificate authorities differ.

    """
    candidates = [*authority.grantors, *([authority.target] if authority.target else [])]
    path = repository.within(_PATH)
    contents = repository.read_blobs([(grantor.commit, path) for grantor in candidates])
    found = [(grantor, contents.get((grantor.commit, path))) for grantor in candidates]
    for grantor in (each for each, content in found if content is None):
        refuse_unread_folders(repository.commit(grantor.commit))  # a policy in a submodule is no missing policy
    stated = [_Stated(each, _parse_policy(content, str(each)), content is not None) for each, content in found]
    counting = _select(authority, stated)
    policy = _intersect(counting)
    ours = project.policy
    merged = {
        **ours,
        **{name: policy.get(name) for name in (*policy_loosened.LISTS, *policy_loosened.SINGLE, "env_secrets")},
        "secrets": {**ours["secrets"], "key_types": policy["secrets"]["key_types"]},
        "platform": granted_columns.grant(ours, [each.policy for each in counting]),
        "smoke": {**ours["smoke"], **{name: policy["smoke"][name] for name in policy_loosened.WRONG_SECRETS}},
    }
    grantors = tuple(each.grantor for each in counting)
    pem = _read_certificates(repository, counting, policy.get("ca_file"))
    return TrustedProject(
        _with_policy(project, merged)._replace(ca_pem=pem),
        grade(_list_missing(project, authority, counting)),
        _read_sops_rules(repository, grantors),
        grantors,
        is_adopted=any(each.is_there for each in stated[: len(authority.grantors)]),
    )


def trust_tree(project: Project) -> TrustedProject:
    """Return ``project`` with its own trust settings, without any grantor."""
    return TrustedProject(project, (), (rules_of(project),), ())


def list_trust_settings(project: Project) -> list[str]:
    """Return the trust settings of the project's policy, a line with place each."""
    document = policy_document(project)
    return [
        f"{each.location.file}:{each.location.line}:{each.location.column}: {each.message}"
        for each in policy_loosened.findings(
            document, policy_loosened.find_widened_trust(policy_of([]), project.policy), "", ""
        )
    ]


def with_local_keys(project: Project) -> Project:
    """Return ``project`` with those key types only that need no key service."""
    secrets = project.policy["secrets"]
    types = [name for name in secrets["key_types"] if name in _LOCAL_KEYS]
    return _with_policy(project, {**project.policy, "secrets": {**secrets, "key_types": types}})


def _select(authority: Authority, stated: Sequence[_Stated]) -> Sequence[_Stated]:
    """Return the policies that count: those of the grantors and of the target."""
    grantors, target = stated[: len(authority.grantors)], stated[len(authority.grantors) :]
    if authority.target is None:
        return grantors
    branch = authority.target.name.removeprefix("refs/remotes/").partition("/")[2]
    if all(_matches(branch, each.policy["delegated_branches"]) for each in grantors):
        return target
    return stated if authority.must_grant else grantors


def _list_missing(project: Project, authority: Authority, counting: Sequence[_Stated]) -> Iterator[Finding]:
    """Yield an OG707 for each trust setting that only the project has."""
    shut: dict[policy_loosened.Relaxation, list[Grantor]] = {}
    for each in counting:
        for relaxation in policy_loosened.find_widened_trust(each.policy, project.policy):
            shut.setdefault(relaxation, []).append(each.grantor)
    of_remote = f" of {redact_urls(authority.url)}" if authority.url else ""
    at_home = "; on your own machine, --trust-working-tree applies it" if authority.url else ""
    for relaxation, grantors in shut.items():
        named = " and ".join(map(str, grantors))
        end = f", which the policy in {named}{of_remote} does not grant, so this run does not use it"
        remedy = f"Check that it is meant, and merge it there in a separate change: then it applies{at_home}."
        yield from policy_loosened.findings(policy_document(project), (relaxation,), end, remedy)


def _matches(branch: str, patterns: Sequence[str]) -> bool:
    """Return True if a pattern matches ``branch``; ``*`` stays in one segment."""
    segments = branch.split("/")
    return any(
        len(segments) == len(parts) and all(map(fnmatchcase, segments, parts))
        for parts in (pattern.split("/") for pattern in patterns)
    )


def _intersect(stated: Sequence[_Stated]) -> Mapping[str, Any]:
    """Return the trust settings that all policies grant."""
    first, *others = (each.policy for each in stated)
    policy = dict(first)
    for other in others:
        for name in policy_loosened.SINGLE:
            if policy.get(name) != other.get(name):
                raise UsageError(
                    f"{name} of the policy differs between {' and '.join(str(each.grantor) for each in stated)}, "
                    "and it decides where secrets go; make it the same in both"
                )
        for name in policy_loosened.LISTS:
            policy[name] = [item for item in policy[name] if item in other[name]]
        pins = other["env_secrets"]
        policy["env_secrets"] = {name: pin for name, pin in policy["env_secrets"].items() if pins.get(name) == pin}
        types = [name for name in policy["secrets"]["key_types"] if name in other["secrets"]["key_types"]]
        policy["secrets"] = {**policy["secrets"], "key_types": types}
        limits = {name: min(policy["smoke"][name], other["smoke"][name]) for name in policy_loosened.WRONG_SECRETS}
        policy["smoke"] = {**policy["smoke"], **limits}
    return policy


def _with_policy(project: Project, policy: Mapping[str, Any]) -> Project:
    def resolve() -> Resolution:
        resolution = project.resolve()
        return resolution._replace(targets=[each._replace(policy=policy) for each in resolution.targets])

    return project._replace(policy=policy, resolve=cache(resolve))


def policy_document(project: Project) -> Document | None:
    """Return the document of the policy, without defaults, or None."""
    return next((document for document in project.shared_documents if document.kind is Kind.POLICY), None)


def policy_in(base: Commit) -> Mapping[str, Any]:
    """Return the policy of a commit with defaults, or the defaults alone.

    Raises:
        GitError: The commit cannot be read.
        UsageError: The policy in it has errors.

    """
    refuse_unread_folders(base)
    return _parse_policy(base.read([_PATH]).get(_PATH), redact_urls(base.ref))


def _parse_policy(content: bytes | None, where: str) -> Mapping[str, Any]:
    if content is None:
        return policy_of([])
    raw, findings = parse(File(_PATH, Kind.POLICY, "policy", {}, content))
    document, more = validate(raw) if raw else (None, [])
    if document is None or findings or more:
        first = next(iter((*findings, *more)), None)
        why = f"line {first.location.line}: {first.message}" if first else "it is not a policy"
        raise UsageError(f"{_PATH} in {where} has errors ({why}), and it decides where secrets may go")
    return policy_of([document])


def _read_certificates(repository: Repository, stated: Sequence[_Stated], file: str | None) -> str | None:
    """Return the CA certificates that all grantors have, in PEM.

    A file outside the repository is read later.
    """
    path = _path_of_certificates(repository, file)
    if file is None or path is None:
        return None
    contents = repository.read_blobs([(each.grantor.commit, path) for each in stated])
    texts = {contents.get((each.grantor.commit, path), b"") for each in stated}
    named = " and ".join(str(each.grantor) for each in stated)
    if len(texts) > 1:
        raise UsageError(f"{redact_urls(file)}, the ca_file of the policy, is not the same in {named}")
    (content,) = texts
    if b"-----BEGIN CERTIFICATE-----" not in content or not content.isascii():
        raise UsageError(f"{redact_urls(file)}, the ca_file of the policy in {named}, holds no certificate there")
    return content.decode("ascii")


def _path_of_certificates(repository: Repository, file: str | None) -> str | None:
    """Return the path of ``ca_file`` in the repository; None if it is elsewhere."""
    if file is None:
        return None
    if not Path(file).is_absolute():
        return repository.within(f"{CONFIGS}/{file}")
    top = repository.top.resolve()
    for path in (Path(file), Path(file).resolve()):
        if path.is_relative_to(top):
            return path.relative_to(top).as_posix()
    return None


def _read_sops_rules(repository: Repository, grantors: Sequence[Grantor]) -> tuple[SopsRules | None, ...]:
    """Return the ``.sops.yaml`` of each grantor that is nearest to ``configs/``."""
    depth = len([part for part in repository.below.split("/") if part not in {"", "."}])
    paths = {name: repository.within(name) for name in (f"{'../' * up}{SOPS_RULES}" for up in range(depth + 1))}
    contents = repository.read_blobs([(grantor.commit, path) for grantor in grantors for path in paths.values()])
    found: list[SopsRules | None] = []
    for commit in (grantor.commit for grantor in grantors):
        there = [name for name, path in paths.items() if (commit, path) in contents]
        found.append(SopsRules(there[0], contents[commit, paths[there[0]]]) if there else None)
    return tuple(found)
