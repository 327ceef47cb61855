"""Compare the cells of one row with the effective settings of its server."""

from collections.abc import Mapping
from typing import Final

from oauthgit.model.drift import DriftState, HiddenSecret
from oauthgit.model.platform_row import Cell, Row
from oauthgit.model.secret import Secret
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import Kind
from oauthgit.platform.drift_items import differing, item, origin_of
from oauthgit.platform.effective import is_equal, value_of
from oauthgit.platform.tally import Tally

SECRET: Final = "client_secret"  # noqa: S105 - the name of a setting
REDIRECT: Final = "redirect_uri"
_INHERITED: Final = "a blank cell of an override is inherited"
_OVERRIDDEN: Final = "a blank cell of an override is inherited, although git overrides the value"
_MASKED: Final = "the tables do not show the secret"
_NO_KEY: Final = "no secret was decrypted"

Secrets = Mapping[tuple[str, str], bool | str]
"""The results of comparing secrets, or the reasons why they were not compared, by target and server."""


def compare_row(settings: Settings, row: Row, tally: Tally, secrets: Secrets, *, inherits: bool) -> None:
    """Compare the cells of a row; with ``inherits`` a blank cell is not compared."""
    data = settings.servers[row.server]
    for name, cell in row.cells.items():
        if name == SECRET:
            _compare_secret(settings, row, cell, tally, secrets)
            continue
        server = "" if name == REDIRECT else row.server
        if cell.is_blank and inherits:
            is_own = origin_of(settings, server, name).layer == settings.target
            tally.skip(_OVERRIDDEN if is_own else _INHERITED, name, settings.target)
            continue
        git, platform = value_of(data if server else settings.data, name), None if cell.is_blank else cell.value
        if is_equal(name, git, platform):
            tally.equal += 1
        else:
            tally.add(differing(settings, server, name, git, platform)._replace(cell=row.locate(name)))
    if settings.kind is Kind.IAM_APPLICATION:
        _compare_branch(settings, row, tally)


def _compare_secret(settings: Settings, row: Row, cell: Cell, tally: Tally, secrets: Secrets) -> None:
    reference = settings.servers[row.server].get(SECRET)
    if not isinstance(cell.value, Secret):
        tally.skip(_MASKED, SECRET, settings.target)
        return
    same = secrets.get((settings.target, row.server), _NO_KEY) if isinstance(reference, SecretReference) else False
    if isinstance(same, str):
        tally.skip(same, SECRET, settings.target)
    elif same:
        tally.equal += 1
    else:
        found = differing(settings, row.server, SECRET, reference, HiddenSecret())
        tally.add(found._replace(cell=row.locate(SECRET)))


def _compare_branch(settings: Settings, row: Row, tally: Tally) -> None:
    """Compare the model and the branch that an application runs."""
    for name, git in (("model", settings.model), ("branch", settings.branch)):
        platform = row.identity.get(name, git)
        if platform != git:
            more = {"git": git, "platform": platform, "location": settings.location, "cell": row.locate(name)}
            tally.add(item(settings, "", name, DriftState.DIFFERS, layer=settings.target, **more))
