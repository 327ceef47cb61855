"""Decide without a key whether a secret may be sent to its token endpoint."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.characters import name_character
from oauthgit.model.formats.endpoint import Endpoint, find_forbidden, matches, parse_endpoint
from oauthgit.model.formats.host import address_of, is_loopback
from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.formats.sanitize import command, redact_urls
from oauthgit.model.settings import SecretReference

TARGET: Final = "TARGET"
"""Stands for the target in the remedies of findings that several targets share."""

_COUNTS: Final = "configs/oauthgit.yaml of the default branch, in a separate change"


class Refusal(NamedTuple):
    """Hold the reason for sending nothing.

    ``setting`` is the key of the server at fault, ``code`` the code of the finding.
    """

    setting: str
    reason: str
    remedy: str
    code: str = "OG908"
    connector_status: int | None = None


def refuse_without_key(
    target: str, server: str, data: Mapping[str, Any], policy: Mapping[str, Any], environment: str | None
) -> Refusal | None:
    """Return the reason, known without a key, why no smoke test of a server runs.

    Faults that have findings of their own are left out: missing values, secrets in the wrong place, placeholders, and URLs
    that are none. A policy that trusts no host is that of a project without smoke tests.
    """
    if not policy["trusted_hosts"]:
        return None
    reference, url = data.get("client_secret"), data.get("token_endpoint")
    if not isinstance(reference, SecretReference) or reference.state in {"plain", "inline"}:
        return None
    if not isinstance(url, str) or is_left_open(url):
        return None
    if character := find_forbidden(url):
        reason = f"the URL of the token endpoint contains {name_character(character)}"
        return Refusal("token_endpoint", reason, "Write it percent-encoded, or correct the URL.")
    try:
        endpoint = parse_endpoint(url)
    except ValueError:
        return None
    return (
        _refuse_pin(target, server, url, reference, policy)
        or refuse_host(endpoint, policy, environment)
        or _refuse_network(endpoint, policy)
    )


def refuse_variable(url: str, name: str, pins: Sequence[str]) -> Refusal | None:
    """Return the reason why a secret of the environment must not be sent to ``url``.

    ``pins`` are the URLs that the policy lists for its variable.
    """
    if url in pins:
        return None
    remedy = f"Have {name} added with the URL of the token endpoint to env_secrets in {_COUNTS}."
    if not pins:
        reason = f"{name} must not be sent anywhere: env_secrets of the trusted policy does not list it"
        return Refusal("client_secret", reason, remedy, "OG518")
    reason = f"{name} must not be sent to {redact_urls(url)}: env_secrets of the trusted policy lists other URLs for it"
    return Refusal("token_endpoint", reason, remedy, "OG519")


def refuse_unpinned(target: str, server: str) -> Refusal:
    """Return the reason why a secret without a pin is not sent."""
    return Refusal(
        "client_secret",
        "the secret is not pinned to a token endpoint (send_only_to is missing)",
        f"Run {command('oauthgit', 'secrets', 'pin', target, server)}, which writes send_only_to next to the secret.",
        "OG518",
    )


def refuse_host(endpoint: Endpoint, policy: Mapping[str, Any], environment: str | None) -> Refusal | None:
    """Return the reason why the policy does not let a secret go to a host."""
    if not matches(policy["trusted_hosts"], endpoint):
        return Refusal(
            "token_endpoint",
            f"host {endpoint.name} is not in trusted_hosts",
            f"Have it added to trusted_hosts in {_COUNTS}, if secrets may go there.",
        )
    if endpoint.scheme == "http" and environment == "production":
        return Refusal(
            "token_endpoint",
            "a production secret is never sent over http",
            "Use the https URL of the token endpoint.",
        )
    if endpoint.scheme == "http" and not matches(policy["http_hosts"], endpoint, any_port=True):
        return Refusal(
            "token_endpoint",
            f"http would send the secret in plain text, and host {endpoint.host} is not in http_hosts",
            f"Use the https URL of the token endpoint, or have a test host added to http_hosts in {_COUNTS}.",
        )
    return None


def _refuse_pin(
    target: str, server: str, url: str, reference: SecretReference, policy: Mapping[str, Any]
) -> Refusal | None:
    if reference.state == "from_env":
        pins = (policy.get("env_secrets") or {}).get(reference.name, [])
        return refuse_variable(url, reference.name, [pins] if isinstance(pins, str) else pins)
    return None if reference.pinned else refuse_unpinned(target, server)


def _refuse_network(endpoint: Endpoint, policy: Mapping[str, Any]) -> Refusal | None:
    addresses = _addresses_of(endpoint.host, policy)
    if not addresses:
        return None
    from oauthgit.model.formats.address_ranges import is_allowed  # few hosts are addresses

    if any(is_allowed(address, policy["networks"]) for address in addresses):
        return None
    return Refusal(
        "token_endpoint",
        f"the address of {endpoint.host} is not public, and networks in the policy does not list it",
        f"Have its network added to networks in {_COUNTS}; 127.0.0.0/8 is this machine.",
    )


def _addresses_of(host: str, policy: Mapping[str, Any]) -> Sequence[str]:
    """Return the addresses of a host that are certain without a name server."""
    if ":" in host or ((address := address_of(host)) and address.plain):
        return [host]
    return ["127.0.0.1", "::1"] if is_loopback(host) and not policy.get("proxy") else []
