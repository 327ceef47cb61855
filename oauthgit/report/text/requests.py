"""Planned requests as text: what would be sent, for whom, with the secrets taken out."""

from collections.abc import Iterator, Sequence
from typing import Final

from oauthgit.model.display import counted, printable, shown
from oauthgit.model.planned import PlannedRequest

_NAMED: Final = 100
"""Those for whom a request is made, that are named."""


def requests(of: Sequence[PlannedRequest]) -> str:
    """Return a paragraph for each request, or a line that says there are none."""
    if not of:
        return "no request would be sent\n"
    return "\n".join("".join(f"{line}\n" for line in _paragraph(request)) for request in of)


def _paragraph(request: PlannedRequest) -> Iterator[str]:
    yield f"{request.method} {shown(request.url)}"
    yield from (f"    {printable(name)}: {shown(value)}" for name, value in request.headers.items())
    yield from (f"    {printable(name)}={shown(value)}" for name, value in (request.form or {}).items())
    yield f"  = {request.what}, for {', '.join(_names(request))}"
    if request.further:
        yield f"  = up to {counted(request.further, 'further request')}, depending on the answers"


def _names(request: PlannedRequest) -> list[str]:
    names = [f"{printable(holder.target)} {printable(holder.server)}" for holder in request.holders[:_NAMED]]
    more = len(request.holders) - _NAMED
    return [*names, f"and {more:,} more"] if more > 0 else names
