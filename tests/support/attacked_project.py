"""A project on a server whose branch ``main`` is honest, and branches on which an attacker changes one setting each."""

import json
import shutil
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import trustme

from support.git import committed, git
from support.git import edit as edit_text
from support.scripted_server import Fake
from support.sops import encrypted, recipient

CANARY = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJcanary"
VARIABLE = "CRM_SECRET"
POLICY = "configs/oauthgit.yaml"
BRANCH = "configs/branches/CRM/MAIN.yaml"
APPLICATION = "configs/iam_applications/prod.yaml"
SECRETS = "configs/branches/CRM/MAIN.secrets.yaml"
SOPS_RULES = f"creation_rules:\n  - path_regex: ^configs/.*\\.secrets\\.yaml$\n    age: {recipient('demo')}\n"


def tls(authority: trustme.CA) -> ssl.SSLContext:
    """Return a TLS context for a server with a certificate of ``authority``."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(made)
    return made


def host(served: Fake) -> str:
    return served.url.split("/")[2]


def base(served: Fake) -> str:
    return served.url.removesuffix("/token")


def edit(root: Path, path: str, **changes: Any) -> None:
    """Change settings at the top level of a file."""
    file = root / path
    known = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps(known | changes, indent=1))


def edit_server(root: Path, name: str, **changes: Any) -> None:
    """Change settings of a server in the branch."""
    servers = json.loads((root / BRANCH).read_text())["oauth_servers"]
    edit(root, BRANCH, oauth_servers=servers | {name: servers[name] | changes})


def lay_out(root: Path, good: Fake, authority: trustme.CA) -> None:
    """Write the honest project: one secret from SOPS and one from the environment, both for the good server."""
    server = {"token_endpoint": good.url, "grant_types": ["client_credentials"], "scopes": ["api.read"]}
    policy = {
        "kind": "policy",
        "trusted_hosts": [host(good)],
        "networks": ["127.0.0.0/8"],
        "ca_file": "ca.pem",
        "env_secrets": {VARIABLE: good.url},
        "secrets": {"key_types": ["age"]},
        "smoke": {"timeout": 5},
    }
    servers = {
        "crm": server | {"client_id": "A", "revocation_endpoint": f"{base(good)}/revoke"},
        "env": server | {"client_id": "B", "client_secret": {"from_env": VARIABLE}},
    }
    application = {"kind": "iam_application", "application": "prod", "model": "CRM", "branch": "MAIN"}
    for path, data in {
        POLICY: policy,
        BRANCH: {"kind": "branch", "model": "CRM", "branch": "MAIN", "oauth_servers": servers},
        APPLICATION: application | {"environment": "test"},
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(json.dumps(data, indent=1))
    pins = [good.url, f"{base(good)}/revoke"]
    entry = {"client_secret": CANARY, "send_only_to": pins}
    secrets = {"kind": "secrets", "for": "branch/CRM/MAIN", "oauth_servers": {"crm": entry}}
    (root / SECRETS).write_bytes(encrypted(json.dumps(secrets), "demo"))
    (root / ".sops.yaml").write_text(SOPS_RULES)
    authority.cert_pem.write_to_path(str(root / "configs/ca.pem"))


class Stranger(NamedTuple):
    """An attacker's listeners: over TLS with a certificate of another authority, and over plain http."""

    secure: Fake
    plain: Fake
    authority: trustme.CA

    @property
    def connections(self) -> int:
        return self.secure.connections + self.plain.connections


def trust(root: Path, *served: Fake, **more: Any) -> None:
    hosts = json.loads((root / POLICY).read_text())["trusted_hosts"]
    edit(root, POLICY, trusted_hosts=[*hosts, *map(host, served)], **more)


def move_pin(root: Path, eve: Stranger) -> None:
    edit_server(root, "env", token_endpoint=eve.secure.url)
    trust(root, eve.secure, env_secrets={VARIABLE: eve.secure.url})
    eve.authority.cert_pem.write_to_path(str(root / "configs/ca.pem"))


def move_to_http(root: Path, eve: Stranger) -> None:
    edit_server(root, "env", token_endpoint=eve.plain.url)
    trust(root, eve.plain, env_secrets={VARIABLE: eve.plain.url}, http_hosts=["127.0.0.1"])


