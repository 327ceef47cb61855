"""The verdict matrix: situations, the servers that have them, and the expected verdicts."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, cast

from support import server_behaviours
from support.oauth_clients import HARD_SECRET, LOOKS_ENCODED
from support.scripted_server import Behaviour, drip, endless_headers, hang, reply
from support.server_behaviours import authorizing, deciding

BASIC, POST = "client_secret_basic", "client_secret_post"


class Role(NamedTuple):
    """A client at a server: its endpoints and its registration."""

    token: str
    authorize: str
    introspect: str
    client_id: str
    secret: str
    method: str
    scope: str


class Situation(NamedTuple):
    """The configuration relative to a role: changed settings, and the secret if it differs."""

    role: str
    changes: Callable[[Role], dict[str, Any]] = lambda _: {}
    secret: str | None = None


SERVERS: Final = ("sandbox", "stock", "opaque", "jwt", "par", "canaille", "better_auth", "oauth2orize", "jmondi")
"""The real servers: the sandbox, strict and with the library's defaults, oidc-provider in three kinds, canaille."""


def _other(method: str) -> str:
    return POST if method == BASIC else BASIC


def _login(role: Role, **changes: Any) -> dict[str, Any]:
    return {"grant_types": ["authorization_code"], "authorization_endpoint": role.authorize, **changes}


WRONG: Final = "wr0ng-secret-of-nobody"
REAL: Final[Mapping[str, Situation]] = {
    "right": Situation("service"),
    "right, by post": Situation("post"),
    "wrong secret": Situation("service", secret=WRONG),
    "unknown client": Situation("service", lambda _: {"client_id": "nobody"}),
    "post client by Basic": Situation("post", lambda _: {"token_endpoint_auth_method": BASIC}),
    "Basic client by post": Situation("service", lambda _: {"token_endpoint_auth_method": POST}),
    "no scope": Situation("service", lambda _: {"scopes": []}),
    "scope not allowed": Situation("service", lambda _: {"scopes": ["api.write"]}),
    "scope dropped in silence": Situation("service", lambda _: {"scopes": ["no.such"]}),
    "scope dropped, looked into": Situation(
        "service", lambda role: {"scopes": ["no.such"], "introspection_endpoint": role.introspect}
    ),
    "scope reduced": Situation("service", lambda role: {"scopes": [role.scope, "no.such"]}),
    "service grant not allowed": Situation("login"),
    "login grant not allowed": Situation("service", _login),
    "wrong path": Situation("service", lambda role: {"token_endpoint": role.token + "x"}),
    "introspection URL": Situation("service", lambda role: {"token_endpoint": role.introspect}),
    "introspection URL, wrong secret": Situation("service", lambda role: {"token_endpoint": role.introspect}, WRONG),
    "introspection URL, login": Situation("login", lambda role: _login(role, token_endpoint=role.introspect)),
    "https to a plain port": Situation(
        "service", lambda role: {"token_endpoint": role.token.replace("http:", "https:")}
    ),
    "special characters, Basic": Situation("hard"),
    "special characters, post": Situation("hard", lambda _: {"token_endpoint_auth_method": POST}),
    "special characters, wrong": Situation("hard", secret=HARD_SECRET.replace("space", "spaec")),
    "looks encoded, Basic": Situation("encoded"),
    "login right": Situation("login", _login),
    "login right, by post": Situation("login by post", _login),
    "login wrong secret": Situation("login", _login, WRONG),
    "login unknown client": Situation("login", lambda role: _login(role, client_id="nobody")),
    "login by the other method": Situation(
        "login", lambda role: _login(role, token_endpoint_auth_method=_other(role.method))
    ),
    "login without PKCE where it is demanded": Situation("login", lambda role: _login(role, require_pkce=False)),
    "login without PKCE": Situation("login by post", lambda role: _login(role, require_pkce=False)),
    "redirect URI not registered": Situation(
        "login", lambda role: _login(role, redirect_uri="http://localhost/another-callback")
    ),
    "redirect URI not registered, OpenID": Situation(
        "login",
        lambda role: _login(role, redirect_uri="http://localhost/another-callback", scopes=["openid", role.scope]),
    ),
    "login scope unknown": Situation("login", lambda role: _login(role, scopes=["openid", "no.such"])),
    "wrong authorization path": Situation(
        "login", lambda role: _login(role, authorization_endpoint=role.authorize + "x")
    ),
}

GOOD, REMARKS, BAD, GONE, OPEN = "accepted", "accepted-with-remarks", "rejected", "unreachable", "inconclusive"
Cell = tuple[str, str]
"""The verdict and the code of its finding."""

