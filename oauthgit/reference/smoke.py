"""Generate the page of the smoke test: requests, rules and verdicts."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from oauthgit.probe.read.ladder import Step
from oauthgit.probe.read.login import LoginStep

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
        "The probe of an issuer requests its metadata, at the URL of OpenID Connect and at that of OAuth. No secret is sent.",
        (METADATA, OAUTH_METADATA),
        "Sent if `issuer` is set.",
    ),
    Section(
        "The authorization endpoint",
        "This probe needs neither a user nor a secret (RFC 6749 section 4.1.1).\n\n"
        "`prompt=none` (OpenID Connect Core section 3.1.2.1) requests an immediate answer, and nobody is logged in. If the "
        "client and\nits redirect URI are registered, the server redirects there with an error such as `login_required`.",
        (LoginStep.AS_CONFIGURED, LoginStep.NO_PROMPT, LoginStep.OTHER_URI),
        "Sent for `authorization_code` if `authorization_endpoint` is set. The others follow only if the first was refused "
        "with an error page. The second omits the prompt, to test if the prompt was the reason. If it was, the third has a "
        "redirect URI that is not registered, to test if the server checks it before the login.",
    ),
    Section(
        "PKCE",
        "The probe of PKCE sends the opposite authorization request: without a challenge, or with one (RFC 7636).\n\n"
        "A server that requires PKCE refuses the request without a challenge (section 4.4.1). If it answers "
        "`login_required`,\nit does not require PKCE.",
        (LoginStep.OTHER_PKCE,),
        "Sent if the redirect URI was reached.",
    ),
    Section(
        "Client credentials",
        "The probe of a client that acts for itself is a real request for a token (RFC 6749 section 4.4.2).",
        (Step.AS_CONFIGURED,),
        "Sent for `client_credentials`.",
    ),
    Section(
        "A dummy authorization code",
        "The probe of a client that acts for a user needs no user: it exchanges a dummy authorization code (RFC 6749 "
        "section\n4.1.3).\n\nA server that authenticates the client first answers `invalid_grant` to the right secret and "
        "`invalid_client` to a\nwrong one. The request can produce no token, and it uses up no user's code.",
        (Step.MADE_UP_CODE,),
        "Sent for `authorization_code`; with `--control` also for a service that is refused, to test if its secret is "
        "right and only the grant is not.",
    ),
    Section(
        "The scope of an opaque token",
        "The probe of a token requests its scope from the server (RFC 7662), if the answer with the token did not state it.",
        (Step.INTROSPECTION,),
        "Sent if `introspection_endpoint` is set and the secret may go there, and neither the answer nor the token "
        "states the granted scopes.",
    ),
    Section(
        "Cleaning up",
        "A token that a probe obtained is revoked (RFC 7009).",
        (REVOCATION,),
        "Sent for every token, if `revocation_endpoint` is set and the secret may go there. Its exact URL must be listed in "
        "`send_only_to` (for a variable in `env_secrets`), be beside the token endpoint in the target branch, or come from "
        "the catalogue. Its host must be in `trusted_hosts`.",
    ),
    Section(
        "The control",
        "The control is the same request with a wrong secret. Everything else is equal.",
        (
            Step.CONTROL,
            Step.RAW_BASIC,
            Step.OTHER_METHOD,
            Step.OTHER_METHOD_CONTROL,
            Step.MADE_UP_CODE_CONTROL,
        ),
        "Sent with `--control` or `smoke.control` only, in this order, while the answers leave a question open and "
        "`smoke.control_requests` allows it. Each sends a secret that the server may count as a failed attempt.",
    ),
)

_INTRODUCTION: Final = """
# The smoke test

`oauthgit smoke` tests the effective settings on real servers. This page shows every request that it can send, as it was
recorded on a socket. The client is `client`, its secret `the secret: 7%`; the server is `login.example.com`.

## Rules

- A request is sent only under these conditions: the target's settings are valid, the secret is pinned to exactly this
  token endpoint, the host is in `trusted_hosts` of the default branch's policy (see [trust.md](trust.md)), the scheme is
  https, and the address is public or in `networks`. On a fork no request is sent.
- Each distinct credential is tested once, even if several targets use it. A client that was refused is not tried again.
  After three refusals on a host, requests are at least one second apart. A host that answers 429 gets no more requests.
- At most `smoke.per_host` requests are in flight towards one host and `smoke.concurrency` in all. Each has
  `smoke.timeout` seconds in all. It is repeated once if no connection was made, or if the server answers 429 or 5xx with
  a `Retry-After` of at most five seconds; never after another answer.
- Redirects are not followed and cookies are not kept. At most 64 KiB of an answer are read, and never decompressed.
  Proxies and certificate authorities come from the policy, never from the environment.
- Every token is revoked if a revocation endpoint is known, also after Ctrl-C or SIGTERM: pending requests then have three
  seconds to end.
- `error_description` is never shown, because servers repeat in it the values that were sent to them. The error code is
  shown, without such values.
"""

_VERDICTS: Final = """
## Verdicts

| verdict | meaning | exit code |
|---|---|---|
| `accepted` | the server accepted these credentials: it gave a token, or an answer that only the right secret gets | 0 |
| `accepted-with-remarks` | as above, but something needs a look | 0 |
| `rejected` | the server refused the client, its method, scope, grant, redirect URI or PKCE, or gave an unusable token | 5 |
| `unreachable` | no endpoint answered: name, connection, certificate, time, a wrong path, a fault of the server's own | 6 |
| `inconclusive` | the answer proves nothing about the secret | 0; 6 with `--require-proof` |
| `not-run` | no request was sent, for the stated reason | 3 if no request was sent in the whole run |

The last column of the table that `smoke` prints, and `connector_status` in JSON, give the status that the platform's
connector would show: 0 it works, -1 it fails, -2 there is no configuration, -3 no scope is set.

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
