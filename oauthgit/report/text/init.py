"""Render the results of preparing a folder, and the tasks left for a person."""

from collections.abc import Iterator
from textwrap import indent
from typing import Final

from oauthgit.model.formats.sanitize import defuse, escape, format_count
from oauthgit.model.scaffold import Outcome, ScaffoldResult

_THIRD: Final = (
    "Commit, and run pre-commit install. The CI files explain how CI can test credentials. In CODEOWNERS, assign\n"
    "   configs/iam_applications/, configs/oauthgit.yaml and .sops.yaml to the people responsible for production."
)


def outcomes(made: ScaffoldResult) -> str:
    """Return a line for each created file, and a paragraph for each manual task."""
    created = [each.wanted.path for each in made.outcomes if each.state == "created"]
    lines = [f"created   {path}" for path in created] or ["nothing to create: all files exist already"]
    there = sum(each.state == "there" for each in made.outcomes)
    if there and created:
        lines.append(f"unchanged {format_count(there, 'existing file')}")
    for each in made.outcomes:
        if stated := "".join(_by_hand(made, each)):
            lines += ["", stated.rstrip("\n")]
    return "\n".join(lines)


def next_steps(made: ScaffoldResult) -> str:
    """Return the three things to do next."""
    steps = [_first(made), _second(made), _THIRD]
    return f"Next, in {_path(made.root)}:\n" + "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def _first(made: ScaffoldResult) -> str:
    if made.examples:
        return (
            "Run oauthgit effective example-prod, then replace the examples below configs/ by your models, branches and\n"
            "   applications."
        )
    return "Show the effective settings of your targets: oauthgit effective."


def _second(made: ScaffoldResult) -> str:
    command = f"oauthgit secrets set {'example-prod crm' if made.examples else 'TARGET SERVER'}"
    if made.encrypts:
        return f"Keep one of the keys in .sops.yaml offline. Encrypt a secret for them: {command}."
    return (
        "Create a key, and never commit it: age-keygen -o ~/.config/sops/age/keys.txt. Put its public key into\n"
        f"   .sops.yaml, then encrypt a secret: {command}."
    )


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


def _path(text: str) -> str:
    return defuse(escape(text))
