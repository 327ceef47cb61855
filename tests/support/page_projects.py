"""Projects for the HTML page: many targets, mistakes, secrets that end, and suppressed findings."""

from datetime import date, timedelta
from pathlib import Path

_ENVIRONMENTS = ("production", "production", "acceptance", "test")
_POLICY = """\
kind: policy
trusted_hosts: ["*.example.com"]
rules: {OG452: off, OG437: off}
env_secrets:
"""


def write_many(root: Path, targets: int, servers: int) -> None:
    """Write a model whose targets each override two settings of every server."""
    names = [f"server_{number:02}" for number in range(servers)]
    write(root / "configs/branches/MANY/MAIN.yaml", _branch(names))
    variables = []
    for number in range(targets):
        environment = _ENVIRONMENTS[number % len(_ENVIRONMENTS)]
        name = f"application-{number:03}"
        lines = [
            "kind: iam_application",
            f"application: {name}",
            "model: MANY",
            "branch: MAIN",
            f"environment: {environment}",
            f"redirect_uri: https://{name}.example.com/oauth-callback",
            "oauth_servers:",
        ]
        for server in names:
            variable = f"SECRET_{number:03}_{server.upper()}"
            variables.append(f"  {variable}: https://{server.replace('_', '-')}.example.com/oauth/token")
            lines += [f"  {server}:", f"    client_id: {name}-{server}", f"    client_secret: {{from_env: {variable}}}"]
        write(root / f"configs/iam_applications/{name}.yaml", "\n".join(lines) + "\n")
    write(root / "configs/oauthgit.yaml", _POLICY + "\n".join(variables) + "\n")


def _branch(names: list[str]) -> str:
    lines = ["kind: branch", "model: MANY", "branch: MAIN", "oauth_servers:"]
    for server in names:
        host = f"https://{server.replace('_', '-')}.example.com/oauth"
        lines += [
            f"  {server}:",
            f"    issuer: {host.removesuffix('/oauth')}",
            f"    authorization_endpoint: {host}/authorize",
            f"    token_endpoint: {host}/token",
            f"    revocation_endpoint: {host}/revoke",
            f"    introspection_endpoint: {host}/introspect",
            f"    client_id: development-{server}",
            "    token_endpoint_auth_method: client_secret_basic",
            "    grant_types: [authorization_code, refresh_token]",
            "    scopes: [api.read, api.write]",
            "    user_login: {request_refresh_token: true, prompt: login}",
        ]
    return "\n".join(lines) + "\n"


def spoil(root: Path, today: date) -> None:
    """Add mistakes, ends of secrets, and a suppressed finding to a copy of the sample."""
    ends = {30: "insights-prod", 100: "insights-acc", -3: "warehouse-acc", 250: "warehouse-prod"}
    for days, name in ends.items():
        replace_day(root / f"configs/iam_applications/{name}.yaml", today + timedelta(days))
    main = root / "configs/branches/INSIGHTS/MAIN.yaml"
    text = main.read_text()
    text = text.replace(
        "    scopes: [ledger.read, ledger.write, report.publish]", "    scopes: [ledger.read, ledger.read]"
    )
    main.write_text(text)
    test = root / "configs/iam_applications/insights-test.yaml"
    test.write_text(
        test.read_text()
        + "    # oauthgit: ignore[OG440] the hub wants it twice until=2099-06-30\n    scopes: [ledger.read, ledger.read]\n"
    )
    broken = root / "configs/iam_applications/warehouse-test.yaml"
    broken.write_text(broken.read_text().replace("model: WAREHOUSE", "model: WAREHOUSES"))
    dev = root / "configs/runtime_configurations/INSIGHTS/MAIN/dev.yaml"
    dev.write_text(dev.read_text() + "    require_pkc: true\n")


def replace_day(file: Path, day: date) -> None:
    """Replace the first end of a secret in a file."""
    head, key, rest = file.read_text().partition("client_secret_expires_on: ")
    file.write_text(f"{head}{key or '    client_secret_expires_on: '}{day}{rest[10:] if key else chr(10)}")


def write(path: Path, text: str) -> None:
    """Write a file and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
