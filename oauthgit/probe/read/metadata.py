"""What an issuer's metadata says against the settings: never a failure, and never where a secret goes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from oauthgit.probe.answer import Answer, Failure

_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint")
_TENANT: Final = "{tenantid}"


class Objection(NamedTuple):
    """What metadata says against a setting; ``certain`` is false where it leaves something out that it need not list.

    ``crashed`` says that a bug of our own kept it from being read.
    """

    setting: str
    words: str
    remedy: str
    certain: bool = True
    crashed: bool = False


def documents(outcomes: Sequence[Answer | Failure]) -> list[Mapping[str, Any]]:
    """Return the metadata documents among the answers: JSON objects that name an issuer (RFC 8414 section 3.2)."""
    found = [each.object() for each in outcomes if isinstance(each, Answer) and each.status == 200]  # noqa: PLR2004 - OK
    return [document for document in found if document is not None and isinstance(document.get("issuer"), str)]


def compare(document: Mapping[str, Any], server: Mapping[str, Any]) -> Iterator[Objection]:
    """Yield what ``document`` says against the effective settings of ``server``.

    Lists that the metadata leaves out say nothing, for servers leave out much that they can; values that are not of the
    type that RFC 8414 section 2 gives them are passed over.
    """
    issuer = server["issuer"]
    stated = document["issuer"]
    if stated != issuer and not _is_template_of(stated, issuer):
        words = f"the metadata names another issuer: {_difference(stated, issuer)}"
        yield Objection("issuer", words, "Write the issuer as its metadata does, character by character.")
    for name in _ENDPOINTS:
        theirs, ours = document.get(name), server.get(name)
        if isinstance(theirs, str) and isinstance(ours, str) and _place(theirs) != _place(ours):
            words = f"the metadata names another {name}: {_difference(theirs, ours)}"
            yield Objection(name, words, f"Compare {name} with the metadata.")
    yield from _listed(document, server)
    if server.get("require_pkce") and "authorization_code" in server.get("grant_types", ()):
        methods = document.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            remedy = "Ask the server's operator whether PKCE works there."
            yield Objection("require_pkce", "the metadata does not list S256 among the methods of PKCE", remedy)
    if document.get("require_pushed_authorization_requests") is True and "authorization_code" in server["grant_types"]:
        remedy = "Have the client registered without the demand; a user login from a plain link is refused otherwise."
        words = "the metadata says that the server demands pushed authorization requests (RFC 9126)"
        yield Objection("authorization_endpoint", words, remedy)


def _listed(document: Mapping[str, Any], server: Mapping[str, Any]) -> Iterator[Objection]:
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
            remedy = "Compare with the server's documentation; not every server lists all that it can."
            yield Objection(setting, words, remedy, certain)


def _difference(theirs: str, ours: str) -> str:
    """Return in what a URL of the metadata differs: not the URL, for a server can put there what it was sent."""
    if theirs.rstrip("/") == ours.rstrip("/"):
        return "it differs in the slash at the end"
    try:
        other, own = urlsplit(theirs), urlsplit(ours)
        parts = (
            (other.scheme, own.scheme, "scheme"),
            (other.hostname, own.hostname, "host"),
            (other.port, own.port, "port"),
        )
    except ValueError:
        return "it is no URL"
    differing = [name for one, another, name in parts if one != another]
    return f"it differs in the {' and the '.join(differing or ['path'])}"


def _place(url: str) -> str:
    """Return a URL without its query, which is the client's business."""
    return url.partition("?")[0]


def _is_template_of(template: str, issuer: str) -> bool:
    """Tell whether a template such as Entra's ``.../{tenantid}/v2.0`` stands for ``issuer``."""
    before, found, after = template.partition(_TENANT)
    inside = issuer[len(before) : len(issuer) - len(after)]
    return bool(found and inside and "/" not in inside and issuer.startswith(before) and issuer.endswith(after))
