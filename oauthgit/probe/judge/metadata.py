"""Compare an issuer's metadata with the settings.

A difference never fails a test, and metadata never decide the destination of a secret.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from oauthgit.probe.answer import Answer, Failure

_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint")
_TENANT: Final = "{tenantid}"


class Objection(NamedTuple):
    """Describe a contradiction between metadata and a setting.

    ``certain`` is False if the metadata only omit a value that they need not list. ``crashed`` is True if a bug in
    oauthgit prevented the comparison.
    """

    setting: str
    words: str
    remedy: str
    certain: bool = True
    crashed: bool = False


def list_documents(outcomes: Sequence[Answer | Failure]) -> list[Mapping[str, Any]]:
    """Return the metadata documents among the answers (RFC 8414 section 3.2).

    They are JSON objects with an issuer.
    """
    found = [each.object() for each in outcomes if isinstance(each, Answer) and each.status == 200]  # noqa: PLR2004 - OK
    return [document for document in found if document is not None and isinstance(document.get("issuer"), str)]


def describes(document: Mapping[str, Any], issuer: str, token_endpoint: str) -> bool:
    """Return True if metadata have exactly this issuer and token endpoint."""
    return document["issuer"] == issuer and document.get("token_endpoint") == token_endpoint


def compare(document: Mapping[str, Any], server: Mapping[str, Any]) -> Iterator[Objection]:
    """Yield contradictions between ``document`` and the effective settings.

    Missing lists are ignored, because servers support more than they list. Values of a type other than the one in RFC
    8414 section 2 are ignored too.
    """
    issuer = server["issuer"]
    stated = document["issuer"]
    if stated != issuer and not _is_template_of(stated, issuer):
        words = f"the metadata has another issuer: {_difference(stated, issuer)}"
        yield Objection("issuer", words, "Set issuer to exactly the value in the metadata.")
    for name in _ENDPOINTS:
        theirs, ours = document.get(name), server.get(name)
        if isinstance(theirs, str) and isinstance(ours, str) and _place(theirs) != _place(ours):
            words = f"the metadata has another {name}: {_difference(theirs, ours)}"
            yield Objection(name, words, f"Compare {name} with the metadata.")
    yield from _compare_lists(document, server)
    if server.get("require_pkce") and "authorization_code" in server.get("grant_types", ()):
        methods = document.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            remedy = "Ask the server's operator if PKCE works there."
            yield Objection("require_pkce", "the metadata does not list the PKCE method S256", remedy)
    if document.get("require_pushed_authorization_requests") is True and "authorization_code" in server["grant_types"]:
        remedy = (
            "Have this requirement removed for the client; otherwise the server rejects a user login from a plain link."
        )
        words = "according to its metadata, the server requires pushed authorization requests (RFC 9126)"
        yield Objection("authorization_endpoint", words, remedy)


def _compare_lists(document: Mapping[str, Any], server: Mapping[str, Any]) -> Iterator[Objection]:
    method = server["token_endpoint_auth_method"]
    prompt = (server.get("user_login") or {}).get("prompt")
    for setting, values, name, certain in (
        ("token_endpoint_auth_method", [method], "token_endpoint_auth_methods_supported", True),
        ("grant_types", server["grant_types"], "grant_types_supported", True),
        ("user_login/prompt", [prompt] if prompt else [], "prompt_values_supported", True),
        ("scopes", server.get("scopes", ()), "scopes_supported", False),
    ):
        listed = document.get(name)
        missing = [value for value in values if isinstance(listed, list) and value not in listed]
        if missing:
            words = f"the metadata does not list {' '.join(missing)} in {name}"
            remedy = "Check the server's documentation; some servers support more than they list."
            yield Objection(setting, words, remedy, certain)


def _difference(theirs: str, ours: str) -> str:
    """Return the parts in which a URL of the metadata differs.

    The URL itself is not shown: a server can put sent data into it.
    """
    if theirs.rstrip("/") == ours.rstrip("/"):
        return "it differs in the trailing slash"
    try:
        other, own = urlsplit(theirs), urlsplit(ours)
        parts = (
            (other.scheme, own.scheme, "scheme"),
            (other.hostname, own.hostname, "host"),
            (other.port, own.port, "port"),
        )
    except ValueError:
        return "it is not a URL"
    differing = [name for one, another, name in parts if one != another]
    return f"it differs in the {' and the '.join(differing or ['path'])}"


def _place(url: str) -> str:
    """Return a URL without its query, which is set per client."""
    return url.partition("?")[0]


def _is_template_of(template: str, issuer: str) -> bool:
    """Return True if a template such as Entra's matches ``issuer``.

    Entra's is ``.../{tenantid}/v2.0``.
    """
    before, found, after = template.partition(_TENANT)
    inside = issuer[len(before) : len(issuer) - len(after)]
    return bool(found and inside and "/" not in inside and issuer.startswith(before) and issuer.endswith(after))
