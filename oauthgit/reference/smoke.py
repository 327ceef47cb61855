"""The page of the smoke test: what it sends, by which rules, and what its verdicts mean."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from oauthgit.probe.read.ladder import Step
from oauthgit.probe.read.login import LoginStep

METADATA: Final = "metadata, the way of OpenID Connect"
OAUTH_METADATA: Final = "metadata, the way of OAuth"
REVOCATION: Final = "revocation"


class Section(NamedTuple):
    """A probe: its title, what it asks, the requests shown for it by what they are called, and when they are sent."""

    title: str
    about: str
    shown: Sequence[str]
    note: str


SECTIONS: Final = (
    Section(
        "The issuer's metadata",
        "The probe of an issuer: its metadata, by the way of OpenID Connect and by that of OAuth. No secret is sent.",
        (METADATA, OAUTH_METADATA),
        "Sent where `issuer` is set.",
    ),
    Section(
        "The authorization endpoint",
        "The probe of the authorization endpoint, without a user and without a secret (RFC 6749 section 4.1.1).\n\n"
        "`prompt=none` (OpenID Connect Core section 3.1.2.1) asks for an answer at once, and nobody is logged in: a server "
        "that\nknows the client and its redirect URI redirects there with an error such as `login_required`.",
        (LoginStep.AS_CONFIGURED, LoginStep.NO_PROMPT, LoginStep.OTHER_URI),
        "Sent for `authorization_code` where `authorization_endpoint` is set. The others follow only where the first was "
        "refused with an error page: without the prompt, to see whether that was the reason, and where it was, with a "
        "redirect URI that nobody registered, to see whether the server looks at it before the login.",
    ),
    Section(
        "PKCE",
        "The probe of PKCE: the same authorization request the other way, without the challenge or with one (RFC 7636).\n\n"
        "A server that demands PKCE refuses the request without a challenge (section 4.4.1); one that answers "
        "`login_required`\nto it does not demand it.",
        (LoginStep.OTHER_PKCE,),
        "Sent where the redirect URI was reached.",
    ),
    Section(
        "Client credentials",
        "The probe of a client that acts for itself: a real request for a token (RFC 6749 section 4.4.2).",
        (Step.AS_CONFIGURED,),
        "Sent for `client_credentials`.",
    ),
    Section(
        "A made-up code",
        "The probe of a client that acts for a user, without a user: a made-up code is exchanged (RFC 6749 section 4.1.3)."
        "\n\nA server that authenticates the client first answers `invalid_grant` to the right secret and `invalid_client` "
        "to a\nwrong one. No token can come of it, and no user's code is burnt.",
        (Step.MADE_UP_CODE,),
        "Sent for `authorization_code`; with `--control` also for a service that is refused, to see whether its secret is "
        "right and only the grant is not.",
    ),
    Section(
        "The scope of an opaque token",
        "The probe of a token: what the server says of it (RFC 7662), where the answer that gave it left its scope open.",
        (Step.INTROSPECTION,),
        "Sent where `introspection_endpoint` is set and the secret may go there, and neither the answer nor the token "
        "says what was granted.",
    ),
    Section(
        "Cleaning up",
        "Cleaning up: a token that a probe obtained is revoked (RFC 7009).",
        (REVOCATION,),
        "Sent for every token, where `revocation_endpoint` is set and the secret may go there: its exact URL is listed in "
        "`send_only_to` (for a variable in `env_secrets`), stands beside the token endpoint in the target branch, or comes "
        "from the catalogue; and its host is in `trusted_hosts`.",
    ),
    Section(
        "The control",
        "The control: the same request with a secret that is wrong, and nothing else about it different.",
        (
            Step.CONTROL,
            Step.RAW_BASIC,
            Step.OTHER_METHOD,
            Step.OTHER_METHOD_CONTROL,
            Step.MADE_UP_CODE_CONTROL,
        ),
        "Sent with `--control` or `smoke.control` only, in this order, as far as the answers leave something open and "
        "`smoke.control_requests` allows. Each sends a secret that the server may count as a failed attempt.",
    ),
)

_INTRODUCTION: Final = """
# The smoke test

`oauthgit smoke` asks servers whether the effective settings work. This page shows every request that it can send, as it
was recorded on a socket. The client is `client`, its secret `the secret: 7%`; the server is `login.example.com`.

## Rules

- Nothing is sent unless the target's settings hold together, the secret is pinned to exactly this token endpoint, the
  host is in `trusted_hosts` of the default branch's policy (see [trust.md](trust.md)), the scheme is https, and the
  address is public or in `networks`. On a fork nothing is sent at all.
- Each distinct credential is asked about once, whoever holds it. A client that was refused is not tried again; after
  three refusals on a host a second passes between requests; a host that answers 429 is asked nothing more.
- At most `smoke.per_host` requests are in flight towards one host and `smoke.concurrency` in all. Each has
  `smoke.timeout` seconds in all. It is repeated once where no connection came about, or where the server answers 429 or
  5xx with a `Retry-After` of at most five seconds; never after another answer.
- Redirects are not followed, cookies are not kept, at most 64 KiB of an answer are read and never decompressed. Proxies
  and certificate authorities come from the policy, never from the environment.
- Every token is revoked where a revocation endpoint is known, also after Ctrl-C or SIGTERM: what is under way then has
  three seconds to end.
- `error_description` is never shown: servers put into it what they were sent. The error code is, without what was sent.
"""

_VERDICTS: Final = """
## Verdicts

| verdict | says | exit code |
|---|---|---|
| `accepted` | the server took these credentials: it gave a token, or an answer that only the right secret gets | 0 |
| `accepted-with-remarks` | as above, and something is worth a look | 0 |
| `rejected` | the server refused the client, its method, scope, grant, redirect URI or PKCE, or gave an unusable token | 5 |
| `unreachable` | no endpoint answered: name, connection, certificate, time, a wrong path, a fault of the server's own | 6 |
| `inconclusive` | an answer came, and it proves nothing about the secret | 0; 6 with `--require-proof` |
| `not-run` | nothing was asked, for the reason that is told | 3 where nothing ran at all |

The last column of the table that `smoke` prints, and `connector_status` in JSON, tell what the platform's connector
would show: 0 it works, -1 it fails, -2 there is no configuration, -3 no scope is set.

## Requests
"""


def page(recorded: Mapping[str, str]) -> str:
    """Return the page in Markdown; ``recorded`` holds the text of each request by what it is called."""
    parts = [_INTRODUCTION.strip(), _VERDICTS.strip()]
    for section in SECTIONS:
        parts += [f"### {section.title}", section.about, section.note]
        for name in section.shown:
            label = [f"{name[0].upper()}{name[1:]}:"] if len(section.shown) > 1 else []
            parts += [*label, f"```http\n{recorded[name].strip()}\n```"]
    return "\n\n".join(filter(None, parts)) + "\n"
