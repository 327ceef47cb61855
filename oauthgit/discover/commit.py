"""Read the files of configs/ from a commit, as ``discover`` does from disk."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from oauthgit.discover.git import Commit, Entry, GitError
from oauthgit.discover.layout import (
    CONFIGS,
    SIZE,
    SOPS_RULES,
    classify,
    is_like_sops_rules,
    is_yaml,
    report_special,
    report_too_large,
    sort_outcomes,
    stray_rules,
)
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.workspace import File, Workspace

TOTAL: Final = 256 * 1024 * 1024


def discover_in(commit: Commit, known: Mapping[str, bytes] = MappingProxyType({})) -> tuple[Workspace, list[Finding]]:
    """Return the YAML files in the folder configs of a commit, and the skipped ones.

    Files and findings are those of ``discover`` for a checkout of the commit, without workflows
    and what concerns files that are not YAML. A file is not read from git if its content in ``known`` is the same.

    Raises:
        GitError: The commit cannot be read, or its files have more than 256 MiB together.

    """
    listed = {entry.path: entry for entry in commit.list_files(SOPS_RULES, CONFIGS) if _is_read(entry)}
    outcomes = [_outcome(entry) for entry in listed.values()]
    entries = [listed[outcome.path] for outcome in outcomes if isinstance(outcome, File)]
    if sum(entry.size for entry in entries) > TOTAL:
        raise GitError(
            f"{CONFIGS} has more than {TOTAL:,} bytes in {redact_urls(commit.ref)}, which no folder of settings needs"
        )
    contents = commit.read_new(entries, known)
    if len(contents) < len(entries):
        raise commit.repository.explain_failure(f"the files of {redact_urls(commit.ref)}")
    files, findings = sort_outcomes(_with_content(outcome, contents) for outcome in outcomes)
    return Workspace(str(commit.repository.root.absolute()), tuple(files)), findings


def refuse_unread_folders(commit: Commit) -> None:
    """Refuse a commit whose settings are in a submodule or behind a link.

    They are not in this repository, so everything in it would look new.

    Raises:
        GitError: There is such a folder, or the commit cannot be read.

    """
    for entry in commit.list_files(SOPS_RULES, CONFIGS):
        if entry.special and _is_read(entry) and not is_yaml(entry.path):
            raise GitError(
                f"{redact_urls(entry.path)} is {entry.special} in {redact_urls(commit.ref)}, so what it holds there is not in "
                "this repository (OG115); name a commit in which it is a folder"
            )


def _is_read(entry: Entry) -> bool:
    path = entry.path
    if path == SOPS_RULES:
        return True
    *folders, name = path.split("/")
    if any(folder.startswith(".") for folder in folders):
        return False
    return is_like_sops_rules(name) or ((bool(entry.special) or is_yaml(path)) and not name.startswith("."))


def _with_content(outcome: File | Finding, contents: Mapping[str, bytes]) -> File | Finding:
    if isinstance(outcome, Finding):
        return outcome
    content = contents[outcome.path]
    return outcome._replace(content=content) if outcome.path == SOPS_RULES else classify(outcome.path, content)


def _outcome(entry: Entry) -> File | Finding:
    if entry.path != SOPS_RULES and is_like_sops_rules(entry.path.rpartition("/")[2]):
        return stray_rules(entry.path)
    if entry.special:
        return report_special(entry.path, entry.special)
    file = classify(entry.path)
    if isinstance(file, File) and entry.size > SIZE:
        return report_too_large(entry.path, entry.size)
    return file