def move_revocation(root: Path, eve: Stranger) -> None:
    edit_server(root, "crm", revocation_endpoint=f"{base(eve.plain)}/revoke")
    trust(root, eve.plain, http_hosts=["127.0.0.1"])


def move_introspection(root: Path, eve: Stranger) -> None:
    edit_server(root, "env", introspection_endpoint=f"{base(eve.plain)}/introspect", scopes=["api.read", "api.write"])
    trust(root, eve.plain, http_hosts=["127.0.0.1"])


def set_proxy(root: Path, eve: Stranger) -> None:
    edit(root, POLICY, proxy=f"http://{host(eve.plain)}")


def name_issuer(root: Path, eve: Stranger) -> None:
    edit_server(root, "env", issuer=base(eve.plain))
    trust(root, eve.plain, http_hosts=["127.0.0.1"])


def move_authorization(root: Path, eve: Stranger) -> None:
    edit_server(
        root, "env", authorization_endpoint=f"{base(eve.plain)}/auth", grant_types=["authorization_code"], scopes=[]
    )
    trust(root, eve.plain, http_hosts=["127.0.0.1"])


def name_key_service(root: Path, eve: Stranger) -> None:
    text = (root / SECRETS).read_text()
    entry = f'- vault_address: "{base(eve.plain)}"\n      engine_path: transit\n      key_name: k\n'
    entry += '      created_at: "2026-01-01T00:00:00Z"\n      enc: vault:v1:AAAA\n'
    (root / SECRETS).write_text(text.replace("sops:\n", f"sops:\n    hc_vault:\n    {entry}", 1))
    edit(root, POLICY, secrets={"key_types": ["age", "hc_vault"]})


def switch_control_on(root: Path, _eve: Stranger) -> None:
    edit(root, POLICY, smoke={"timeout": 5, "control": True, "control_requests": 8})


class Attack(NamedTuple):
    """A change of one trust setting, and the exit code of smoke if the policy of main counts.

    ``differs`` is true if no run can follow both policies, so that smoke ends with code 2.
    """

    open: Callable[[Path, Stranger], None]
    code: int
    differs: bool = False


ATTACKS: Mapping[str, Attack] = {
    "the pin of a variable": Attack(move_pin, 1, differs=True),
    "http": Attack(move_to_http, 1),
    "the revocation endpoint": Attack(move_revocation, 0),
    "the introspection endpoint": Attack(move_introspection, 0),
    "the proxy": Attack(set_proxy, 0, differs=True),
    "the issuer": Attack(name_issuer, 0),
    "the authorization endpoint": Attack(move_authorization, 0),
    "a key service": Attack(name_key_service, 7),
    "the control": Attack(switch_control_on, 0),
}


class World(NamedTuple):
    """A clone with branches of origin: the honest ``main``, and one for each attack by the attack's name."""

    clone: Path
    good: Fake
    eve: Stranger

    def check_out(self, folder: Path, branch: str, url: str) -> Path:
        """Copy the clone, set the URL of origin to ``url``, check a branch out as ``evil``, and return the copy."""
        ready, copy = self.clone.parent / "ready" / branch, folder / "clone"
        if not ready.exists():
            shutil.copytree(self.clone, ready)
            git(ready, "update-ref", "refs/remotes/origin/evil", f"refs/remotes/origin/{branch}")
            git(ready, "checkout", "--quiet", "--detach", "refs/remotes/origin/evil")
        shutil.copytree(ready, copy)
        edit_text(copy, ".git/config", f"url = {self.clone.parent / 'origin'}\n", f"url = {url}\n")
        return copy


def build_world(folder: Path, good: Fake, eve: Stranger, authority: trustme.CA) -> World:
    """Create the server's repository with all branches, and a clone of it."""
    origin, clone = folder / "origin", folder / "world"
    origin.mkdir()
    lay_out(origin, good, authority)
    committed(origin)
    for name, attack in ATTACKS.items():
        git(origin, "checkout", "--quiet", "-B", name.replace(" ", "-"), "main")
        attack.open(origin, eve)
        committed(origin)
    git(origin, "checkout", "--quiet", "main")
    git(folder, "clone", "--quiet", "--no-local", str(origin), str(clone))
    return World(clone, good, eve)
