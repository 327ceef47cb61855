"""Projects of several sizes without findings, as texts by path."""

import random
from base64 import b64encode
from pathlib import Path

import corpus

from support.paths import REPOSITORY

Files = dict[str, str]

_POLICY = """\
kind: policy
trusted_hosts: ["*.example.com"]
rules:
  OG604: off
  OG705: off
env_secrets:
"""
_AGE = "age1t775d6n6f240u8qkcuk3qknnt4zesl4qrlcdf2s982ckjcr0fqlqj7e4gh"


def policy(files: Files) -> str:
    """Return a policy with the token endpoint of every variable in ``files``."""
    lines = [line for text in files.values() for line in text.splitlines()]
    endpoints = {line.split("//")[1].split("-")[0]: line.split(": ")[1] for line in lines if "token_endpoint:" in line}
    names = [line.split(": ")[1] for line in lines if "from_env:" in line]
    return _POLICY + "".join(f"  {name}: {endpoints[name.split('_')[0].lower()]}\n" for name in names)


def ciphertext(name: str) -> str:
    """Return a text in the form of SOPS, which no key decrypts."""
    chance = random.Random(name)  # noqa: S311 - no secret
    data, nonce, tag = (b64encode(chance.randbytes(size)).decode() for size in (24, 32, 16))
    return f"ENC[AES256_GCM,data:{data},iv:{nonce},tag:{tag},type:str]"


def secrets(layer: str, *servers: str) -> str:
    """Return a secrets file of a layer."""
    lines = [f"kind: {ciphertext(layer)}", f"for: {ciphertext(f'for {layer}')}", "oauth_servers:"]
    for server in servers:
        lines.append(f"  {server}:")
        lines += [f"    {key}: {ciphertext(f'{layer} {server} {key}')}" for key in ("client_secret", "send_only_to")]
    key = f"-----BEGIN AGE ENCRYPTED FILE-----\\n{layer}\\n-----END AGE ENCRYPTED FILE-----"
    lines += ["sops:", "  age:", f"    - recipient: {_AGE}", f'      enc: "{key}"']
    lines += ['  lastmodified: "2026-11-24T00:56:15Z"', f"  mac: {ciphertext(f'mac {layer}')}", "  version: 3.11.0"]
    return "\n".join(lines) + "\n"


def branch(model: str, name: str, origin: str = "", servers: tuple[str, ...] = ()) -> str:
    """Return a branch with servers, or one that overrides those of its origin."""
    lines = ["kind: branch", f"model: {model}", f"branch: {name}", *([f"origin: {origin}"] if origin else [])]
    lines.append("oauth_servers:")
    for number, server in enumerate(servers):
        if origin:
            lines += [f"  {server}:", f"    client_id: {server}-{name.lower()}"]
            continue
        host = f"{server}-{model.lower()}.example.com"
        lines += [f"  {server}:", f"    token_endpoint: https://{host}/oauth/token"]
        if number % 2:
            lines += [
                f"    authorization_endpoint: https://{host}/oauth/authorize",
                f"    client_id: {server}-{name.lower()}",
                "    grant_types: [authorization_code, refresh_token]",
                "    user_login:",
                "      request_refresh_token: true",
                "      prompt: select_account",
            ]
        else:
            lines += [
                f"    client_id: {server}-{name.lower()}",
                "    token_endpoint_auth_method: client_secret_basic",
                "    grant_types: [client_credentials]",
                "    scopes:",
                f"      - {server}.read",
                f"      - {server}.write",
            ]
    return "\n".join(lines) + "\n"


