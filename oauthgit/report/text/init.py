"""Render the results of preparing a folder, and the tasks left for a person."""

from collections.abc import Iterator
from textwrap import indent
from typing import Final

from oauthgit.model.formats.sanitize import defuse, escape, format_count
from oauthgit.model.scaffold import HOOK, Outcome, ScaffoldResult

MAKE_KEY: Final = """\
Make a key for yourself, and never commit it (age-keygen comes with age). This is the place on Linux; on macOS it is
   "$HOME/Library/Application Support/sops/age/keys.txt", on Windows %AppData%\\sops\\age\\keys.txt. Then run init again:
   it puts the public half into .sops.yaml.
     mkdir -p ~/.config/sops/age
     age-keygen -o ~/.config/sops/age/keys.txt
     oauthgit init"""
_COMMIT: Final = """\
     git add .
     git commit -m "Add OAuth settings\""""
_ENCRYPT: Final = "Keep a second key offline, for the day on which you lose yours. "
_TEST: Final = "Test the credential with the embedded server, which sends nothing to others."
_REPLACE: Final = "Show the effective settings, then replace the examples by your models, branches and applications."
_REST: Final = """\
Run pre-commit install, if you use it. The CI files explain how CI can test credentials. In CODEOWNERS, assign
   configs/iam_applications/, configs/oauthgit.yaml and .sops.yaml to the people responsible for production."""


def outcomes(made: ScaffoldResult) -> str:
    """Return a line for each created file, and a paragraph for each manual task."""
    created = [each.wanted.path for each in made.outcomes if each.state == "created"]
    completed = [f"completed {each.wanted.path}" for each in made.outcomes if each.state == "completed"]
    lines = [*(f"created   {path}" for path in created), *completed] or ["nothing to create: all files exist already"]
    there = sum(each.state == "there" for each in made.outcomes)
    if there and created:
        lines.append(f"unchanged {format_count(there, 'existing file')}")
    for each in made.outcomes:
        if stated := "".join(_by_hand(made, each)):
            lines += ["", stated.rstrip("\n")]
    if stated := _pins_to_replace(made):
        lines += ["", stated]
    return "\n".join(lines)


def next_steps(made: ScaffoldResult) -> str:
    """Return the things to do next; a line that begins with five blanks is a command."""
    name, server = ("example-prod", "crm") if made.examples else ("TARGET", "SERVER")
    encrypt = f"{_ENCRYPT}Encrypt a secret, and check the project."
    steps = [
        *((MAKE_KEY,) if not made.encrypts else ()),
        commit_step(in_repository=made.in_repository, has_origin=made.has_origin),
        f"{encrypt}\n     oauthgit secrets set {name} {server}\n     oauthgit validate",
        f"{_TEST}\n     oauthgit smoke {name} --server {server} --sandbox",
        f"{_REPLACE if made.examples else 'Show the effective settings.'}\n     oauthgit effective {name}",
        _REST,
    ]
    return f"Next, in {_path(made.root)}:\n" + "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def commit_step(*, in_repository: bool, has_origin: bool = False) -> str:
    """Return the step that commits everything."""
    push = "\n     git push -u origin HEAD" if has_origin else ""
    first = "" if in_repository else "     git init\n"
    return f"Commit: the settings of the default branch control where secrets may go.\n{first}{_COMMIT}{push}"


def _by_hand(made: ScaffoldResult, outcome: Outcome) -> Iterator[str]:
    wanted = outcome.wanted
    path = wanted.path
    lines = indent(wanted.adds or wanted.content, "    ")
    if outcome.state == "lacking":
        yield f"{path} exists and was not changed. Add {wanted.where}\n\n{lines}"
    elif outcome.state == "outdated":
        kind = wanted.path.rpartition("/")[2].partition(".")[0]
        yield f"{path} is not the schema of this version and was not changed; oauthgit schema {kind} prints the right one."
    elif outcome.state == "blocked":
        yield f"{path} was not written: {_path(outcome.why)}. Links are not followed. Add these lines yourself\n\n"
        yield lines
    elif outcome.state == "above":
        yield f"{path} has an effect only in the top folder of the repository, above {_path(made.facts.below)}. "
        yield f"Create it there with\n\n{indent(wanted.content, '    ')}"


def _pins_to_replace(made: ScaffoldResult) -> str:
    """Return the task that is left if other machines cannot get the same oauthgit."""
    source = made.facts.installation
    new = [each.wanted for each in made.outcomes if each.state in {"created", "lacking", "blocked", "above"}]
    paths = [wanted.path for wanted in new if wanted.pins and not (source.released and wanted.path != HOOK)]
    if source.is_shared or not paths:
        return ""
    if source.released:
        reason = "The package names no repository"
    elif source.url:
        reason = f"oauthgit was installed from {_path(source.url)}, which is on this machine"
    else:
        reason = f"oauthgit was installed from {_path(source.folder) or 'an unknown place'}, which other machines do not have"
    return f"{reason}. In {' and '.join(paths)}, write the address of oauthgit's git repository, and the full hash of a commit."


def _path(text: str) -> str:
    return defuse(escape(text))
