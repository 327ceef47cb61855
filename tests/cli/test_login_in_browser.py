"""``oauthgit login`` with Chromium, which logs in and consents at the pages of real servers."""

import json
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from support.browser import Browser
from support.forks import ModuleForks
from support.login_project import AtTerminal, lay_out
from support.login_server import REDIRECT_URI
from support.real_servers import serve_canaille, serve_npm
from support.terminal import Terminal

pytestmark = [pytest.mark.no_cover, pytest.mark.posix]
"""Other tests cover these lines."""

SECRET = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ"
FORKS = ModuleForks("from oauthgit.cli import entry; entry()")
CLIENT = {
    "client_id": "R1",
    "client_secret": SECRET,
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_basic",
}


@pytest.fixture(scope="module")
def at_terminal() -> Iterator[AtTerminal]:
    yield AtTerminal(FORKS)
    FORKS.end()


def fetch(base: str, path: str) -> Any:
    connection = HTTPConnection(base.partition("://")[2], timeout=20)
    connection.request("GET", path)
    found = json.loads(connection.getresponse().read())
    connection.close()
    return found


def test_browser_of_the_person_logs_in_by_listener(
    browser: Browser, at_terminal: AtTerminal, programs: Path, tmp_path: Path
) -> None:
    """The program starts a browser by BROWSER; here it hands the address to Chromium."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    uri = f"http://localhost:{port}/oauth-callback"
    handed = tmp_path / "handed"
    opener = programs / "browser"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {handed}\n')
    opener.chmod(0o755)
    client = CLIENT | {"application_type": "native", "redirect_uris": ["http://localhost/oauth-callback"]}
    client["scope"] = "openid offline_access"

    def do(url: str, _terminal: Terminal) -> None:
        assert handed.read_text() == url
        browser.open(url, offline=False, stub="")
        browser("type", selector="[name=login]", text="person")
        browser("type", selector="[name=password]", text="any")
        browser("submit", selector="button[type=submit]")
        ended = browser("submit", selector="button[type=submit]")
        assert ended.startswith(f"{uri}?code=")
        assert "return to the terminal" in browser.evaluate("document.body.textContent")

    with serve_npm("oidc_provider", "people", [client]) as base:
        lay_out(
            tmp_path / "project",
            base,
            ("/auth", "/token", "/token/revocation", ""),
            SECRET,
            client_id="R1",
            redirect_uri=uri,
            scopes=["openid", "offline_access"],
            token_endpoint_auth_method="client_secret_basic",
            user_login={"request_refresh_token": True, "prompt": "consent"},
        )
        variables = {"BROWSER": str(opener)}
        ended = at_terminal(tmp_path / "project", "login", "app", "crm", "--format", "json", do=do, variables=variables)
    assert ended.code == 0, ended
    assert "A browser was started with it." in ended.screen
    assert {each["verdict"] for each in ended.verdicts.values()} == {"accepted"}
    assert len(ended.verdicts) == 2


@pytest.mark.parametrize("answer", ["accept", "deny"])
def test_address_of_the_browser_is_pasted(
    answer: str, browser: Browser, at_terminal: AtTerminal, canaille_of_people: str, tmp_path: Path
) -> None:
    def do(url: str, tty: Terminal) -> None:
        browser.open(url, offline=False, stub=REDIRECT_URI)
        if browser.evaluate("document.querySelector('[name=login]') !== null"):  # nobody has logged in before
            browser("type", selector="[name=login]", text="person")
            browser("submit", selector="button[type=submit]")
            browser("type", selector="[name=password]", text="person")
            browser("submit", selector="button[type=submit]")
        address = browser("submit", selector=f"#{answer}")
        assert address.startswith(f"{REDIRECT_URI}?")
        tty.type(f"{address}\n")

    lay_out(
        tmp_path,
        canaille_of_people,
        ("/oauth/authorize", "/oauth/token", "/oauth/revoke", ""),
        SECRET,
        client_id="R1",
        redirect_uri=REDIRECT_URI,
        scopes=["openid", "profile"],
        token_endpoint_auth_method="client_secret_basic",
        user_login={"request_refresh_token": True, "prompt": "consent"},
    )
    ended = at_terminal(tmp_path, "login", "app", "crm", "--format", "json", "--no-browser", do=do)
    verdict = ended.verdicts["authorization_code"]
    if answer == "deny":
        assert (ended.code, verdict["verdict"], verdict["error"]) == (5, "rejected", "access_denied")
        return
    assert ended.code == 0, ended
    assert verdict["reason"].startswith(
        f"login proven on {time.strftime('%Y-%m-%d', time.gmtime())} by a person: token for "
    )
    assert verdict["reason"].endswith("with a refresh token, tokens revoked")
    assert fetch(canaille_of_people, "/issued") == {"active": 0, "issued": 2}


@pytest.fixture(scope="module")
def canaille_of_people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    client = CLIENT | {"redirect_uris": [REDIRECT_URI], "scope": ["openid", "profile", "email"]}
    with serve_canaille([client], tmp_path_factory.mktemp("canaille")) as base:
        yield base
