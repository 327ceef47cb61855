"""What the folders under configs/ mean: from a path to a kind and an identity, wherever the file lies."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import printable
from oauthgit.model.location import Location
from oauthgit.model.workspace import File, Kind

CONFIGS: Final = "configs"
POLICY: Final = "oauthgit.yaml"
SOPS_RULES: Final = ".sops.yaml"
SOPS_RULES_MISSPELT: Final = ".sops.yml"
WORKFLOWS: Final = ".github/workflows"
_OF_WORKFLOWS: Final = f"{WORKFLOWS}/"
SIZE: Final = 1024 * 1024

FOLDERS: Final = {
    "branches": (Kind.BRANCH, ("model", "branch")),
    "runtime_configurations": (Kind.RUNTIME_CONFIGURATION, ("model", "branch", "name")),
    "iam_applications": (Kind.IAM_APPLICATION, ("application",)),
}
"""For each folder the kind of its files, and the identity fields that the path below it spells."""

_SINGLE: Final = {SOPS_RULES: (Kind.SOPS_RULES, ""), f"{CONFIGS}/{POLICY}": (Kind.POLICY, "policy")}
_NAME: Final = regex(r"[A-Za-z0-9][A-Za-z0-9_.@ -]*")


def is_yaml(path: str) -> bool:
    """Tell whether a path looks like that of a YAML file."""
    return path.lower().endswith((".yaml", ".yml"))


class _Folder(NamedTuple):
    """What a folder means.

    It says of which kind its files are, what its own path says of their identity, the field that is left to their names,
    what the ids of their layers begin with, and the first name in the path that is none.
    """

    kind: Kind
    identity: Mapping[str, str]
    field: str
    layers: str
    bad: str | None


def placed(path: str, content: bytes = b"") -> File | Finding:
    """Return the file with the kind and the identity that its path promises, or what is wrong with it."""
    above, _, last = path.rpartition("/")
    if path in _SINGLE or path.startswith(_OF_WORKFLOWS):
        return File(path, *_SINGLE.get(path, (Kind.WORKFLOW, "")), {}, content)
    if not last.endswith(".yaml"):
        return _unexpected(path, "its name does not end in .yaml", "Rename it so that it ends in .yaml.")
    folder = _folder(above)
    if folder is None:
        return _unexpected(path, "no kind of file belongs in this place", _places(path.split("/")[1]))
    own = last.removesuffix(".yaml").removesuffix(".secrets")
    bad = folder.bad if folder.bad is not None or _NAME.fullmatch(own) else own
    if bad is not None:
        return _bad_name(path, bad)
    layer = f"{folder.layers}{own}"
    if last.endswith(".secrets.yaml"):
        return File(path, Kind.SECRETS, layer, {}, content)
    return File(path, folder.kind, layer, {**folder.identity, folder.field: own}, content)


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
    """Return creation rules of SOPS that lie at ``path`` from ``root``, in the same folder or above it.

    SOPS compares paths from the folder of its rules on; what lies between that and ``root`` is the identity's ``folder``.
    """
    levels = path.count("../")
    folder = "/".join(root.split("/")[-levels:]) if levels else ""
    return File(path, Kind.SOPS_RULES, "", {"folder": folder} if folder else {}, content)


def is_sops_rules(path: str) -> bool:
    """Tell whether ``path``, relative to the root, is that of creation rules in its folder or above it."""
    return path.endswith(SOPS_RULES) and not path.removesuffix(SOPS_RULES).replace("../", "")


def is_like_sops_rules(name: str) -> bool:
    """Tell whether a file name is that of creation rules of SOPS, or is easily taken for it."""
    return name.lower() in {SOPS_RULES, SOPS_RULES_MISSPELT}


def stray_rules(path: str) -> Finding:
    """Return the finding that ``path`` looks like creation rules of SOPS, and oauthgit does not go by them."""
    if path.endswith(SOPS_RULES_MISSPELT):
        return _unexpected(path, f"sops goes by {SOPS_RULES} alone", "Rename it, or remove it.")
    return _unexpected(
        path,
        f"the {SOPS_RULES} that counts is the nearest one beside {CONFIGS} or above; but sops goes by this one where it is "
        "run by hand in its folder, and encrypts for the readers that it names",
        f"Move its rules to the {SOPS_RULES} that counts, and remove it.",
    )


def collisions(paths: Iterable[str]) -> list[Finding]:
    """Return a finding for each file or folder whose name differs from that of another only in the case of letters.

    Names are ASCII; of two, the later one in the order of ``paths`` is told of, a folder at its first file.
    """
    paths = list(paths)
    parts = set(paths)
    above = {path.rpartition("/")[0] for path in paths}
    while above:
        parts |= above
        above = {path.rpartition("/")[0] for path in above} - parts
    if len({part.lower() for part in parts}) == len(parts):
        return []
    first: dict[str, tuple[str, str]] = {}
    findings = []
    for path in paths:
        segments = path.split("/")
        for level in range(1, len(segments) + 1):
            part = "/".join(segments[:level])
            spelt, where = first.setdefault(part.lower(), (part, path))
            if spelt != part:
                findings.append(_collision(path, part, spelt, where))
                first[part.lower()] = (part, path)
                break
    return findings


def sort_outcomes(outcomes: Iterable[File | Finding]) -> tuple[list[File], list[Finding]]:
    """Return the files among ``outcomes``, and the findings, with those of names that collide."""
    files: list[File] = []
    findings: list[Finding] = []
    for outcome in outcomes:
        if isinstance(outcome, Finding):
            findings.append(outcome)
        else:
            files.append(outcome)
    return files, findings + collisions(file.path for file in files)


def too_large(path: str, size: int) -> Finding:
    """Return the finding that a file is too large to be read."""
    message = f"the file has {size:,} bytes; the limit of {SIZE:,} keeps every check fast and safe"
    return Finding("OG114", message, Location(path), remedy="Split the file, or move what is no setting elsewhere.")


def special(path: str, what: str) -> Finding:
    """Return the finding that ``path`` is no file and no folder, but ``what``."""
    message = f"this is {what}, not a file or folder of its own: what it leads to is not what is reviewed here"
    return Finding("OG115", message, Location(path), remedy="Replace it by the file or folder itself.")


def unchecked(path: str, why: str, place: Location | None = None) -> Finding:
    """Return the finding that a workflow is not checked."""
    message = f"this workflow is not checked for jobs that give strangers secrets: {why}"
    remedy = "Make it a plain file of YAML, so that it can be looked at."
    return Finding("OG715", message, place or Location(path), remedy=remedy)


def _bad_name(path: str, name: str) -> Finding:
    message = (
        f'the name "{printable(name)}" cannot name a model, branch, configuration or application: '
        "it may hold ASCII letters, digits, spaces and _ . @ -, and begins with a letter or digit"
    )
    return Finding("OG118", message, Location(path), remedy="Rename the file or folder.")


def _collision(path: str, part: str, other: str, where: str) -> Finding:
    message = f"{printable(part)} and {printable(other)} are one and the same where the case of letters does not count"
    return Finding(
        "OG116",
        message,
        Location(path),
        remedy="Rename one of them.",
        related=(Related("the other", Location(where)),),
    )


def _unexpected(path: str, why: str, remedy: str) -> Finding:
    return Finding("OG119", f"this file is not read: {why}", Location(path), remedy=remedy)


def _places(folder: str) -> str:
    """Return where a file belongs: in its folder at the right depth, or in one of the known places."""
    known = {
        name: "/".join((CONFIGS, name, *(f"<{field}>" for field in fields))) for name, (_, fields) in FOLDERS.items()
    }
    if folder in known:
        return f"Move it to {known[folder]}.yaml."
    return f"Move it to {', '.join(f'{place}.yaml' for place in known.values())} or {CONFIGS}/{POLICY}."
