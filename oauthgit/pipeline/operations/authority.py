"""Find the commits whose files grant trust.

Their names come from the CI system or the user; a change cannot choose them.

A trust setting decides where a secret goes, who can read it, or which program gets it. The working tree grants none,
except in a repository without a remote; see docs/trust.md.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from oauthgit.discover.git import Repository
from oauthgit.discover.refs import Ref, has_commit, is_submodule, list_refs, list_remotes, read_head
from oauthgit.model.ci_context import CiContext
from oauthgit.model.errors import UsageError
from oauthgit.model.formats.repository_url import is_same_repository
from oauthgit.model.formats.sanitize import quote, redact_urls

_HEADS: Final = re.compile(
    r"(?i)(?:.*/)?(?:(?:FETCH_|ORIG_|MERGE_|CHERRY_PICK_|AUTO_)?HEAD|@)(?:[~^@].*)?|.*@\{.*|.*[~^:].*"
)
_HASH: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LONG: Final = 12
_ORIGIN: Final = "refs/remotes/origin/"
_WAY_OUT: Final = "name the branch whose policy counts: --authority refs/remotes/origin/main"
_NAME: Final = re.compile(r"(?!-)[^\x00-\x20\x7f]{1,250}")


class Grantor(NamedTuple):
    """Name a commit that must grant trust, by a full ref or a CI variable."""

    name: str
    commit: str

    def __str__(self) -> str:
        short = self.commit[:_LONG]
        return (
            f"{redact_urls(self.name.removeprefix('refs/remotes/'))} ({short})" if self.name != self.commit else short
        )


class Authority(NamedTuple):
    """Hold all commits that must grant trust; none if the working tree counts.

    ``grantors`` are commits of the default branch. ``target`` is the tip of the branch that is built, or that a change
    is for, if it is another one. ``must_grant`` is true if the target must grant without delegation as well. ``url`` is
    the URL of the remote on a person's machine, else empty.
    """

    grantors: tuple[Grantor, ...] = ()
    target: Grantor | None = None
    must_grant: bool = False
    url: str = ""


TREE: Final = Authority()
"""The working tree itself: nobody else is there to ask."""


def find_authority(repository: Repository, ci: CiContext, named: str | None = None) -> Authority:
    """Return the commits whose files open doors.

    ``named`` is the ref of ``--authority``. In CI it must grant in addition to the branch that the system names.

    Raises:
        GitError: The repository cannot be read.
        UsageError: There is no authority; the text is one line that names the way out.

    """
    return _find_in_ci(repository, ci, named) if ci.is_ci else _find_at_home(repository, named)


def _find_in_ci(repository: Repository, ci: CiContext, named: str | None) -> Authority:
    if is_submodule(repository):
        raise UsageError(
            f"{redact_urls(repository.top.name)} is a submodule here, and CI names the branches of the repository around it; "
            "check the repository of the settings out by itself"
        )
    remotes = list_remotes(repository)
    if not (ci.default_branch or named):
        who = ci.name or "a run without a terminal"
        way = (
            _WAY_OUT
            if remotes
            else "run it at a terminal, or in a clone with a remote whose branch --authority can name"
        )
        raise UsageError(f"{who} names no default branch, so it is not known which policy counts; {way}")
    _check_origin(ci, remotes)
    # A symbolic ref is no branch of the server: origin/HEAD is what a clone made of it, or a branch called HEAD.
    refs = {name: ref for name, ref in list_refs(repository, _spellings(named)).items() if not ref.symref}
    grantors = _tips(repository, ci, refs)
    if named:
        grantors.append(_resolve(repository, named, refs, in_ci=True))
    target = ci.target_branch or ci.branch
    if target is None or target == ci.default_branch:
        return Authority(tuple(grantors))
    tip = refs.get(f"{_ORIGIN}{target}")
    if tip is None and ci.target_branch:
        raise _missing(target, "the branch that the change is for")
    return Authority(
        tuple(grantors), Grantor(f"{_ORIGIN}{target}", tip.commit) if tip else None, must_grant=bool(ci.target_branch)
    )


def _tips(repository: Repository, ci: CiContext, refs: Mapping[str, Ref]) -> list[Grantor]:
    """Return the stated default branch's commit, and its tip here if it differs."""
    if not ci.default_branch:
        return []
    found = []
    if ci.default_commit and has_commit(repository, ci.default_commit):
        found.append(Grantor(ci.default_commit, ci.default_commit))
    name = f"{_ORIGIN}{ci.default_branch}"
    if name in refs and refs[name].commit not in {each.commit for each in found}:
        found.append(Grantor(name, refs[name].commit))
    if not found:
        raise _missing(ci.default_branch, "the default branch")
    return found


