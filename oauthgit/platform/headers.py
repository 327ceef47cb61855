"""Match headers of a table with settings and fields of the identity."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from oauthgit.model.finding import Finding, at_most
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.formats.suggest import ask_if_meant, suggest
from oauthgit.model.location import Location
from oauthgit.model.schema import platform_labels, server_settings
from oauthgit.platform.grid import Grid, RawCell, place

SECRET: Final = "client_secret"  # noqa: S105 - the name of a setting
IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "model": ("model", "model_id"),
    "branch": ("branch", "branch_id"),
    "name": ("runtime_configuration", "runtime_configuration_id"),
    "application": ("application", "application_id", "iam_application", "iam_application_id"),
    "server": ("oauth_server", "oauth_server_id", "server", "server_id"),
}
"""The headers of each field of a row's identity; ``name`` is that of a runtime configuration."""

_OF_LAYER: Final = {"redirect_uri": ("redirect_uri", "OAuthRedirectURI")}
_UNWRITTEN: Final = re.compile(r"[\s_.-]+")
_SECRET_WORDS: Final = re.compile(
    r"secret|passw|passphrase|pwd|credential|key|token|clave|geheim|kennwort|wachtwoord|schlussel|schluessel|sleutel"
    r"|contrasena|motdepasse"
)
_HEADERS: Final = 2
"""From this number of known headers on, a row is a header; the cells of another row may be secrets."""
_SUGGESTED: Final = 20
"""The number of unknown headers for which names are suggested."""
_LONGEST: Final = 60
_EMPTY: Final = (None, "")


class Columns(NamedTuple):
    """Hold the index of the column of each known name, and what is to be reported."""

    indices: Mapping[str, int]
    findings: Sequence[Finding]


def count_known(header: Iterable[RawCell]) -> int:
    """Return the number of headers that are known by themselves."""
    return len({known for each in header if (known := name_of(_text(each)))})


def name_of(header: str) -> str:
    """Return the setting or field of a header, or an empty text.

    Case, blanks, dots, underscores and hyphens do not matter.
    """
    return _names().get(_normal(header), "")


def names_of_columns() -> tuple[str, ...]:
    """Return the names to which a header can be mapped."""
    return (*IDENTITY, *dict.fromkeys(name for name in _names().values() if name not in IDENTITY))


def match_headers(
    grid: Grid, given: Mapping[str, str], of_policy: Mapping[str, str], refused: Mapping[str, str]
) -> Columns:
    """Return the columns of a grid.

    Headers in ``given`` go first, then those that are known, then those of the policy. So a policy cannot give another
    meaning to a known header. No trusted policy grants those in ``refused``.
    """
    headers = [_text(cell) for cell in grid.header]
    meant = {_normal(header): name_of(name) or name for name, header in given.items()}
    policy = {_normal(header): name_of(name) or name for name, header in of_policy.items()}
    ungranted = {_normal(header): name for name, header in refused.items()}
    indices: dict[str, int] = {}
    findings: list[Finding] = []
    unknown: list[Finding] = []
    if len({meant.get(_normal(header)) or name_of(header) for header in headers} - {""}) < _HEADERS:
        return Columns({}, [_no_header(grid)])
    for index, header in enumerate(headers):
        plain, at = _normal(header), place(grid.file, grid.header_row, index + 1)
        if not plain:
            filled = next((number for number, row in grid.rows if index < len(row) and row[index] not in _EMPTY), None)
            if filled is not None:
                unknown.append(_unknown("", grid.header_row, index + 1, grid.file))
            continue
        name = meant.get(plain) or ("" if name_of(header) in meant.values() else name_of(header)) or policy.get(plain)
        if name and name != SECRET and _may_hold_secrets(header):
            findings.append(
                Finding(
                    "OG803",
                    f"the column {_shown(header)} may hold secrets, so it cannot be read as {name}",
                    at,
                    remedy="Map another column, or rename this one in the table.",
                )
            )
        elif name in indices:
            findings.append(
                Finding(
                    "OG803",
                    f"columns {indices[name] + 1} and {index + 1} both mean {name}, so its values are not certain",
                    at,
                    remedy=f"Remove one of them, or name the right one: --column {name}=HEADER.",
                )
            )
        elif name:
            indices[name] = index
        elif plain in ungranted:
            findings.append(_ungranted(header, ungranted[plain], at))
        else:
            unknown.append(_unknown(header, at.line, at.column, grid.file, suggests=len(unknown) < _SUGGESTED))
    return Columns(indices, [*at_most(findings), *at_most(unknown)])


def _may_hold_secrets(header: str) -> bool:
    """Return True for the column of secrets, or an unknown one with a name like it."""
    known = name_of(header)
    return known == SECRET or (not known and _SECRET_WORDS.search(_fold(header)) is not None)


def _fold(header: str) -> str:
    """Return the letters and digits of a header, without accents and in one form."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", header).casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _no_header(grid: Grid) -> Finding:
    """Return the finding about a row that is no header; its cells may be secrets."""
    return Finding(
        "OG803",
        f"row {grid.header_row} is no header: it has fewer than {_HEADERS} known names of columns, so the rows cannot be "
        "assigned",
        place(grid.file, grid.header_row),
        remedy="Export the table with its header, or map columns with --column NAME=HEADER.",
    )


def _ungranted(header: str, name: str, at: Location) -> Finding:
    return Finding(
        "OG803",
        f"the policy reads the column {_shown(header)} as {name}, and no trusted policy grants that, so a secret in it could be "
        "published",
        at,
        remedy=f"Check the column, and state it: --column {name}=HEADER; or merge the policy in a separate change first.",
    )


def _unknown(header: str, row: int, column: int, file: str, *, suggests: bool = False) -> Finding:
    names = [*names_of_columns(), *platform_labels().values()] if suggests else []
    meant = ask_if_meant(suggest(header[:_LONGEST], names), '"')
    return Finding(
        "OG802",
        f"the column {_shown(header)} is not known, so it is not read{meant}",
        place(file, row, column),
        remedy="If it holds a setting, map it with --column NAME=HEADER, or with platform.columns in the policy.",
    )


def has_header(grid: Grid, header: str) -> bool:
    """Return True if a grid has this header."""
    return _normal(header) in {_normal(_text(cell)) for cell in grid.header}


def _shown(header: str) -> str:
    return f'"{escape(header.strip())[:_LONGEST]}"'


def _text(cell: RawCell) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else str(cell)


def _normal(header: str) -> str:
    return _UNWRITTEN.sub("", header).casefold()


@cache
def _names() -> Mapping[str, str]:
    """Return the name for each normalised header."""
    labels = platform_labels()
    nested = [name for name in labels if "." in name]
    settings = [name for name in server_settings() if not any(each.startswith(f"{name}.") for each in nested)]
    known = {_normal(name): name for name in (*settings, *nested)}
    known |= {_normal(name.rpartition(".")[2]): name for name in nested}
    known |= {_normal(label): name for name, label in labels.items()}
    for fields in (IDENTITY, _OF_LAYER):
        known |= {_normal(header): name for name, headers in fields.items() for header in headers}
    return known
