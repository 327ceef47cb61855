"""Derive the kind and the identity of a file from its path."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from oauthgit.discover.collisions import collisions
from oauthgit.model.finding import Finding
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.portable_name import are_portable, why_unportable
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.location import Location
from oauthgit.model.workspace import File, Kind

CONFIGS: Final = "configs"
POLICY: Final = "oauthgit.yaml"
SOPS_RULES: Final = ".sops.yaml"
SOPS_RULES_MISSPELT: Final = ".sops.yml"
WORKFLOWS: Final = ".github/workflows"
_BELOW: Final = f"{CONFIGS}/"
_OF_WORKFLOWS: Final = f"{WORKFLOWS}/"
SIZE: Final = 1024 * 1024

FOLDERS: Final = {
    "branches": (Kind.BRANCH, ("model", "branch")),
    "runtime_configurations": (Kind.RUNTIME_CONFIGURATION, ("model", "branch", "name")),
    "iam_applications": (Kind.IAM_APPLICATION, ("application",)),
}
"""For each folder the kind of its files, and the identity fields in the path below it."""

_SINGLE: Final = {SOPS_RULES: (Kind.SOPS_RULES, ""), f"{CONFIGS}/{POLICY}": (Kind.POLICY, "policy")}
_OF_SECRETS: Final = regex(r"^kind: *(?:secrets\b|[\"']?ENC\[)", re.MULTILINE)
_NAME: Final = regex(r"[A-Za-z0-9][A-Za-z0-9_.@ -]*")


def is_yaml(path: str) -> bool:
    """Return True if a path looks like that of a YAML file."""
    return path.lower().endswith((".yaml", ".yml"))


def _holds_secrets(content: bytes) -> bool:
    """Return True if a file has secrets as SOPS writes them.

    It has the metadata of SOPS, and its kind is that of secrets or encrypted.
    """
    return b"\nsops:" in content and _OF_SECRETS.search(content.decode(errors="replace")) is not None


class _Folder(NamedTuple):
    """Describe the files in a folder.

    ``kind`` is their kind, ``identity`` are the fields in the path of the folder, and ``field`` is the field in the name of
    a file. ``layers`` is the prefix of the ids of their layers. ``bad`` is the first invalid name in the path.
    """

    kind: Kind
    identity: Mapping[str, str]
    field: str
    layers: str
    bad: str | None


def classify(path: str, content: bytes = b"") -> File | Finding:
    """Return the file with the kind and the identity from its path, or a finding."""
    above, _, last = path.rpartition("/")
    if path in _SINGLE or path.startswith(_OF_WORKFLOWS):
        return File(path, *_SINGLE.get(path, (Kind.WORKFLOW, "")), {}, content)
    if not last.endswith(".yaml"):
        return _report_unexpected(path, "its name does not end in .yaml", _rename(path))
    folder = _folder(above)
    if folder is None:
        return _report_unexpected(path, "it is not in one of the known places", _places(path.split("/")[1]))
    own = last.removesuffix(".yaml").removesuffix(".secrets")
    bad = folder.bad if folder.bad is not None or _NAME.fullmatch(own) else own
    if bad is not None:
        return _bad_name(path, bad)
    layer = f"{folder.layers}{own}"
    if last.endswith(".secrets.yaml"):
        return File(path, Kind.SECRETS, layer, {}, content)
    file = File(path, folder.kind, layer, {**folder.identity, folder.field: own}, content)
    return _report_misnamed_secrets(path) if _holds_secrets(content) else file


@lru_cache(maxsize=1024)
def _folder(path: str) -> _Folder | None:
    _, *segments = path.split("/")
    kind, fields = FOLDERS.get(segments[0], (None, ())) if segments else (None, ())
    if kind is None or len(segments) != len(fields):
        return None
    names = segments[1:]
    bad = next((name for name in names if not _NAME.fullmatch(name)), None)
    return _Folder(
        kind, dict(zip(fields, names, strict=False)), fields[-1], "".join(f"{name}/" for name in (kind, *names)), bad
    )


def sops_rules(root: str, path: str, content: bytes = b"") -> File:
    """Return the creation rules of SOPS at ``path``, which is in ``root`` or above it.

    SOPS matches paths relative to the folder of its rules. The identity's ``folder`` is the path from there to ``root``.
    """
    levels = path.count("../")
    folder = "/".join(root.split("/")[-levels:]) if levels else ""
    return File(path, Kind.SOPS_RULES, "", {"folder": folder} if folder else {}, content)


def is_sops_rules(path: str) -> bool:
    """Return True if ``path`` is that of creation rules in the root or above it.

    It is relative to the root.
    """
    return path.endswith(SOPS_RULES) and not path.removesuffix(SOPS_RULES).replace("../", "")


def is_like_sops_rules(name: str) -> bool:
    """Return True if a file name is or resembles that of creation rules of SOPS."""
    return name.lower() in {SOPS_RULES, SOPS_RULES_MISSPELT}


def stray_rules(path: str) -> Finding:
    """Return the finding for a file that looks like creation rules, but is not used."""
    if path.endswith(SOPS_RULES_MISSPELT):
        return _report_unexpected(
            path, f"sops reads only {SOPS_RULES}", f"Rename it to {SOPS_RULES}, or remove it if there is one already."
        )
    return _report_unexpected(
        path,
        f"the {SOPS_RULES} in effect is the nearest one beside {CONFIGS} or above; but if sops is run by hand in this folder, "
        "it uses this file and encrypts for the readers named in it",
        f"Move its rules to the {SOPS_RULES} in effect, and remove it.",
    )


def sort_outcomes(outcomes: Iterable[File | Finding]) -> tuple[list[File], list[Finding]]:
    """Return the files in ``outcomes``, and the findings, with those of their names."""
    files: list[File] = []
    findings: list[Finding] = []
    for outcome in outcomes:
        if isinstance(outcome, Finding):
            findings.append(outcome)
        else:
            files.append(outcome)
    paths = [file.path for file in files]
    return files, findings + _unportable(paths) + collisions(paths)


def report_unportable(path: str) -> Finding | None:
    """Return the finding for a path in configs/ that Windows cannot have, or None."""
    why = why_unportable(path) if path.startswith(_BELOW) else ""
    message = f"Windows cannot have this file, so nobody can check out the repository there: {why}"
    return Finding("OG121", message, Location(path), remedy="Rename the file or folder.") if why else None


def _unportable(paths: Iterable[str]) -> list[Finding]:
    """Return a finding for each folder or file name that Windows cannot have, once."""
    if are_portable(paths):
        return []
    found: dict[str, Finding] = {}
    for path in paths:
        if finding := report_unportable(path):
            above = path.rpartition("/")[0]
            found.setdefault(above if why_unportable(above) else path, finding)
    return list(found.values())


def report_too_large(path: str, size: int) -> Finding:
    """Return the finding for a file that is too large."""
    message = f"the file has {size:,} bytes; the limit of {SIZE:,} keeps every check fast and safe"
    return Finding(
        "OG114", message, Location(path), remedy="Split the file, or move parts that are not settings elsewhere."
    )


def report_special(path: str, what: str) -> Finding:
    """Return the finding for ``path``, which is ``what`` and not a file or folder."""
    message = f"this is {what}, not a file or folder: its contents are not part of the reviewed files"
    return Finding("OG115", message, Location(path), remedy="Replace it by the file or folder itself.")


def report_unreadable(path: str, error: OSError) -> Finding:
    """Return the finding for a file or folder that cannot be read."""
    message = f"it cannot be read ({error.strerror}), so it is not checked"
    return Finding("OG001", message, Location(path), remedy="Make it readable for the account that runs this check.")


def report_unchecked(path: str, why: str, place: Location | None = None) -> Finding:
    """Return the finding for a workflow that is not checked."""
    message = f"this workflow is not checked for jobs that give strangers secrets: {why}"
    remedy = "Replace it by a plain YAML file, so that it can be checked."
    return Finding("OG715", message, place or Location(path), remedy=remedy)


def _rename(path: str) -> str:
    """Return the remedy for a file whose name does not end in .yaml."""
    if not is_yaml(path):
        return f"Move it out of {CONFIGS}/: settings are read from .yaml files only."
    name = f"{path.rpartition('.')[0]}.yaml"
    outcome = classify(name)
    return outcome.remedy if isinstance(outcome, Finding) else f"Rename it to {escape(name)}."


def _bad_name(path: str, name: str) -> Finding:
    message = (
        f'the name "{escape(name)}" cannot name a model, branch, configuration or application: '
        "it may contain ASCII letters, digits, spaces and _ . @ -, and must begin with a letter or digit"
    )
    plain = regex("[^A-Za-z0-9_.@ -]+").sub("-", name).strip("-_.@ ")
    renamed = "/".join(plain if part == name else part.replace(name, plain, 1) for part in path.split("/"))
    remedy = f"Rename it, for example to {renamed}." if plain else "Rename the file or folder."
    return Finding("OG118", message, Location(path), remedy=remedy)


def _report_unexpected(path: str, why: str, remedy: str) -> Finding:
    return Finding("OG119", f"this file is not read: {why}", Location(path), remedy=remedy)


def _report_misnamed_secrets(path: str) -> Finding:
    why = "it has secrets that SOPS encrypted, but its name does not end in .secrets.yaml"
    return _report_unexpected(path, why, "Rename it like the layer that it belongs to, with .secrets.yaml at the end.")


def _places(folder: str) -> str:
    """Return the remedy for a misplaced file: the depth in its folder, or all places."""
    known = {
        name: "/".join((CONFIGS, name, *(f"<{field}>" for field in fields))) for name, (_, fields) in FOLDERS.items()
    }
    if folder in known:
        return f"Move it to {known[folder]}.yaml."
    return f"Move it to {', '.join(f'{place}.yaml' for place in known.values())} or {CONFIGS}/{POLICY}."
