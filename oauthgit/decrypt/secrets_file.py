"""Read the secrets of a decrypted file, and refuse unexpected keys."""

from typing import Any

from oauthgit.decrypt import sops_errors
from oauthgit.decrypt.sops_errors import SopsError
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.strict_json import read_json
from oauthgit.model.secret import Secret, VaultEntry
from oauthgit.model.workspace import File

_KEYS = {"kind", "for", "oauth_servers"}
_ENTRY_KEYS = {"client_secret", "send_only_to"}


def entries(file: File, plain: bytes) -> dict[tuple[str, str], VaultEntry] | SopsError:
    """Return the secrets of a decrypted file by (file, pointer), or its first fault.

    The shape is checked again, because the MAC of SOPS covers neither the names of keys nor keys without a value.
    """
    try:
        data = read_json(plain)
    except ValueError:
        return sops_errors.report_unexpected("the result is not the data of a secrets file")
    if not isinstance(data, dict) or data.keys() != _KEYS or not isinstance(data["oauth_servers"], dict):
        return sops_errors.report_unexpected("it contains settings other than kind, for and oauth_servers")
    if data["kind"] != "secrets":
        return sops_errors.report_unexpected("its kind is not secrets", "kind")
    if data["for"] != file.layer:
        return sops_errors.other_layer(data["for"], file.layer)
    found = {}
    for server, settings in data["oauth_servers"].items():
        entry = _entry(server, settings)
        if isinstance(entry, SopsError):
            return entry
        found[file.path, join("oauth_servers", server, "client_secret")] = entry
    return found


def _entry(server: str, settings: Any) -> VaultEntry | SopsError:
    if not isinstance(settings, dict) or not settings.keys() <= _ENTRY_KEYS:
        message = "a server contains settings other than client_secret and send_only_to"
        return sops_errors.report_unexpected(message, "oauth_servers", server)
    secret, pins = settings.get("client_secret"), settings.get("send_only_to", [])
    if not isinstance(secret, str) or not secret:
        return sops_errors.report_unexpected(
            "a client_secret is empty or not text", "oauth_servers", server, "client_secret"
        )
    pins = [pins] if isinstance(pins, str) else pins
    if not isinstance(pins, list) or not all(isinstance(pin, str) and pin for pin in pins):
        message = "a send_only_to is neither a URL nor a list of URLs"
        return sops_errors.report_unexpected(message, "oauth_servers", server, "send_only_to")
    return VaultEntry(Secret(secret), tuple(pins))
