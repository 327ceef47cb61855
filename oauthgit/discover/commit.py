"""Read the files of configs/ from a commit, as ``discover`` does from disk."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from oauthgit.discover.git import Commit, Entry, GitError
from oauthgit.discover.placing import (
    CONFIGS,
    SIZE,
    SOPS_RULES,
    is_like_sops_rules,
    is_yaml,
    placed,
    sort_outcomes,
    special,
    stray_rules,
    too_large,
)
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import shown
from oauthgit.model.workspace import File, Workspace

TOTAL: Final = 256 * 1024 * 1024


def discover_in(commit: Commit, known: Mapping[str, bytes] = MappingProxyType({})) -> tuple[Workspace, list[Finding]]:
    """Return the YAML files in the folder configs of a commit, and the skipped ones.

    Files and findings are those of ``discover`` for a checkout of the commit, without workflows. A file is not read from
    git if its content in ``known`` is the same.

    Raises:
        GitError: The commit cannot be read, or its files have more than 256 MiB together.

    """
    listed = {entry.path: entry for entry in commit.list_files(SOPS_RULES, CONFIGS) if _is_looked_at(entry)}
    files, findings = sort_outcomes(map(_outcome, listed.values()))
    entries = [listed[file.path] for file in files]
    if sum(entry.size for entry in entries) > TOTAL:
        raise GitError(
            f"{CONFIGS} has more than {TOTAL:,} bytes in {shown(commit.ref)}, which no folder of settings needs"
        )
    contents = commit.read_new(entries, known)
    if len(contents) < len(files):
        raise commit.repository.explain_failure(f"the files of {shown(commit.ref)}")
    root = str(commit.repository.root.absolute())
    return Workspace(root, tuple(file._replace(content=contents[file.path]) for file in files)), findings


def _is_looked_at(entry: Entry) -> bool:
    path = entry.path
    if path == SOPS_RULES:
        return True
    *folders, name = path.split("/")
    if any(folder.startswith(".") for folder in folders):
        return False
    return is_like_sops_rules(name) or ((bool(entry.special) or is_yaml(path)) and not name.startswith("."))


def _outcome(entry: Entry) -> File | Finding:
    if entry.path != SOPS_RULES and is_like_sops_rules(entry.path.rpartition("/")[2]):
        return stray_rules(entry.path)
    if entry.special:
        return special(entry.path, entry.special)
    file = placed(entry.path)
    if isinstance(file, File) and entry.size > SIZE:
        return too_large(entry.path, entry.size)
    return file
