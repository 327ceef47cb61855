"""The probe of an issuer: its metadata, by the way of OpenID Connect and by that of OAuth. No secret is sent."""

from urllib.parse import urlsplit

from oauthgit.probe.ask.request import Request


def requests(issuer: str) -> tuple[Request, ...]:
    """Return the requests: OpenID Connect Discovery section 4 appends to the issuer, RFC 8414 section 3.1 inserts.

    The query of an issuer, which some servers use against both standards, stays where it was.
    """
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    paths = (f"{path}/.well-known/openid-configuration", f"/.well-known/oauth-authorization-server{path}")
    return tuple(Request(parts._replace(path=path).geturl()) for path in paths)
