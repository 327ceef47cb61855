"""Prepare the environment of sops: allowed variables, empty home, keys in memory."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from oauthgit.decrypt.age_keys import read_age_keys
from oauthgit.find_program import find_program, search_path
from oauthgit.model.formats.age_key_places import SSH_KEYS, home_of

_PASSED_ON = ("LANG", "TZ")
_PLACES = ("GNUPGHOME", "SOPS_AGE_SSH_PRIVATE_KEY_FILE")
_HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP") if os.name == "nt" else ("HOME",)
_CONSTANT = {"SOPS_DISABLE_VERSION_CHECK": "1", "SOPS_HC_VAULT_ALLOWLIST": "none"}


class SopsProcess(NamedTuple):
    """Hold the program, the environment, the descriptors and the folder of sops.

    The environment is complete, and the descriptors are those that sops inherits. ``config`` is the file that sops reads as
    ``.sops.yaml``. It is always one of ours, and empty by default: otherwise sops would search for one in all folders
    above, including that of temporary files. ``unused`` has a sentence for each key that sops does not get.
    """

    program: str
    environment: Mapping[str, str]
    descriptors: tuple[int, ...]
    home: str
    config: str
    unused: tuple[str, ...] = ()


@contextmanager
def prepare_environment(root: str, environment: Mapping[str, str]) -> Iterator[SopsProcess | None]:
    """Create the environment of sops, and delete it afterwards.

    Yields None if sops is not found outside of ``root``.
    """
    path = search_path(environment.get("PATH", ""), root)
    program = find_program("sops", path, root)
    if program is None:
        yield None
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oauthgit-")))
        home = folder / "home"
        home.mkdir(0o700)
        config = folder / "config.yaml"
        config.write_bytes(b"{}\n")
        passed = {name: environment[name] for name in _PASSED_ON if name in environment}
        homes = dict.fromkeys(_HOMES, str(home))
        variables = {"PATH": path} | homes | passed | _CONSTANT | _key_places(environment)
        keys, unused = read_age_keys(root, environment)
        unused += _link_ssh_keys(home, environment)
        given, descriptors = stack.enter_context(_hand_over(keys))
        yield SopsProcess(program, variables | given, descriptors, str(home), str(config), unused)


@contextmanager
def _hand_over(keys: bytes) -> Iterator[tuple[dict[str, str], tuple[int, ...]]]:
    """Yield the variable and the descriptor that give age keys to sops.

    It is a file in memory, which leaves no trace. A pipe does not work, because sops opens the file once for every
    recipient. On systems without such files the variable holds the keys; comments beside them are escaped.
    """
    if not keys:
        yield {}, ()
    elif hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("keys"), "wb", buffering=0) as stream:
            stream.write(keys)
            yield {"SOPS_AGE_KEY_FILE": f"/proc/self/fd/{stream.fileno()}"}, (stream.fileno(),)
    else:
        yield {"SOPS_AGE_KEY": keys.decode("ascii", "backslashreplace").replace("\0", "")}, ()


def _link_ssh_keys(home: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Link the person's usual SSH keys, which sops searches below its home folder.

    Return a sentence for each key that cannot be linked. Windows allows few users to make symbolic links.
    """
    unused = []
    for name in SSH_KEYS if home_of(environment) else ():
        key = Path(home_of(environment), name).absolute()
        if os.path.isfile(key):  # noqa: PTH113 - False also if the folder cannot be read
            (home / name).parent.mkdir(0o700, exist_ok=True)
            try:
                _make_link(key, home / name)
            except OSError:
                unused.append(f"The key ~/{name} is not used: name it in SOPS_AGE_SSH_PRIVATE_KEY_FILE.")
    return tuple(unused)


def _make_link(target: Path, place: Path) -> None:
    """Make a symbolic link to a file, or a hard link if this is not allowed."""
    try:
        place.symlink_to(target)
    except OSError:
        place.hardlink_to(target)


def _key_places(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the absolute paths of keys that sops or gpg read by themselves."""
    home, roaming = home_of(environment), environment.get("APPDATA")
    usual = {"GNUPGHOME": str(Path(home, ".gnupg"))} if home else {}
    if os.name == "nt" and roaming:
        usual = {"GNUPGHOME": str(Path(roaming, "gnupg"))}
    stated = {name: environment[name] for name in _PLACES if environment.get(name)}
    return {name: str(Path(place).absolute()) for name, place in (usual | stated).items()}