Pair = tuple[Cell, Cell]
"""Without control, and with it."""

_GOOD: Final = (GOOD, "")
_CLIENT: Final = (BAD, "OG901")
_SCOPE: Final = (BAD, "OG902")
_GRANT: Final = (BAD, "OG903")
_PATH: Final = (GONE, "OG904")
_METHOD: Final = (BAD, "OG905")
_NOTHING: Final = (OPEN, "OG907")
_REMARK: Final = (REMARKS, "OG909")
_REDUCED: Final = (REMARKS, "OG911")
_URI: Final = (BAD, "OG912")
_PKCE: Final = (BAD, "OG913")
_PAR: Final = (BAD, "OG914")
_UNSHOWN: Final = (REMARKS, "OG919")
_REQUEST: Final = (BAD, "OG915")

OIDC: Final = ("opaque", "jwt", "par")


def _all(everywhere: Cell | Pair, **others: Cell | Pair) -> dict[str, Pair]:
    """Return a row: the verdicts of every server, without and with control, except ``others``; ``oidc`` means all three."""
    row = dict.fromkeys(SERVERS, _pair(everywhere))
    for name, given in others.items():
        row |= dict.fromkeys(OIDC if name == "oidc" else (name,), _pair(given))
    return row


def _pair(given: Cell | Pair) -> Pair:
    """Return a pair of verdicts; a single one counts for both."""
    first, second = given
    return (first, second) if isinstance(first, tuple) and isinstance(second, tuple) else (cast("Cell", given),) * 2


# better-auth looks up codes and refresh tokens before the client; only client credentials tell secrets apart, and without
# --control they are requested only if a token can be revoked. oauth2orize checks neither grants nor scopes, and nothing
# before the login. Both, and jmondi, take Basic without percent-encoding, and the latter two cut secrets at a colon.
EXPECTED: Final[Mapping[str, Mapping[str, Pair]]] = {
    "right": _all(_GOOD, oauth2orize=_REMARK),
    # canaille lets no service authenticate by post, and the stock sandbox accepts Basic only, for any registration
    "right, by post": _all(_GOOD, canaille=(_CLIENT, _GRANT), stock=(_CLIENT, _METHOD), oauth2orize=_REMARK),
    "wrong secret": _all(_CLIENT),
    "unknown client": _all(_CLIENT),
    "post client by Basic": _all(
        _CLIENT,
        **dict.fromkeys(("sandbox", "better_auth"), (_CLIENT, _METHOD)),
        **dict.fromkeys(("stock", "oidc", "jmondi"), _GOOD),
        oauth2orize=_REMARK,
    ),
    "Basic client by post": _all((_CLIENT, _METHOD), oidc=_GOOD, jmondi=_GOOD, oauth2orize=_REMARK),
    "no scope": _all(_REMARK),
    "scope not allowed": _all(_SCOPE, stock=_REMARK, canaille=_REMARK, oauth2orize=_REMARK, jmondi=_REQUEST),
    "scope dropped in silence": _all(_REMARK, sandbox=_SCOPE, better_auth=_SCOPE, jmondi=_SCOPE),
    "scope dropped, looked into": _all(
        *(_REMARK,), sandbox=_SCOPE, stock=_REDUCED, canaille=_REDUCED, better_auth=_SCOPE, jmondi=_SCOPE
    ),
    "scope reduced": _all(_REDUCED, sandbox=_SCOPE, better_auth=_SCOPE, jmondi=_SCOPE, oauth2orize=_REMARK),
    # oidc-provider reports a forbidden grant as an invalid request, jmondi as an invalid client
    "service grant not allowed": _all(_GRANT, oidc=_REQUEST, oauth2orize=_REMARK, jmondi=(_CLIENT, _GRANT)),
    "login grant not allowed": _all(_GRANT, oidc=_URI, oauth2orize=_UNSHOWN, jmondi=_CLIENT),
    "wrong path": _all(_PATH),
    "introspection URL": _all(_PATH),
    "introspection URL, wrong secret": _all(_CLIENT, better_auth=_REQUEST, oauth2orize=_PATH),
    "introspection URL, login": _all(_PATH, jmondi=_CLIENT),
    "https to a plain port": _all(_PATH),
    "special characters, Basic": _all(_GOOD, oauth2orize=(_CLIENT, _METHOD), jmondi=(_CLIENT, _METHOD)),
    "special characters, post": _all((_CLIENT, _METHOD), oidc=_GOOD, jmondi=_GOOD, oauth2orize=_REMARK),
    "special characters, wrong": _all(_CLIENT),
    "looks encoded, Basic": _all(_GOOD, oauth2orize=_REMARK, jmondi=_REMARK),
    "login right": _all(_GOOD, par=_PAR, better_auth=(_NOTHING, _GOOD), oauth2orize=_UNSHOWN),
    "login right, by post": _all(
        *(_GOOD,), stock=(_CLIENT, _METHOD), par=_PAR, better_auth=(_NOTHING, _GOOD), oauth2orize=_UNSHOWN
    ),
    "login wrong secret": _all(_CLIENT, better_auth=_NOTHING),
    "login unknown client": _all(_CLIENT, better_auth=_URI),
    "login by the other method": _all(
        (_CLIENT, _METHOD), oidc=_GOOD, par=_PAR, better_auth=_NOTHING, oauth2orize=_UNSHOWN, jmondi=_GOOD
    ),
    "login without PKCE where it is demanded": _all(_PKCE, par=_PAR, canaille=_GOOD, oauth2orize=_UNSHOWN),
    # jmondi demands PKCE of every client
    "login without PKCE": _all(
        *(_GOOD,),
        par=_PAR,
        stock=(_CLIENT, _METHOD),
        better_auth=(_NOTHING, _GOOD),
        oauth2orize=_UNSHOWN,
        jmondi=_PKCE,
    ),
    # without the scope openid, canaille may be rejecting the prompt; see the next row
    "redirect URI not registered": _all(_URI, canaille=_UNSHOWN, oauth2orize=_UNSHOWN),
    "redirect URI not registered, OpenID": _all(_URI, oauth2orize=_UNSHOWN),
    "wrong authorization path": _all(_URI),
    # the stock sandbox, oidc-provider and canaille drop it in silence, and the login works
    "login scope unknown": _all(_SCOPE, stock=_GOOD, oidc=_GOOD, canaille=_GOOD, par=_PAR, oauth2orize=_UNSHOWN),
}


