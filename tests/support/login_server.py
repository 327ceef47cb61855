"""A scripted server of user logins, and a person whose login there ends with a given code."""

import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from support.scripted_server import Behaviour, Fake, reply
from support.terminal import Terminal

REDIRECT_URI = "https://app.example.com/indicium/oauth-callback"
FIRST = {"access_token": "token-a-1", "refresh_token": "token-r-1", "token_type": "Bearer", "expires_in": 600}
SECOND = FIRST | {"access_token": "token-a-2", "refresh_token": "token-r-2"}
FIRST_ANSWER, SECOND_ANSWER = reply(200, FIRST), reply(200, SECOND)


def scripted(first: bytes | Behaviour = FIRST_ANSWER, second: bytes | Behaviour = SECOND_ANSWER) -> Behaviour:
    """Return a server that answers a code and a refresh token so, and revokes."""

    def decide(connection: socket.socket, request: bytes, stop: Any) -> None:
        answer: bytes | Behaviour = reply(200, "")
        if request.startswith(b"POST /token "):
            answer = second if b"grant_type=refresh_token" in request else first
        elif request.startswith(b"GET "):
            answer = reply(200, "<title>Log in</title><input type=password>", "text/html")
        if callable(answer):
            answer(connection, request, stop)
        else:
            connection.sendall(answer)

    return decide


def sent(served: Fake) -> list[str]:
    """Return what each request was about: grants, and revoked tokens."""
    forms = [parse_qs(each.partition(b"\r\n\r\n")[2].decode()) for each in served.requests]
    return [(each.get("grant_type") or each.get("token") or ["?"])[0] for each in forms]


def paste_code(code: str = "the-code") -> Callable[[str, Terminal], None]:
    """Return a person whose login ends with ``code``; no server shows a page."""
    return lambda url, tty: tty.type(f"{REDIRECT_URI}?{urlencode({'code': code, 'state': state_of(url)})}\n")


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]
