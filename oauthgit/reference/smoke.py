"""Generate the page of the smoke test: requests, rules and verdicts."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from oauthgit.probe.judge.exchange import RequestKind
from oauthgit.probe.judge.login import LoginStep

METADATA: Final = "metadata of OpenID Connect"
OAUTH_METADATA: Final = "metadata of OAuth"
REVOCATION: Final = "revocation"


class Section(NamedTuple):
    """Describe a probe: its title, its purpose, its requests and their condition."""

    title: str
    about: str
    shown: Sequence[str]
    note: str


SECTIONS: Final = (
    Section(
        "The issuer's metadata",
        "Requests the metadata of an issuer, at the URLs of OpenID Connect and of OAuth. No secret is sent.\n\n"
        "If the metadata have the same token endpoint, they also show software that its URL does not show, such as "
        "Gitea. Its\nanswers are then read as the catalogue describes them.",
        (METADATA, OAUTH_METADATA),
        "Sent if `issuer` is set.",
    ),
    Section(
        "The authorization endpoint",
        "Tests the authorization endpoint without a user and without a secret (RFC 6749 section 4.1.1).\n\n"
        "With `prompt=none` (OpenID Connect Core section 3.1.2.1) the server answers at once. No user is logged in, so a "
        "server\nthat knows the client and its redirect URI redirects there with an error such as `login_required`.",
        (LoginStep.AS_CONFIGURED, LoginStep.NO_PROMPT, LoginStep.OTHER_URI, LoginStep.OTHER_CLIENT),
        "Sent for `authorization_code` if `authorization_endpoint` is set. If the first is rejected with an error page, the "
        "second leaves the prompt out, in case it was the reason. The third has an unregistered redirect URI: only if it gets "
        "another answer, the configured one is known. If it gets the same one, the last has a client that does not exist.",
    ),
    Section(
        "PKCE",
        "Repeats the authorization request with the PKCE challenge removed, or added if PKCE is off (RFC 7636).\n\n"
        "A server that requires PKCE rejects the request without a challenge (section 4.4.1).",
        (LoginStep.OTHER_PKCE,),
        "Sent if the authorization request was rejected as invalid, or without PKCE.",
    ),
    Section(
        "Client credentials",
        "Tests a client that acts on its own behalf, by a real request for a token (RFC 6749 section 4.4.2).",
        (RequestKind.AS_CONFIGURED,),
        "Sent for `client_credentials`.",
    ),
    Section(
        "Dummy authorization code",
        "Tests a client that acts for a user, without a user: it exchanges a dummy code (RFC 6749 section 4.1.3)."
        "\n\nA server that authenticates the client first answers `invalid_grant` to the right secret and `invalid_client` "
        "to a\nwrong one. The request cannot return a token, and it uses up no user's code.",
        (RequestKind.DUMMY_CODE,),
        "Sent for `authorization_code`. With `--control` also sent for a service that was rejected: its secret may be right "
        "and only its grant wrong.",
    ),
    Section(
        "The made-up client",
        "Repeats the dummy code as a client that does not exist, with a made-up secret.\n\n"
        "Some servers look up the code before they check the client. Then both get the same answer, which proves nothing. The "
        "request\ncosts the real client no attempt.",
        (RequestKind.STRANGER,),
        "Sent for `authorization_code` if the dummy code is rejected, unless the catalogue knows how the provider answers.",
    ),
    Section(
        "Dummy refresh token",
        "Tests the credentials by a refresh token that no server has issued (RFC 6749 section 6).\n\n"
        "Many servers check the client before the token, also those that look up a code first. The request cannot use up a "
        "user's token.",
        (RequestKind.REFRESH, RequestKind.REFRESH_STRANGER),
        "Sent for `authorization_code` if the dummy code alone does not prove the secret. The second, as the made-up client, "
        "follows if the dummy code proves nothing.",
    ),
    Section(
        "Introspection of a dummy token",
        "Tests the credentials by a token that no server has issued (RFC 7662).\n\n"
        "An introspection endpoint must check the client (section 2.1), so it answers only the right secret.",
        (RequestKind.DUMMY_INTROSPECTION, RequestKind.DUMMY_INTROSPECTION_STRANGER),
        "Sent for `authorization_code` if the dummy code proves nothing, `introspection_endpoint` is set, and the secret may be "
        "sent there.",
    ),
    Section(
        "Client credentials of a login",
        "Tests the credentials by another grant. Most servers check the secret before they reject the grant.",
        (RequestKind.OTHER_GRANT, RequestKind.OTHER_GRANT_STRANGER),
        "Sent for `authorization_code` if the dummy code proves nothing, and a token that the server might issue can be revoked; "
        "with `--control` also if it cannot.",
    ),
    Section(
        "Unknown grant type",
        "Shows if a token endpoint answers: it rejects an unknown grant type as such (RFC 6749 section 5.2). Introspection and\n"
        "revocation endpoints never do.",
        (RequestKind.UNKNOWN_GRANT,),
        "Sent if the first answer could come from another endpoint.",
    ),
    Section(
        "Basic without percent-encoding",
        "Repeats the request with client and secret as they are in the Basic header, against RFC 6749 section 2.3.1.",
        (RequestKind.RAW_BASIC,),
        "Sent if the client is rejected, and the encoding changes the secret.",
    ),
    Section(
        "The scope of an opaque token",
        "Requests the granted scopes of a token from the server (RFC 7662).",
        (RequestKind.INTROSPECTION,),
        "Sent if neither the token response nor the token states the granted scopes, `introspection_endpoint` is set, and "
        "the secret may be sent there.",
    ),
    Section(
        "Cleaning up",
        "Revokes a token that a test obtained (RFC 7009).",
        (REVOCATION,),
        "Sent for every token, if `revocation_endpoint` is set and the secret may be sent there. That requires two things. "
        "Its exact URL is listed in `send_only_to` (for a variable in `env_secrets`), is set next to the token endpoint in "
        "the target branch, or comes from the catalogue. And its host is in `trusted_hosts`.",
    ),
    Section(
        "The control",
        "Repeats a request with a wrong secret and no other difference.",
        (
            RequestKind.CONTROL,
            RequestKind.OTHER_METHOD,
            RequestKind.OTHER_METHOD_CONTROL,
            RequestKind.DUMMY_CODE_CONTROL,
            RequestKind.DUMMY_INTROSPECTION_CONTROL,
            RequestKind.OTHER_GRANT_CONTROL,
            RequestKind.REFRESH_CONTROL,
        ),
        "Sent only with `--control` or `smoke.control`, in this order, until the answers are clear or "
        "`smoke.control_requests` is reached. The server may count each request with a wrong secret as a failed attempt.",
    ),
)

_INTRODUCTION: Final = """
# The smoke test