class Scripted(NamedTuple):
    """A situation of the scripted server only: its behaviour, the configuration, and the expected verdicts."""

    behaviour: Behaviour | bytes
    without: Cell
    with_control: Cell
    changes: Mapping[str, Any] = {}
    secret: str = server_behaviours.SECRET


LOGIN: Final = {"grant_types": ["authorization_code"]}
AUTHORIZE: Final = LOGIN | {"authorization_endpoint": "{base}/authorize"}
_UNREACHED: Final = (GONE, "OG906")
SCRIPTED: Final[Mapping[str, Scripted]] = {
    "right ": Scripted(deciding(server_behaviours.strict), _GOOD, _GOOD),
    "wrong secret ": Scripted(deciding(server_behaviours.strict), _CLIENT, _CLIENT, secret=WRONG),
    "wrong method": Scripted(deciding(server_behaviours.only(BASIC)), _CLIENT, _METHOD),
    "wrong method, login": Scripted(deciding(server_behaviours.only(BASIC)), _CLIENT, _METHOD, LOGIN),
    "scope refused": Scripted(deciding(server_behaviours.scope_refused), _SCOPE, _SCOPE),
    "scope dropped": Scripted(deciding(server_behaviours.silent_scope), _REMARK, _REMARK),
    "scope dropped, found out": Scripted(
        deciding(server_behaviours.silent_scope), _REDUCED, _REDUCED, {"introspection_endpoint": "{base}/introspect"}
    ),
    "scope reduced ": Scripted(deciding(server_behaviours.reduced_scope), _REDUCED, _REDUCED),
    "grant not allowed": Scripted(deciding(server_behaviours.grant_unknown), _GRANT, _GRANT),
    "web page": Scripted(reply(200, "<html>Sign in</html>", "text/html"), _PATH, _PATH),
    "redirect": Scripted(reply(307, "", Location="https://evil.example.com/"), _PATH, _PATH),
    "429": Scripted(reply(429, {}), _UNREACHED, _UNREACHED),
    "500": Scripted(reply(500, {}), _UNREACHED, _UNREACHED),
    "500 to post": Scripted(deciding(server_behaviours.five_hundred_on_post), _UNREACHED, _METHOD),
    "503": Scripted(reply(503, {}), _UNREACHED, _UNREACHED),
    "503 page": Scripted(reply(503, "<html>Maintenance", "text/html"), _UNREACHED, _UNREACHED),
    "503 with an error": Scripted(reply(503, {"error": "temporarily_unavailable"}), _UNREACHED, _UNREACHED),
    "200 page for a login": Scripted(reply(200, "<html>Sign in</html>", "text/html"), _PATH, _PATH, LOGIN),
    "client disabled": Scripted(deciding(server_behaviours.disabled), _CLIENT, _CLIENT),
    "client disabled, login": Scripted(deciding(server_behaviours.disabled), _CLIENT, _CLIENT, LOGIN),
    "client disabled, as a grant": Scripted(reply(400, {"error": "unauthorized_client"}), _GRANT, _GRANT),
    "secret expired": Scripted(deciding(server_behaviours.expired), _CLIENT, _CLIENT),
    "secret expired, login": Scripted(deciding(server_behaviours.expired), _CLIENT, _CLIENT, LOGIN),
    "hangs": Scripted(hang, _UNREACHED, _UNREACHED),
    "slow drip": Scripted(drip, _UNREACHED, _UNREACHED),
    "one byte a second": Scripted(server_behaviours.byte_by_byte, _UNREACHED, _UNREACHED),
    "truncated": Scripted(server_behaviours.token()[:-9], _UNREACHED, _UNREACHED),
    "not JSON": Scripted(reply(200, "token=abc", "text/plain"), _NOTHING, _NOTHING),
    "JSON of another kind": Scripted(reply(200, {"hello": "world"}), _PATH, _PATH),
    "form-encoded error": Scripted(deciding(server_behaviours.form_errors), _CLIENT, _CLIENT, secret=WRONG),
    "200 with error": Scripted(deciding(server_behaviours.two_hundred), _CLIENT, _CLIENT, secret=WRONG),
    "echoing": Scripted(deciding(server_behaviours.echoing), _REQUEST, _REQUEST),
    # the dummy code proves nothing here, a dummy refresh token does
    "code looked at first": Scripted(deciding(server_behaviours.code_first), _GOOD, _GOOD, LOGIN),
    "code looked at first, wrong secret": Scripted(
        deciding(server_behaviours.code_first), _NOTHING, _NOTHING, LOGIN, WRONG
    ),
    "a token for anybody": Scripted(deciding(server_behaviours.to_anybody), _GOOD, (REMARKS, "OG916")),
    "raw Basic wanted": Scripted(
        deciding(server_behaviours.raw_basic),
        _REMARK,
        _REMARK,
        {"token_endpoint_auth_method": BASIC},
        server_behaviours.HARD,
    ),
    "like Keycloak, right": Scripted(deciding(server_behaviours.like_keycloak), _GOOD, _GOOD, LOGIN),
    "like Keycloak, wrong": Scripted(deciding(server_behaviours.like_keycloak), _GRANT, _GRANT, LOGIN, WRONG),
    "gzip bomb": Scripted(reply(200, server_behaviours.BOMB, Content_Encoding="gzip"), _NOTHING, _NOTHING),
    "ten megabytes": Scripted(reply(200, server_behaviours.TEN_MEGABYTES), _NOTHING, _NOTHING),
    "deep JSON": Scripted(reply(200, '{"a":' * 10_000 + "1" + "}" * 10_000), _NOTHING, _NOTHING),
    "endless headers": Scripted(endless_headers, _UNREACHED, _UNREACHED),
    "nasty words": Scripted(deciding(server_behaviours.nasty), _REQUEST, _REQUEST),
    "login known": Scripted(deciding(authorizing(server_behaviours.knows_one_uri)), _GOOD, _GOOD, AUTHORIZE),
    "login, other URI": Scripted(
        deciding(authorizing(server_behaviours.knows_one_uri)),
        _URI,
        _URI,
        AUTHORIZE | {"redirect_uri": "https://other.example.com/"},
    ),
    "login, PKCE demanded": Scripted(deciding(authorizing(server_behaviours.demands_pkce)), _GOOD, _GOOD, AUTHORIZE),
    "login, PKCE demanded but off": Scripted(
        deciding(authorizing(server_behaviours.demands_pkce)), _PKCE, _PKCE, AUTHORIZE | {"require_pkce": False}
    ),
    "login page": Scripted(
        deciding(authorizing(lambda _: reply(200, "<html>", "text/html"))), _UNSHOWN, _UNSHOWN, AUTHORIZE
    ),
    "login endpoint broken": Scripted(deciding(authorizing(lambda _: reply(500, ""))), _UNSHOWN, _UNSHOWN, AUTHORIZE),
    "login scope refused": Scripted(
        deciding(authorizing(lambda _: server_behaviours.back("invalid_scope"))), _SCOPE, _SCOPE, AUTHORIZE
    ),
}

SECRETS: Final = {"hard": HARD_SECRET, "encoded": LOOKS_ENCODED}
