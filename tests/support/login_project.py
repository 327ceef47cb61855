"""A project with one user login at a test server, and the program at a terminal as a person uses it."""

import json
import os
import re
import select
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from support.coverage_variables import coverage_variables
from support.forks import ModuleForks, Screen
from support.git import committed
from support.sops import FOLDERS, KEY, encrypted
from support.terminal import Terminal, open_terminal

TARGET = "iam_application/app"
SECRETS = "configs/iam_applications/app.secrets.yaml"
_URL = re.compile(r"^  (https?://\S+)\r?$", re.MULTILINE)


Act = Callable[[str, Terminal], Iterator[str] | None]


class Ended(NamedTuple):
    """What a login printed to its streams and its terminal.

    ``url`` is the address for the browser, ``seen`` what was looked at in the end.
    """

    code: int
    out: str
    err: str
    screen: str
    url: str = ""
    seen: Any = None

    @property
    def verdicts(self) -> dict[str, dict[str, Any]]:
        """Return the verdicts of the JSON report by grant."""
        return {each["grant"]: each for each in json.loads(self.out)["verdicts"]}


def lay_out(root: Path, base: str, paths: tuple[str, str, str, str], secret: str, **settings: Any) -> None:
    """Write a project with a user login at ``base``; ``paths``: authorize, token, revoke, introspect; empty ones are left out.

    ``environment``, ``redirect_uri`` and ``policy`` are settings of the target and of the project, others of the server.
    """
    names = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint")
    host = base.partition("://")[2]
    policy = {"kind": "policy", "trusted_hosts": [host], "networks": ["127.0.0.0/8"], "http_hosts": ["127.0.0.1"]}
    policy |= settings.pop("policy", {})
    target = {"kind": "iam_application", "application": "app", "model": "CRM", "branch": "MAIN"}
    target |= {"environment": settings.pop("environment", "test"), "redirect_uri": settings.pop("redirect_uri")}
    server = {
        "grant_types": ["authorization_code", "refresh_token"],
        "user_login": {"request_refresh_token": True},
        **{name: base + path for name, path in zip(names, paths, strict=True) if path},
        **settings,
    }
    pins = [server[name] for name in names[1:] if server.get(name)]
    files: dict[str, Mapping[str, Any]] = {
        "oauthgit": policy,
        "branches/CRM/MAIN": {"kind": "branch", "model": "CRM", "branch": "MAIN", "oauth_servers": {"crm": server}},
        "iam_applications/app": target,
    }
    for name, data in files.items():
        path = root / f"configs/{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, indent=1))
    secrets = {
        "kind": "secrets",
        "for": TARGET,
        "oauth_servers": {"crm": {"client_secret": secret, "send_only_to": pins}},
    }
    (root / SECRETS).write_bytes(encrypted(json.dumps(secrets), "demo"))
    committed(root)


class AtTerminal:
    """Run the program at a real terminal; ``forks`` have loaded it."""

    def __init__(self, forks: ModuleForks) -> None:
        self._forks = forks

    def __call__(  # noqa: PLR0913 - what a person may do
        self,
        root: Path,
        *arguments: str,
        do: Act = lambda _url, _terminal: None,
        types: str = "",
        first: Callable[[Terminal], None] = lambda _: None,
        last: Callable[[], Any] = lambda: None,
        terminal: bool = True,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> Ended:
        """Run ``oauthgit`` and return its end; after a minute it is interrupted.

        ``types`` is typed at the question of production. ``do`` is called with the address for the browser once the program
        waits; it may yield texts, and goes on once the screen shows the last one. ``first`` is called at the start, and ``last``
        looks at something in the end.
        """
        environment = {"PATH": FOLDERS, "SOPS_AGE_KEY_FILE": str(KEY), **coverage_variables(), **variables}
        with open_terminal() as tty:
            forks = self._forks.start()
            given = {name: value for name, value in environment.items() if value}
            forks.start(arguments, root, given, screen=Screen(tty, terminal, shown=False))
            first(tty)
            screen, url, end = "", "", time.monotonic() + 60
            acting: Iterator[str] | None = None
            awaited = ""
            while True:
                if time.monotonic() > end:
                    tty.type("\x03")
                if select.select([tty.master], [], [], 0.02)[0]:
                    screen += os.read(tty.master, 65536).decode()
                elif not forks.is_running():
                    break
                if types and "to log in: " in screen:
                    tty.type(types)
                    types = ""
                if not url and (found := _URL.search(screen)) and "press Enter:" in screen:
                    url = found[1]
                    acting = do(url, tty)
                if acting and awaited in screen:
                    awaited = next(acting, "")
                    acting = acting if awaited else None
            code, out, err = forks.finish()
            seen = last()
        assert time.monotonic() < end, screen
        return Ended(code, out.decode(), err.decode(), screen, url, seen)
