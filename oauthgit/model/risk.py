"""Name the risks of a change, and rank them."""

from enum import StrEnum
from typing import Final


class Risk(StrEnum):
    """Name the risks that a reviewer should see first, in the order of reports."""

    HOST = "host"
    PIN = "pin"
    REMOVED = "removed"
    ENVIRONMENT = "environment"
    OTHER_ENVIRONMENT = "other environment"
    ENDPOINT = "endpoint"
    CLIENT_ALONE = "client, same secret"
    SECRET = "secret"  # noqa: S105 - a word
    PKCE = "PKCE off"
    AUTH_METHOD = "auth method"
    SERVER = "new server"
    GRANT = "grant"
    SCOPE = "scope"
    CLIENT = "client"
    REDIRECT = "redirect"
    UNSET = "unset"
    NONE = ""


RANK: Final = {risk: rank for rank, risk in enumerate(Risk)}
MINOR: Final = frozenset((Risk.UNSET, Risk.NONE))
"""Changes without effect on where secrets and users go."""
