"""Prepare a folder for OAuth settings: create the files that it lacks."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from oauthgit import __version__
from oauthgit.atomic_write import create_file, replace_file
from oauthgit.discover import discover
from oauthgit.installation import read_installation
from oauthgit.model.errors import UsageError
from oauthgit.model.formats.sops_creation_rule import creation_rules, first_match
from oauthgit.model.scaffold import Facts, Outcome, ScaffoldResult, State, WantedFile
from oauthgit.model.schema import schema_text
from oauthgit.model.workspace import FOREIGN, LAYERS, File, Kind
from oauthgit.parse import parse
from oauthgit.scaffold import KINDS, PLAIN, SECRETS, needs_examples, plan
from oauthgit.scaffold.facts import has_origin, obstacle, recipients_of, repository_of, systems_of

_SHOWN: Final = 3
_OURS: Final = re.compile(
    rb"kind[\"']?\s*:\s*[\"']?(policy|branch|runtime_configuration|iam_application|secrets|ENC\[)\b|^\s*$"
)
_MISPLACED: Final = frozenset({"OG118", "OG119"})


def scaffold(
    folder: Path, environment: Mapping[str, str], stopped: Callable[[], bool] = lambda: False
) -> ScaffoldResult:
    """Create the files that ``folder`` needs, and return the outcome of each.

    Existing files are not changed, except drafts of an earlier run without a key. Links are not followed, and no program
    is started. ``environment`` gives the places of age keys. After ``stopped`` returns True, no further file is created.

    Raises:
        OSError: A folder cannot be made or written to.
        UsageError: ``folder`` is no folder, or ``configs`` in it is not ours to use.

    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name one, or a place where one can be made")
    root = Path(os.path.abspath(folder))  # noqa: PTH100 - as typed, links of the person included
    top = repository_of(root) or root
    below = root.relative_to(top).as_posix()
    below = "" if below == "." else below
    if not PLAIN.fullmatch(below):
        raise UsageError(
            f"{below} is the folder's path within its repository, and holds characters that mean something else in the "
            "files of CI systems; use letters, digits, spaces and . _ - @ only"
        )
    settings = _settings(root)
    facts = Facts(
        read_installation(__version__),
        systems_of(top),
        recipients_of(environment),
        below,
        settings,
        {kind: schema_text(kind) for kind in KINDS},
    )
    wanted = plan(facts)
    for each in wanted:
        if each.path.startswith("configs/") and (why := obstacle(root, each.path)):
            raise UsageError(f"{why}, and oauthgit reads settings from files and folders only; nothing was written")
    root.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for each in wanted:
        if stopped():
            break
        outcomes.append(_outcome(root, top, each))
    rules = root / ".sops.yaml"
    encrypts = not obstacle(root, rules.name) and rules.is_file() and _encrypts(rules.read_bytes())
    in_repository = repository_of(root) is not None
    return ScaffoldResult(
        str(root), facts, tuple(outcomes), needs_examples(facts), encrypts, in_repository, has_origin(top)
    )


def _settings(root: Path) -> dict[str, bytes]:
    """Return the policy and the layers below ``configs`` by their paths.

    Raises:
        UsageError: There are YAML files that are not ours: all would be errors, and nobody would see the others.

    """
    if not os.path.lexists(root / "configs"):
        return {}
    workspace, findings = discover(root)
    foreign = {found.location.file for found in findings if found.code in _MISPLACED}
    foreign |= {file.path for file in workspace.files if file.kind not in FOREIGN and not _OURS.search(file.content)}
    if foreign:
        some = ", ".join(sorted(foreign)[:_SHOWN]) + (
            f" and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
        )
        raise UsageError(
            f"configs/ holds YAML files of something else: {some}. oauthgit reads every YAML file below configs/ and would "
            "call each of these an error, so nothing was written. Keep the settings in a folder of their own (oauthgit init "
            "oauth, then oauthgit -C oauth validate), or move these files"
        )
    return {file.path: file.content for file in workspace.files if file.kind in (*LAYERS, Kind.POLICY)}


def _outcome(root: Path, top: Path, wanted: WantedFile) -> Outcome:
    """Create a file if it is not there, and return what is to be said of it."""
    home = top if wanted.top else root
    if why := obstacle(home, wanted.path):
        return Outcome(wanted, "blocked", why)
    if not os.path.lexists(home / wanted.path):
        if home != root:
            return Outcome(wanted, "above")
        if create_file(str(root), wanted.path, wanted.content.encode()):
            return Outcome(wanted, "created")
    content = (home / wanted.path).read_bytes()
    if content in {draft.encode() for draft in wanted.drafts if draft != wanted.content}:
        changed = replace_file(str(home), wanted.path, wanted.content.encode(), replaces=content)
        return Outcome(wanted, "lacking" if changed else "completed")
    return Outcome(wanted, _state(wanted, content))


def _state(wanted: WantedFile, content: bytes) -> State:
    if content == wanted.content.encode():
        return "there"
    if wanted.generated:
        return "outdated"
    if wanted.path == ".sops.yaml":
        return "there" if _encrypts(content) else "lacking"
    return "there" if wanted.mark.encode() in content else "lacking"


def _encrypts(content: bytes) -> bool:
    """Return True if creation rules match secrets files; validate reports errors."""
    document, _ = parse(File(".sops.yaml", Kind.SOPS_RULES, "", {}, content))
    return document is None or first_match(creation_rules(document.data), SECRETS) != (None, True)
