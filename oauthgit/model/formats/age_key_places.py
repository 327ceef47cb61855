"""Find a person's own keys, as SOPS does on Linux, macOS and Windows.

Source: age/keysource.go of SOPS. All places are outside of the repository and named by the environment of the person.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

SSH_KEYS: Final = (".ssh/id_ed25519", ".ssh/id_rsa")
"""The SSH keys below the home folder that sops tries by itself."""
_FILE: Final = "sops/age/keys.txt"
_FOLDERS: Final = (".config", "Library/Application Support")
"""The folders of settings below the home folder, on Linux and on macOS."""


def home_of(environment: Mapping[str, str]) -> str:
    """Return the home folder of the person; Windows has another variable for it."""
    return environment.get("HOME") or environment.get("USERPROFILE", "")


def age_key_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the files that may hold age keys, the one that a variable names first."""
    if named := environment.get("SOPS_AGE_KEY_FILE"):
        yield Path(named)
    if settings := environment.get("XDG_CONFIG_HOME"):
        yield Path(settings, _FILE)
    elif home := home_of(environment):
        yield from (Path(home, folder, _FILE) for folder in _FOLDERS)
    if roaming := environment.get("APPDATA"):
        yield Path(roaming, _FILE)