def _find_at_home(repository: Repository, named: str | None) -> Authority:
    refs = list_refs(repository, _spellings(named))
    remotes = list_remotes(repository)
    if named:
        return Authority((_resolve(repository, named, refs, in_ci=False),), url=_url_of(named, remotes))
    if not remotes and not any(name.startswith("refs/remotes/") for name in refs):
        return TREE
    remote = "origin" if "origin" in remotes else next(iter(remotes)) if len(remotes) == 1 else None
    if remote is None:
        raise UsageError(f"this repository has {len(remotes)} remotes and none is called origin; {_WAY_OUT}")
    below, called = f"refs/remotes/{remote}/", redact_urls(remote)
    if not any(name.startswith(below) for name in refs):
        raise UsageError(
            f"no branch of {called} is here yet, so it is not known which policy counts; fetch it (git fetch {called} "
            f"&& git remote set-head {called} --auto), push the first branch (git push -u {called} HEAD), or, once you "
            "have read the files, add --trust-working-tree"
        )
    head = refs.get(f"{below}HEAD")
    if head is None or not head.symref.startswith(below):
        raise UsageError(
            f"the default branch of {called} is not known here, so it is not known which policy counts; "
            f"git remote set-head {called} --auto looks it up, or name it: --authority refs/remotes/{called}/main"
        )
    current = read_head(repository).removeprefix("refs/heads/")
    name = below + current
    target = Grantor(name, refs[name].commit) if current and name in refs and name != head.symref else None
    return Authority((Grantor(head.symref, head.commit),), target, url=_url_of(f"{remote}/", remotes))


def _check_origin(ci: CiContext, remotes: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a clone of another repository than the CI system's.

    Its branches belong to somebody else.
    """
    urls = remotes.get("origin", ())
    if not urls and (ci.repositories or ci.default_branch):
        raise UsageError(
            "this clone has no remote called origin, whose branches count; check out by git clone or the system's own step"
        )
    if ci.repositories and not all(any(is_same_repository(url, known) for known in ci.repositories) for url in urls):
        raise UsageError(
            f"origin of this clone is {redact_urls(urls[0])}, and {ci.name} runs for {redact_urls(ci.repositories[0])}: "
            "its branches are those of another repository, and open nothing here; check out that one"
        )


def _resolve(repository: Repository, named: str, refs: Mapping[str, Ref], *, in_ci: bool) -> Grantor:
    """Return the commit that a user calls the authority.

    The checked-out commit may be the change, so it is never used. In CI a local branch is ignored, because the job may
    have made it.
    """
    if not _NAME.fullmatch(named):
        raise UsageError(f'"{redact_urls(named)}" cannot name a commit; {_WAY_OUT}')
    if _HEADS.fullmatch(named):
        raise UsageError(
            f"--authority {redact_urls(named)} may be the change itself, which cannot grant anything to itself; {_WAY_OUT}"
        )
    if _HASH.fullmatch(named):
        if not has_commit(repository, named):
            raise UsageError(f"--authority {named} is no commit of this clone; fetch it first, or {_WAY_OUT}")
        if named == repository.find_commit("HEAD"):
            raise UsageError(f"--authority {named} is what is checked out, which may be the change itself; {_WAY_OUT}")
        return Grantor(named, named)
    found = [name for name in _spellings(named) if name in refs]
    if len(found) > 1:
        raise UsageError(
            f"--authority {redact_urls(named)} names {' and '.join(map(redact_urls, found))}; write one of them in full"
        )
    if not found:
        raise UsageError(
            f"--authority {redact_urls(named)} names no branch or tag of this clone; fetch it first: {_fetch(named)}"
        )
    (name,) = found
    if name.startswith("refs/heads/") and (in_ci or name == read_head(repository)):
        why = (
            "a local branch is whatever this job made of it"
            if in_ci
            else "it is checked out, so it may be the change itself"
        )
        raise UsageError(f"--authority {redact_urls(named)} does not count: {why}; {_WAY_OUT}")
    return Grantor(name, refs[name].commit)


def _spellings(named: str | None) -> tuple[str, ...]:
    """Return the full names that a ref may mean; a full name means itself."""
    if not named or _HASH.fullmatch(named) or not _NAME.fullmatch(named):
        return ()
    if named.startswith("refs/"):
        return (named,)
    return tuple(f"refs/{kind}/{named}" for kind in ("remotes", "heads", "tags"))


def _url_of(named: str, remotes: Mapping[str, tuple[str, ...]]) -> str:
    short = named.removeprefix("refs/remotes/")
    urls = next((urls for remote, urls in remotes.items() if short.startswith(f"{remote}/")), ())
    return urls[0] if urls else ""


def _missing(branch: str, meaning: str) -> UsageError:
    return UsageError(
        f"{redact_urls(branch)}, {meaning}, is not in this clone as origin/{redact_urls(branch)}, and "
        "its policy counts; check out the whole "
        f"history (GitHub: fetch-depth: 0; GitLab: GIT_DEPTH: 0; Azure: fetchDepth: 0), or {_fetch(f'origin/{branch}')}"
    )


def _fetch(named: str) -> str:
    """Return the command that fetches a branch into a clone of another one."""
    remote, _, branch = named.removeprefix("refs/remotes/").partition("/")
    if not branch:
        return "git fetch origin"
    remote, branch = redact_urls(remote), redact_urls(branch)
    refspec = f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}"
    return f"git fetch {quote(remote)} {quote(refspec)}"
