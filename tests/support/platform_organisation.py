"""A made-up organisation, as an administrator exports it from the platform with German Excel."""

from support.platform_tables import Rows, as_csv

HEADER = (
    "Model ID",
    "Branch ID",
    "Runtime configuration",
    "Application",
    "OAuth server ID",
    "Authorization endpoint",
    "Token endpoint",
    "Client",
    "Client secret",
    "Send client credentials",
    "Require PKCE",
    "Scope",
    "Request refresh token",
    "Prompt",
    "OAuthRedirectURI",
    "Zuletzt geändert von",
)
PLAIN = "kR7-canary-9vT2xQ4mZ8pL"
"""The beginning of every plain secret."""

_MODELS = {"CRM": ("MAIN", "FEATURE_7"), "WMS": ("MAIN", "RELEASE_3"), "HR": ("MAIN", "PORTAL")}
_SERVERS = {
    "CRM": {
        "exact_online": (
            "https://start.exactonline.nl/api/oauth2/auth",
            "https://start.exactonline.nl/api/oauth2/token",
            "",
        ),
        "mailer": ("", "https://login.mail.example.org/oauth/token", "mail.send,mail.read"),
        "entra": (
            "https://login.microsoftonline.com/0b9d6a7e-50c4-4a7e-8f2c-0d5a9c1f3b10/oauth2/v2.0/authorize",
            "https://login.microsoftonline.com/0b9d6a7e-50c4-4a7e-8f2c-0d5a9c1f3b10/oauth2/v2.0/token",
            "openid offline_access",
        ),
        "archive": ("", "https://archive.example.org/token", "docs.write"),
    },
    "WMS": {
        "carrier": ("", "https://api.carrier.example.org/oauth2/token", "labels\nshipments"),
        "scanner": ("https://id.scanner.example.org/authorize", "https://id.scanner.example.org/token", "openid"),
        "erp": ("", "https://erp.example.org/oauth/token", "orders.read orders.write"),
        "customs": ("", "https://customs.example.org/token", "declare"),
    },
    "HR": {
        "payroll": ("", "https://payroll.example.org/oauth/token", "salaries.read"),
        "calendar": ("https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", "openid"),
        "learning": ("https://learn.example.org/authorize", "https://learn.example.org/token", "openid profile"),
        "time_clock": ("", "https://clock.example.org/token", "punch"),
    },
}
_ENVIRONMENTS = ("dev", "tst", "acc", "prod", "prod2")


def rows() -> list[list[str]]:
    """Return the rows without flaws: branches, configurations and thirty applications."""
    found = []
    for model, branches in _MODELS.items():
        for branch in branches:
            for server, (authorize, token, scopes) in _SERVERS[model].items():
                secret = f"{PLAIN}-{model}-{branch}-{server}" if branch == "MAIN" else "****"
                client = f"{model.lower()}-{branch.lower()}-{server}"
                how = "As Basic Auth header" if server == "erp" else "In the request body"
                user = "WAHR" if authorize else "FALSCH"
                found.append(
                    [
                        model,
                        branch,
                        "",
                        "",
                        server,
                        authorize,
                        token,
                        client,
                        secret,
                        how,
                        "WAHR",
                        scopes,
                        user,
                        "",
                        "",
                        "j.meyer",
                    ]
                )
        for number, environment in enumerate(_ENVIRONMENTS * 2):
            branch = branches[number // len(_ENVIRONMENTS)]
            name = f"{model.lower()}-{branch.lower().replace('_', '')}-{environment}"
            server, other = [*_SERVERS[model]][:2]
            secret = "****" if environment.startswith("prod") else f"{PLAIN}-{name}"
            redirect = f"https://{name}.example.org/indicium/oauth-callback"
            for each, client, own in ((server, f"{name}-client", secret), (other, "", "")):
                found.append(
                    [model, branch, "", name, each, "", "", client, own, "", "", "", "", "", redirect, "s.braun"]
                )
        name = f"{model.lower()}_dev"
        found.append([model, "MAIN", name, "", "erp" if model == "WMS" else [*_SERVERS[model]][1], *[""] * 11])
    return found


def flawed() -> list[list[str]]:
    """Return the rows with a duplicate, one without identity, and a client id that Excel shortened."""
    found = rows()
    found[9][7] = "1,2E+15"
    found.insert(30, list(found[12]))
    found.append(["CRM", "", "", "", "mailer", *[""] * 11])
    return found


def as_german_csv(table: list[list[str]]) -> bytes:
    """Return a table as German Excel saves Unicode text with semicolons."""
    content: Rows = [HEADER, *table]
    return as_csv(content, ";", "utf-16")
