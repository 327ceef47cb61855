"""Plan the identity, the environment and the redirect URI of a layer."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from oauthgit.model.finding import Finding, Related
from oauthgit.model.layer_plan import Guess, KnownLayer
from oauthgit.model.platform_row import Row
from oauthgit.model.workspace import Kind
from oauthgit.platform.guess_environment import guess_environment

_REDIRECT: Final = "redirect_uri"
_IDENTITY: Final = {
    Kind.BRANCH: ("model", "branch"),
    Kind.RUNTIME_CONFIGURATION: ("model", "branch", "name"),
    Kind.IAM_APPLICATION: ("application", "model", "branch"),
}


def plan_members(
    layer: str, rows: Sequence[Row], known: KnownLayer | None, environments: Mapping[str, str]
) -> tuple[dict[str, str], list[Finding], list[Guess]]:
    """Return the members of a layer, with what is to be reported.

    The identity comes first. An environment in git is kept, unless an option states another one.
    """
    kind = rows[0].kind
    findings: list[Finding] = []
    guesses: list[Guess] = []
    members = {"kind": kind.value}
    for field in _IDENTITY[kind]:
        value = _agreed(layer, field, _of_identity(rows, field), findings)
        before = known.members.get(field) if known else None
        if value is None and before is None:
            findings.append(_incomplete(rows[0], field))
        elif value is not None and before is not None and value != before:
            findings.append(_other_branch(rows[0], field, before))
        else:
            members[field] = value or before or ""
    if kind is Kind.BRANCH:
        return members, findings + _meaningless(rows), guesses
    environment = _environment(layer, rows, known, environments, guesses)
    if isinstance(environment, Finding):
        findings.append(environment)
    elif environment:
        members["environment"] = environment
    uri = _agreed(layer, _REDIRECT, _of_cells(rows), findings)
    if uri is not None:
        members[_REDIRECT] = uri
    return members, findings, guesses


def _of_identity(rows: Iterable[Row], field: str) -> list[tuple[Row, str]]:
    return [(row, row.identity[field]) for row in rows if field in row.identity]


def _of_cells(rows: Iterable[Row]) -> list[tuple[Row, str]]:
    cells = ((row, row.cells[_REDIRECT].value) for row in rows if _REDIRECT in row.cells)
    return [(row, value) for row, value in cells if isinstance(value, str)]


def _agreed(layer: str, field: str, stated: Sequence[tuple[Row, str]], findings: list[Finding]) -> str | None:
    """Return the value on which all rows agree; report the first that does not."""
    if not stated:
        return None
    first, value = stated[0]
    other = next((row for row, each in stated if each != value), None)
    if other is not None:
        findings.append(
            Finding(
                "OG810",
                f"the rows of {layer} state different values of {field}",
                other.locate(field),
                remedy="Correct the rows.",
                related=(Related("the first row is", first.locate(field)),),
            )
        )
    return value


def _environment(
    layer: str, rows: Sequence[Row], known: KnownLayer | None, environments: Mapping[str, str], guesses: list[Guess]
) -> str | Finding | None:
    """Return the environment by the options or by the name; None to keep that in git."""
    name = rows[0].identity.get("application") or rows[0].identity["name"]
    stated = next((word for pattern, word in environments.items() if fnmatchcase(name, pattern)), None)
    if stated or known:
        return stated
    found = guess_environment(name)
    if found:
        guesses.append(Guess(layer, "", "environment", found[0], f'by the word "{found[1]}" of its name'))
        return found[0]
    column = "application" if rows[0].kind is Kind.IAM_APPLICATION else "name"
    return Finding(
        "OG812",
        f"the environment of {layer} is not certain by its name",
        rows[0].locate(column),
        remedy=f"State it: --environment '{name}=ENVIRONMENT' (production, acceptance, test or development).",
    )


def _incomplete(row: Row, field: str) -> Finding:
    return Finding(
        "OG804",
        f"no row of {row.layer} states its {field}, and there is no file of it in git",
        row.locate(field if field in row.columns else "application"),
        remedy="Export the columns of the model and the branch of applications too.",
    )


def _other_branch(row: Row, field: str, before: str) -> Finding:
    return Finding(
        "OG810",
        f"{row.layer} has another {field} than in git, where it is {before}",
        row.locate(field),
        remedy="Change the file in git first if the platform is right.",
    )


def _meaningless(rows: Sequence[Row]) -> list[Finding]:
    stated = _of_cells(rows)
    message = "a branch has no redirect URI, only runtime configurations and applications have one"
    return [Finding("OG806", message, stated[0][0].locate(_REDIRECT), remedy="Empty the cell.")] if stated else []
