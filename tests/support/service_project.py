"""A project of service clients at test servers, and the program as a separate process."""

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.cli import Result
from support.coverage_variables import coverage_variables
from support.git import start
from support.sops import FOLDERS, KEY, encrypted
from support.terminal import open_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ"
ENVIRONMENT = {"PATH": FOLDERS, "SOPS_AGE_KEY_FILE": str(KEY)}


def lay_out(root: Path, endpoints: list[str], **settings: Any) -> None:
    """Write a project with one runtime configuration and a service client at each endpoint, and its secrets."""
    hosts = [endpoint.partition("://")[2].partition("/")[0] for endpoint in endpoints]
    policy = {"kind": "policy", "trusted_hosts": hosts, "networks": ["127.0.0.0/8"], "http_hosts": ["127.0.0.1"]}
    policy |= settings.pop("policy", {})
    names = [f"crm{number or ''}" for number in range(len(endpoints))]
    servers = {
        name: {
            "token_endpoint": endpoint,
            "client_id": f"client{name}",
            "grant_types": ["client_credentials"],
            "scopes": ["api.read"],
            "revocation_endpoint": endpoint.replace("/token", "/revoke"),
            **settings,
        }
        for name, endpoint in zip(names, endpoints, strict=True)
    }
    secrets = {
        name: {
            "client_secret": f"{SECRET}{name}",
            "send_only_to": [endpoint, endpoint.replace("/token", "/revoke")],
        }
        for name, endpoint in zip(names, endpoints, strict=True)
    }
    layer = "runtime_configurations/CRM/MAIN/dev"
    identity = {"model": "CRM", "branch": "MAIN"}
    for name, data in (
        ("oauthgit", policy),
        ("branches/CRM/MAIN", {"kind": "branch", **identity, "oauth_servers": servers}),
        (layer, {"kind": "runtime_configuration", **identity, "name": "dev"}),
    ):
        path = root / f"configs/{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, indent=1))
    plain = {"kind": "secrets", "for": "runtime_configuration/CRM/MAIN/dev", "oauth_servers": secrets}
    (root / f"configs/{layer}.secrets.yaml").write_bytes(encrypted(json.dumps(plain), "demo"))
    start(root)


@contextmanager
def process(root: Path, *arguments: str, **environment: str) -> "Iterator[subprocess.Popen[str]]":
    """Start the program as a separate process in ``root``, with the demo key and a terminal, like a user."""
    with (
        open_terminal() as terminal,
        subprocess.Popen(
            [sys.executable, "-m", "oauthgit", *arguments],
            cwd=root,
            env={**ENVIRONMENT, **coverage_variables(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=terminal.take,  # noqa: PLW1509 - one system call
        ) as running,
    ):
        yield running


def finished(root: Path, *arguments: str, **environment: str) -> Result:
    with process(root, *arguments, **environment) as running:
        out, err = running.communicate(timeout=60)
    return Result(running.returncode, out, err)
