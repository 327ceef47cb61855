"""What was prepared in a folder, and what is left for a person to do."""

from collections.abc import Iterator
from textwrap import indent
from typing import Final

from oauthgit.model.formats.sanitize import printable, unheard
from oauthgit.model.scaffold import Outcome, Scaffolded

_THIRD: Final = (
    "Commit, and run pre-commit install. The CI files say how CI comes to prove credentials. In CODEOWNERS, give\n"
    "   configs/iam_applications/, configs/oauthgit.yaml and .sops.yaml to those who answer for production."
)


def outcomes(made: Scaffolded) -> str:
    """Return a line for each file that was created, and a paragraph for each that a person must complete."""
    created = [each.wanted.path for each in made.outcomes if each.state == "created"]
    lines = [f"created   {path}" for path in created] or ["nothing to create: every file is there already"]
    there = sum(each.state == "there" for each in made.outcomes)
    if there and created:
        lines.append(f"unchanged {there} that {'was' if there == 1 else 'were'} there already")
    for each in made.outcomes:
        if said := "".join(_by_hand(made, each)):
            lines += ["", said.rstrip("\n")]
    return "\n".join(lines)


def next_steps(made: Scaffolded) -> str:
    """Return the three things to do next."""
    steps = [_first(made), _second(made), _THIRD]
    return f"Next, in {_path(made.root)}:\n" + "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def _first(made: Scaffolded) -> str:
    if made.examples:
        return (
            "Look at oauthgit effective example-prod, then put your models, branches and applications in the place of the\n"
            "   examples below configs/."
        )
    return "See what your targets run with: oauthgit effective."


def _second(made: Scaffolded) -> str:
    command = f"oauthgit secrets set {'example-prod crm' if made.examples else 'TARGET SERVER'}"
    if made.encrypts:
        return f"Encrypt a secret for the keys in .sops.yaml, one of which is best kept offline: {command}."
    return (
        "Make a key, which never goes into git: age-keygen -o ~/.config/sops/age/keys.txt. Put its public half into\n"
        f"   .sops.yaml, then encrypt a secret: {command}."
    )


def _by_hand(made: Scaffolded, outcome: Outcome) -> Iterator[str]:
    wanted = outcome.wanted
    path = wanted.path
    lines = indent(wanted.adds or wanted.content, "    ")
    if outcome.state == "lacking":
        yield f"{path} is there and was left as it is. Add {wanted.where}\n\n{lines}"
    elif outcome.state == "outdated":
        kind = wanted.path.rpartition("/")[2].partition(".")[0]
        yield f"{path} is not the schema of this version and was left as it is; oauthgit schema {kind} prints that."
    elif outcome.state == "blocked":
        yield f"{path} was not written: {_path(outcome.why)}. Links are not followed. Put these lines where they belong\n\n"
        yield lines
    elif outcome.state == "above":
        yield f"{path} has an effect only at the top of the repository, above {_path(made.facts.below)}. "
        yield f"Make it there with\n\n{indent(wanted.content, '    ')}"


def _path(text: str) -> str:
    return unheard(printable(text))
