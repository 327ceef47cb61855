"""A request as it is sent: what every probe makes and the wire carries."""

from collections.abc import Mapping
from typing import Final, NamedTuple

HIDDEN: Final = frozenset({"client_secret", "token", "code_verifier"})
"""The parameters whose values are never shown."""


class Request(NamedTuple):
    """A POST of ``form``, or without one a GET; ``headers`` and ``form`` may hold a secret."""

    url: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = {}

    @property
    def method(self) -> str:
        """The method of HTTP."""
        return "GET" if self.form is None else "POST"

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url!r}, ...)"

    def redacted(self) -> "Request":
        """Return the request as it may be shown: every value that is secret, or could stand for one, replaced by ``***``."""
        form = self.form and {name: "***" if name in HIDDEN else value for name, value in self.form.items()}
        headers = {name: value.partition(" ")[0] + " ***" for name, value in self.headers.items()}
        return Request(self.url, form, headers)