`oauthgit smoke` tests the effective settings with real requests. This page shows every request that it can send, as
recorded on a socket. The client is `client`, its secret `the secret: 7%`; the server is `login.example.com`.

## Rules

- A credential is tested only if all of these hold: the target's settings have no errors that block secrets (OG1 to OG3, OG5);
  the secret is pinned to exactly this token endpoint; the host is in `trusted_hosts` of the default branch's policy (see
  [trust.md](trust.md)); the scheme is
  https; the address is public or in `networks`. On a fork, no request is sent.
- Each distinct credential is tested once, even if several targets use it. A rejected client is not tested again. After
  three rejections at a host there is a second between requests. A host that answers 429 gets no further request.
- At most `smoke.per_host` requests to one host are in flight, and at most `smoke.concurrency` in total. Each request has
  `smoke.timeout` seconds. It is repeated once if the connection failed, or if the server answered 429 or 5xx with a
  `Retry-After` of at most five seconds.
- Redirects are not followed and cookies are not kept. At most 64 KiB of an answer are read, compressed or not.
  Proxies and certificate authorities come from the policy, never from the environment.
- Every token is revoked if a revocation endpoint is known, also after Ctrl-C or SIGTERM. Requests in flight then have
  three seconds to end.
- `error_description` is never shown, because servers repeat sent data in it. The error code is shown, with sent secrets
  removed.
"""

_VERDICTS: Final = """
## Verdicts

| verdict | meaning | exit code |
|---|---|---|
| `accepted` | the server accepted the credentials: it gave a token, or an answer that only the right secret gets | 0 |
| `accepted-with-remarks` | as above, with something to look at | 0 |
| `rejected` | the server rejected the client, its method, scope, grant, redirect URI or PKCE, or gave an unusable token | 5 |
| `unreachable` | no endpoint answered: wrong name or path, no connection, bad certificate, timeout, internal error | 6 |
| `inconclusive` | the answer proves nothing about the secret | 0; 6 with `--require-proof` |
| `not-run` | no request was sent; the reason is stated | 3 if no test ran |

The last column of the table that `smoke` prints, and `connector_status` in JSON, contain the status that the platform's
connector would show: 0 it works, -1 it fails, -2 there is no configuration, -3 no scope is set.

## Unclear answers

Where only a login shows more (OG919), [a person can log in once](login.md).

An answer that proves nothing about the secret is `inconclusive`. `--control` finds out more by requests with a wrong secret:

| problem | result of `smoke --control` |
|---|---|
| the secret is sent in the body, and the server expects a header | wrong authentication method: `client_secret_basic` works |
| the grant is not allowed, the secret is right | the secret is right, but the server rejects `client_credentials` |
| the redirect URI is not registered | the authorization endpoint rejects the request without a redirect |
| a scope is dropped silently | token for 3600 s, without scope `api.write` |
| the Secret ID of Entra was pasted instead of its Value | the secret is wrong (AADSTS7000215); copy the Value |

## Requests
"""


def page(recorded: Mapping[str, str]) -> str:
    """Return the page in Markdown; ``recorded`` holds each request by its name."""
    parts = [_INTRODUCTION.strip(), _VERDICTS.strip()]
    for section in SECTIONS:
        parts += [f"### {section.title}", section.about, section.note]
        for name in section.shown:
            label = [f"{name[0].upper()}{name[1:]}:"] if len(section.shown) > 1 else []
            parts += [*label, f"```http\n{recorded[name].strip()}\n```"]
    return "\n\n".join(filter(None, parts)) + "\n"
