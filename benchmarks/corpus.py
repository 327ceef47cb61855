"""Write valid settings of any size for measurements, with the same bytes each time.

Each twenty files are one model: a branch MAIN that defines six servers, two branches derived from it, five
runtime configurations, six IAM applications, and the secrets files of MAIN and of five applications. A file has 2 to 6
servers and about 2.1 kB. Secrets files have the form of SOPS, but their ciphertext is random: no key decrypts them.
"""

import json
import random
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

GROUP: Final = 20
"""Number of files of one model."""

POLICY: Final = """\
kind: policy
trusted_hosts:
  - start.exactonline.nl
  - login.microsoftonline.com
  - "*.example.com"
rules:
  OG452: off # no policy lists the made-up variables
  OG604: off # all files are for one made-up key
  OG705: off # for the same reason
secrets:
  key_types: [age]
"""
_AGE: Final = "age1t775d6n6f240u8qkcuk3qknnt4zesl4qrlcdf2s982ckjcr0fqlqj7e4gh"
OWN: Final = ("hub", "crm", "ledger", "archive")
ENVIRONMENTS: Final = ("test", "acceptance", "production", "production", "production", "production")


def write(folder: Path, files: int) -> None:
    """Write a folder ``configs`` with a policy and ``files`` files.

    Raises:
        ValueError: ``files`` is not a multiple of twenty.

    """
    if files % GROUP:
        raise ValueError(f"{files} is not a multiple of {GROUP}")
    for path, text in (("oauthgit.yaml", POLICY), *models(files // GROUP)):
        file = folder / "configs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def break_one(folder: Path) -> Path:
    """Misspell a key in one file and return the file."""
    file = next(iter(sorted((folder / "configs/runtime_configurations").rglob("*.yaml"))))
    file.write_text(file.read_text().replace("scopes:", "scope:", 1))
    return file


def change(file: Path, number: int) -> None:
    """Change a setting of an IAM application to another valid value."""
    head, _, rest = file.read_text().partition("redirect_uri: ")
    file.write_text(f"{head}redirect_uri: https://n{number}.example.com/oauth-callback\n{rest.partition(chr(10))[2]}")


def combined_schema(folder: Path) -> dict[str, Any]:
    """Combine the schemas of all kinds, so that a schema checker starts only once."""
    kinds = ("policy", "branch", "runtime_configuration", "iam_application")
    read = {kind: json.loads((folder / f"{kind}.schema.json").read_text()) for kind in (*kinds, "secrets")}
    chosen: Any = _bare(read["secrets"])
    for kind in kinds:
        chosen = {"if": {"properties": {"kind": {"const": kind}}}, "then": _bare(read[kind]), "else": chosen}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["kind"], **chosen}


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """Remove the schema's name and keys for editors, which strict validators refuse."""
    return {name: _plain(value) for name, value in schema.items() if name not in {"$schema", "$id"}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items() if not name.startswith("x-")}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def models(count: int) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file of some models."""
    for number in range(count):
        yield from _model(number, random.Random(number))


def _model(number: int, chance: random.Random) -> Iterator[tuple[str, str]]:
    model = f"MODEL{number:05}"
    yield from branches(model, chance)
    for place, (branch, name) in enumerate(
        (("MAIN", "dev"), ("MAIN", "test"), ("RELEASE", "dev"), ("RELEASE", "test"), ("FEATURE", "dev"))
    ):
        yield (
            f"runtime_configurations/{model}/{branch}/{name}.yaml",
            configuration(model, branch, name, OWN[: 2 + place % 3], chance),
        )
    for place, environment in enumerate(ENVIRONMENTS):
        name = f"{model.lower()}-{environment}-{place}"
        branch = ("MAIN", "RELEASE")[place % 2]
        yield f"iam_applications/{name}.yaml", application(model, branch, name, environment, chance)
        if place:
            yield f"iam_applications/{name}.secrets.yaml", secrets(("exact_online", "graph", *OWN), chance)


def branches(model: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield a branch that defines six servers, its secrets, and two derived branches."""
    yield f"branches/{model}/MAIN.yaml", main_branch(model, chance)
    yield f"branches/{model}/MAIN.secrets.yaml", secrets(("exact_online", "graph", *OWN), chance)
    yield f"branches/{model}/RELEASE.yaml", derived_branch(model, "RELEASE", "MAIN", OWN[:3], chance)
    yield f"branches/{model}/FEATURE.yaml", derived_branch(model, "FEATURE", "RELEASE", OWN[1:3], chance)


def main_branch(model: str, chance: random.Random) -> str:
    """Return a branch that defines six servers."""
    tenant = _identifier(chance)
    lines = [
        "# yaml-language-server: $schema=../../../schema/branch.schema.json",
        "kind: branch",
        f"model: {model}",
        "branch: MAIN",
        "",
        "oauth_servers:",
        "  exact_online: # the ledger; a bookkeeper connects each administration once",
        "    provider: exact_online",
        "    authorization_endpoint: https://start.exactonline.nl/api/oauth2/auth",
        "    token_endpoint: https://start.exactonline.nl/api/oauth2/token",
        f"    client_id: {_identifier(chance)}",
        "    token_endpoint_auth_method: client_secret_post",
        "    grant_types: [authorization_code, refresh_token]",
        "    user_login: {request_refresh_token: true}",
        "  graph: # mails reports, no user at hand",
        "    provider: microsoft_entra",
        f"    issuer: https://login.microsoftonline.com/{tenant}/v2.0",
        f"    token_endpoint: https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        f"    client_id: {_identifier(chance)}",
        "    client_secret_expires_on: '2037-09-30'",
        "    grant_types: [client_credentials]",
        "    scopes: [https://graph.microsoft.com/.default]",
    ]
    for name in OWN:
        host = f"login-dev-{name}.{model.lower()}.example.com"
        lines += [
            f"  {name}:",
            f"    token_endpoint: https://{host}/oauth/token",
            f"    revocation_endpoint: https://{host}/oauth/revoke",
            f"    client_id: {name}-development-{chance.randrange(10**6)}",
            "    token_endpoint_auth_method: client_secret_basic",
            "    grant_types: [client_credentials]",
            f"    scopes: [{name}.read, {name}.write]",
        ]
    return "\n".join(lines) + "\n"


def derived_branch(model: str, branch: str, origin: str, servers: tuple[str, ...], chance: random.Random) -> str:
    """Return a branch that overrides servers of its origin."""
    lines = [
        "# yaml-language-server: $schema=../../../schema/branch.schema.json",
        "kind: branch",
        f"model: {model}",
        f"branch: {branch}",
        f"origin: {origin}",
        "",
        "oauth_servers:",
    ]
    for name in servers:
        host = f"login-dev-{name}-{branch.lower()}.{model.lower()}.example.com"
        lines += [
            *_remark(chance),
            f"  {name}:",
            f"    token_endpoint: https://{host}/oauth/token",
            f"    revocation_endpoint: https://{host}/oauth/revoke",
            f"    introspection_endpoint: https://{host}/oauth/introspect",
            f"    client_id: {name}-{branch.lower()}-{chance.randrange(10**6)}",
            f"    client_secret: {{from_env: {name.upper()}_SECRET}}",
            f"    scopes: [{name}.read, {name}.write, {name}.{branch.lower()}]",
        ]
    return "\n".join(lines) + "\n"


def configuration(model: str, branch: str, name: str, servers: tuple[str, ...], chance: random.Random) -> str:
    """Return a runtime configuration that overrides servers."""
    lines = [
        "# yaml-language-server: $schema=../../../../schema/runtime_configuration.schema.json",
        "kind: runtime_configuration",
        f"model: {model}",
        f"branch: {branch}",
        f"name: {name}",
        f"environment: {'development' if name == 'dev' else 'test'}",
        f"redirect_uri: https://{name}.{branch.lower()}.{model.lower()}.example.com/indicium/oauth-callback",
        "",
        "oauth_servers:",
    ]
    for server in servers:
        host = f"login-runtime-{name}-{server}-{branch.lower()}.{model.lower()}.example.com"
        lines += [
            *_remark(chance),
            f"  {server}:",
            f"    token_endpoint: https://{host}/oauth/token",
            f"    revocation_endpoint: https://{host}/oauth/revoke",
            f"    client_id: {server}-{branch.lower()}-{name}-{chance.randrange(10**6)}",
            f"    client_secret: {{from_env: {server.upper()}_{name.upper()}_SECRET}}",
            f"    scopes: [{server}.read, {server}.{name}.{branch.lower()}]",
        ]
    return "\n".join(lines) + "\n"


def application(model: str, branch: str, name: str, environment: str, chance: random.Random) -> str:
    """Return an IAM application that overrides six servers."""
    lines = [
        "# yaml-language-server: $schema=../../schema/iam_application.schema.json",
        "kind: iam_application",
        f"application: {name}",
        f"model: {model}",
        f"branch: {branch}",
        f"environment: {environment}",
        f"redirect_uri: https://{name}.example.com/indicium/oauth-callback",
        "",
        "oauth_servers:",
        "  exact_online:",
        f"    client_id: {_identifier(chance)}",
        "    client_secret_expires_on: '2037-06-30'",
        "  graph:",
        f"    client_id: {_identifier(chance)}",
        "    client_secret_expires_on: '2037-08-31'",
    ]
    if environment == "test":
        lines = [
            line.replace("    client_secret_", "    client_secret: {from_env: TEST_SECRET}\n    client_secret_")
            for line in lines
        ]
    for server in OWN:
        host = f"login-{server}.{name}.example.com"
        lines += [
            f"  {server}:",
            f"    token_endpoint: https://{host}/oauth/token",
            f"    revocation_endpoint: https://{host}/oauth/revoke",
            f"    client_id: {server}-{environment}-{chance.randrange(10**6)}",
            *["    client_secret: {from_env: TEST_SECRET}"][: environment == "test"],
            f"    scopes: [{server}.read, {server}.{environment}]",
        ]
    return "\n".join(lines) + "\n"


def secrets(servers: tuple[str, ...], chance: random.Random) -> str:
    """Return a file in the form of SOPS; no key decrypts it."""
    lines = [f"kind: {_ciphertext(chance, 7)}", f"for: {_ciphertext(chance, 28)}", "oauth_servers:"]
    for name in servers:
        lines += [
            f"    {name}:",
            f"        client_secret: {_ciphertext(chance, 32)}",
            f"        send_only_to: {_ciphertext(chance, 48)}",
        ]
    wrapped = b64encode(chance.randbytes(240)).decode()
    lines += [
        "sops:",
        "    age:",
        f"        - recipient: {_AGE}",
        "          enc: |",
        "            -----BEGIN AGE ENCRYPTED FILE-----",
        *(f"            {wrapped[at : at + 64]}" for at in range(0, len(wrapped), 64)),
        "            -----END AGE ENCRYPTED FILE-----",
        '    lastmodified: "2026-11-24T00:56:15Z"',
        f"    mac: {_ciphertext(chance, 128)}",
        "    unencrypted_suffix: _unencrypted",
        "    version: 3.11.0",
    ]
    return "\n".join(lines) + "\n"


def _ciphertext(chance: random.Random, size: int) -> str:
    data, iv, tag = (b64encode(chance.randbytes(length)).decode() for length in (size, 32, 16))
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]"


def _identifier(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _remark(chance: random.Random) -> list[str]:
    return [f"  # moved here with change {chance.randrange(10**5)}; asked for by the team that runs this server"]
