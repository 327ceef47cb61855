"""Check decrypted secrets: weak, of a wrong kind or mode, hard to send, or shared.

Only this module and the probes inspect a secret. A finding states the kind of a secret, never a part of it.
"""

import hmac
import math
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from oauthgit.model.crash import REMEDY, describe_crash
from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.characters import describe_odd_secret, needs_encoding
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.placeholder import NO_SECRET
from oauthgit.model.secret import Vault
from oauthgit.model.settings import SecretReference, Settings

_SHORTEST: Final = 10
_BITS: Final = 128
_CHARACTERS: Final = ((r"[0-9]", 10), (r"[a-z]", 26), (r"[A-Z]", 26), (r"[^0-9a-zA-Z]", 32))
_ELSEWHERE: Final = (
    (r"gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w+", "a token of GitHub"),
    (r"glpat-[\w-]+", "an access token of GitLab"),
    (r"xox[abeprs]-[\w-]+|xapp-[\w-]+", "a token of Slack"),
    (r"ATATT3[\w=-]+", "an API token of Atlassian"),
    (r"ya29\.[\w.-]+", "an access token of Google"),
    (r"eyJ[\w-]+\.[\w-]+\.[\w-]*", "a signed token (JWT)"),
    (r"-----BEGIN [\s\S]*", "a private key"),
    (r"AGE-SECRET-KEY-1\w+", "an age key"),
    (r"ENC\[AES256_GCM,[\s\S]*", "ciphertext that was encrypted a second time"),
    (r"vault:v\d+:[\s\S]*", "ciphertext of Vault"),
    (r"\$\{[^}]*\}|\{\{[^}]*\}\}|op://\S+|!vault[\s\S]*", "a reference that is never resolved"),
)
_MODES: Final = re.compile(r"(?:sk|rk)_(test|live)_[A-Za-z0-9]+")  # Stripe's
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def check_secrets(targets: Sequence[Settings], vault: Vault) -> list[Finding]:
    """Return the findings about the decrypted secrets of ``targets``.

    OG502 weak, OG503 of another kind or form, OG522 short, OG524 with an unusual character, OG429 hard to send, OG601 of a
    test system, OG603 shared.
    """
    key = secrets.token_bytes()
    holders: dict[bytes, list[tuple[Settings, str]]] = {}
    findings: list[Finding] = []
    checked: set[tuple[str, str]] = set()
    misplaced: dict[tuple[str, str], Finding] = {}
    for settings in targets:
        for server, values in settings.servers.items():
            reference = values.get("client_secret")
            at = (reference.file, reference.pointer) if isinstance(reference, SecretReference) else None
            entry = vault.entries.get(at) if at else None
            if at is None or entry is None:
                continue
            try:
                text = entry.secret.reveal()
                holders.setdefault(hmac.digest(key, text.encode(), "sha256"), []).append((settings, server))
                new = [] if at in checked else list(_check_one(text, settings, server, values))
                wrong = _mode(text, settings, server, values)
            except Exception as error:  # noqa: BLE001 - an error in one secret does not affect the others
                new, wrong = [_crash(error, settings, server)] if at not in checked else [], None
            checked.add(at)
            findings += new
            if wrong:
                known = misplaced.get(at, wrong)
                misplaced[at] = known._replace(targets=tuple(dict.fromkeys((*known.targets, settings.target))))
    shared = (found for group in holders.values() for found in _report_shared(group))
    return [*findings, *misplaced.values(), *shared]


def _crash(error: Exception, settings: Settings, server: str) -> Finding:
    message = f"{describe_crash(error)} prevented the check of the secret of {server}"
    return Finding("OG002", message, settings.locate(_pointer(server)), remedy=REMEDY)