def target(layer: str, below: str, environment: str, servers: tuple[str, ...] = (), *, from_env: bool = True) -> str:
    """Return an IAM application or a runtime configuration with a client of its own for each server."""
    kind, *_, name = layer.split("/")
    key = "application" if kind == "iam_application" else "name"
    model, branch = below.split("/")
    lines = [f"kind: {kind}", f"{key}: {name}", f"model: {model}", f"branch: {branch}", f"environment: {environment}"]
    lines.append(f"redirect_uri: https://{name}.example.com/indicium/oauth-callback")
    lines.append("oauth_servers:" if servers else "oauth_servers: {}")
    for server in servers:
        lines += [f"  {server}:", f"    client_id: {server}-{name}"]
        if from_env:
            variable = f"{server}_{name}_SECRET".upper().replace("-", "_")
            lines += ["    client_secret:", f"      from_env: {variable}"]
    return "\n".join(lines) + "\n"


def one_application() -> Files:
    """Return a branch and an application whose secrets come from variables."""
    files = {
        "configs/branches/CRM/MAIN.yaml": branch("CRM", "MAIN", servers=("crm", "hub")),
        "configs/iam_applications/crm-prod.yaml": target(
            "iam_application/crm-prod", "CRM/MAIN", "production", ("crm", "hub")
        ),
    }
    return {**files, "configs/oauthgit.yaml": policy(files)}


def thirty_applications() -> Files:
    """Return thirty applications on one branch, each with secrets of its own."""
    files = {"configs/branches/ERP/MAIN.yaml": branch("ERP", "MAIN", servers=("crm", "hub", "ledger"))}
    for number in range(30):
        name = f"erp-{number:02}"
        path = f"configs/iam_applications/{name}"
        servers = ("crm", "hub", "ledger")
        files[f"{path}.yaml"] = target(
            f"iam_application/{name}", "ERP/MAIN", "acceptance", servers, from_env=number % 3 == 0
        )
        if number % 3:
            files[f"{path}.secrets.yaml"] = secrets(f"iam_application/{name}", *servers)
    return {**files, "configs/oauthgit.yaml": policy(files)}


def chain_of_branches() -> Files:
    """Return branches on one another, with runtime configurations, applications, secrets and overrides."""
    files: Files = {}
    servers = ("crm", "hub", "ledger", "archive")
    below = ""
    for name in ("MAIN", "RELEASE", "FEATURE"):
        path = f"configs/branches/WMS/{name}"
        files[f"{path}.yaml"] = branch("WMS", name, below, servers if not below else servers[:1])
        files[f"{path}.secrets.yaml"] = secrets(f"branch/WMS/{name}", *(servers if not below else servers[:1]))
        files[f"configs/runtime_configurations/WMS/{name}/dev.yaml"] = target(
            f"runtime_configuration/WMS/{name}/dev", f"WMS/{name}", "development"
        )
        files[f"configs/iam_applications/wms-{name.lower()}.yaml"] = target(
            f"iam_application/wms-{name.lower()}", f"WMS/{name}", "test", ("hub", "ledger")
        )
        below = name
    return {**files, "configs/oauthgit.yaml": policy(files)}


def two_models() -> Files:
    """Return two models whose files have nothing in common."""
    files = one_application()
    for model in ("HRM", "POS"):
        path = f"configs/iam_applications/{model.lower()}-test"
        files[f"configs/branches/{model}/MAIN.yaml"] = branch(model, "MAIN", servers=("mail", "sso", "bank"))
        files[f"{path}.yaml"] = target(
            f"iam_application/{model.lower()}-test", f"{model}/MAIN", "test", ("mail", "sso", "bank"), from_env=False
        )
        files[f"{path}.secrets.yaml"] = secrets(f"iam_application/{model.lower()}-test", "mail", "sso", "bank")
    return files


def sample() -> Files:
    """Return the sample of this repository: two models, catalogue entries, real ciphertext."""
    found = {path.relative_to(REPOSITORY).as_posix(): path for path in (REPOSITORY / "configs").rglob("*.yaml")}
    return {path: file.read_text() for path, file in sorted({**found, ".sops.yaml": REPOSITORY / ".sops.yaml"}.items())}


def generated(folder: Path) -> Files:
    """Return a model of the corpus of the benchmarks, written to an empty folder."""
    corpus.write(folder, corpus.GROUP)
    found = sorted((folder / "configs").rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}
