"""The number of requests of a run, case by case, and the credentials in each of them."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from oauthgit.model.verdict import Verdict
from oauthgit.probe import make_plan, run
from support.fault_injector import forwarding
from support.run_smoke import LOOPBACK, only, pins_of, server, settings, vault
from support.scripted_server import Fake, fake
from support.server_behaviours import Heard, heard
from support.server_roles import Roles
from support.server_situations import WRONG, Role

CLEAR: Final = {"sandbox", "stock", "opaque", "jwt"}
"""Servers whose first answers leave nothing open about token and login."""
FORMERLY: Final = {"service": 1, "login": 3, "login, wrong secret": 3}
"""The requests before answers were compared: a token, or a dummy code and two authorization requests."""
COUNTS: Final[Mapping[str, Mapping[str, int]]] = {
    "service": {},
    "login": {"canaille": 6, "better_auth": 6, "oauth2orize": 8, "jmondi": 6},
    "login, wrong secret": {"canaille": 4, "better_auth": 6, "oauth2orize": 4},
}
"""The requests where they are not the usual ones."""
USUAL: Final = {"service": 1, "login": 5, "login, wrong secret": 3}


def sent_by(there: Role, situation: str) -> tuple[Verdict, Fake]:
    """Run in front of a server through a proxy that records the requests."""
    parts = urlsplit(there.token)
    base = f"{parts.scheme}://{parts.netloc}"
    with fake(forwarding(base)) as served:
        configured: dict[str, Any] = {
            "token_endpoint": there.token.replace(base, served.base),
            "client_id": there.client_id,
            "token_endpoint_auth_method": there.method,
            "scopes": [there.scope],
        }
        if situation != "service":
            endpoint = there.authorize.replace(base, served.base)
            configured |= {"grant_types": ["authorization_code"], "authorization_endpoint": endpoint}
        target = settings(server(**configured))
        secret = WRONG if "wrong" in situation else there.secret
        planned = make_plan([target], vault(*pins_of(configured), secret=secret), {})
        return only(run(planned, [target], LOOPBACK, listen=lambda _: None).verdicts), served


def is_stranger(request: Heard, there: Role) -> bool:
    """True for a made-up client; its secret must be made up as well, and the real client's must not."""
    return request.client != there.client_id


@pytest.mark.parametrize("situation", FORMERLY)
def test_run_sends_the_stated_number_of_requests(situation: str, roles: Roles, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["roles"]
    there = roles("service" if situation == "service" else "login")
    secret = WRONG if "wrong" in situation else there.secret
    verdict, served = sent_by(there, situation)
    assert len(served.requests) == COUNTS[situation].get(name, USUAL[situation]), verdict
    assert len(served.requests) <= FORMERLY[situation] + (2 if name in CLEAR else 6)
    for each in map(heard, served.requests):
        if each.method == "POST":
            assert is_stranger(each, there) == (each.secret != secret)
            assert secret not in repr(each) or not is_stranger(each, there)
        else:
            assert secret not in repr(each)