def _check_one(text: str, settings: Settings, server: str, values: Mapping[str, object]) -> Iterator[Finding]:
    place = settings.locate(_pointer(server))
    provider = _provider(settings, server, values)
    weakness = _weakness(text, values.get("client_id"))
    form = settings.fact(server, "client_secret_format")
    kind = _kind(text, provider)
    if kind:
        remedy = "Copy the client's secret from its registration."
        yield Finding("OG503", f"the secret of {server} is {kind}, not a client secret", place, remedy=remedy)
    elif odd := describe_odd_secret(text):
        remedy = "Set it again without that character; oauthgit secrets set refuses it."
        if isinstance(reference := values.get("client_secret"), SecretReference) and reference.name:
            remedy = f"Set {reference.name} again without that character, in the secret store it comes from."
        yield Finding("OG524", f"the secret of {server} {odd}, which is sent as a part of it", place, remedy=remedy)
    elif weakness:
        remedy = "Have the server generate a new one, and replace it everywhere."
        yield Finding("OG502", f"the secret of {server} {weakness}, so it can be guessed", place, remedy=remedy)
    elif form and not re.fullmatch(form, text):
        title = settings.providers[server]["title"]
        remedy = "Copy the client's secret from its registration; this may be another field, or of another client."
        yield Finding("OG503", f"the secret of {server} does not look like one of {title}", place, remedy=remedy)
    elif provider is None and _bits(text) < _BITS:
        remedy = "Have the server generate a longer one, at random; if it cannot, change the severity of OG522 in the policy."
        yield Finding("OG522", f"the secret of {server} is short: less than {_BITS} bits", place, remedy=remedy)
    elif values.get("token_endpoint_auth_method") == "client_secret_basic" and needs_encoding(text):
        words = f"the secret of {server} contains a character that servers decode differently in a Basic Auth header"
        remedy = "Write token_endpoint_auth_method: client_secret_post, or have the server generate another secret."
        yield Finding("OG429", words, place, remedy=remedy)


def _provider(settings: Settings, server: str, values: Mapping[str, object]) -> object:
    return values.get("provider") or settings.providers.get(server, {}).get("provider")


def _mode(text: str, settings: Settings, server: str, values: Mapping[str, object]) -> Finding | None:
    """Return a finding if a secret of Stripe is of the wrong mode.

    The right mode is live in production, and test elsewhere.
    """
    mode = _MODES.fullmatch(text) if _provider(settings, server, values) == "stripe" else None
    expected = "live" if settings.environment == "production" else "test"
    if mode is None or settings.environment is None or mode[1] == expected:
        return None
    return Finding(
        "OG601",
        f"the secret of {server} is of Stripe's {mode[1]} mode, and this is {settings.environment}",
        settings.locate(_pointer(server)),
        remedy=f"Put the secret of the {expected} mode here.",
        targets=(settings.target,),
    )


def _weakness(text: str, client_id: object) -> str:
    if text == client_id:
        return "is the client id"
    if NO_SECRET.fullmatch(text):
        return "is a placeholder"
    if len(text) < _SHORTEST:
        return f"has fewer than {_SHORTEST} characters"
    return "repeats itself" if re.fullmatch(r"(.{1,8})\1+", text, re.DOTALL) else ""


def _kind(text: str, provider: object) -> str:
    if provider == "microsoft_entra" and _UUID.fullmatch(text):
        return "the Secret ID of Entra, which is shown beside the Value"
    for pattern, kind in _ELSEWHERE:
        if re.fullmatch(pattern, text) and not (provider == "apple" and kind.endswith("(JWT)")):
            return kind
    return ""


def _bits(text: str) -> float:
    if re.fullmatch(r"[0-9a-f-]+|[0-9A-F-]+", text):
        return 4 * len(text.replace("-", ""))
    return len(text) * math.log2(sum(size for pattern, size in _CHARACTERS if re.search(pattern, text)))


def _report_shared(group: Sequence[tuple[Settings, str]]) -> Iterator[Finding]:
    """Report a secret of production that is used elsewhere too.

    This includes a file that both inherit.
    """
    production = [(settings, server) for settings, server in group if settings.environment == "production"]
    others = [(settings, server) for settings, server in group if settings.environment not in {"production", None}]
    if not production or not others:
        return
    (settings, server), (other, same) = production[0], others[0]
    yield Finding(
        "OG603",
        f"the secret of {server} in production is also that of {same} in {other.environment}",
        settings.locate(_pointer(server)),
        remedy="Register a client for each environment, and replace the shared secret.",
        related=(Related(f"used by {other.target}", other.locate(_pointer(same))),),
        targets=tuple(dict.fromkeys(one.target for one, _ in (*production, *others))),
    )


def _pointer(server: str) -> str:
    return join("oauth_servers", server, "client_secret")
