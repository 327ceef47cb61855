"""Prepare the environment of sops: allowed variables, empty home, keys in memory."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from oauthgit.decrypt.age_keys import read_age_keys
from oauthgit.find_program import find_program, search_path
from oauthgit.model.formats.age_key_places import SSH_KEYS

_PASSED_ON = ("LANG", "TZ")
_PLACES = ("GNUPGHOME", "SOPS_AGE_SSH_PRIVATE_KEY_FILE")
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

    Yields None if sops is not found outside of ``root``. Age keys are passed as a file in memory, which leaves no trace.
    On systems without such files, it is a file of mode 0600 in a private folder. A pipe does not work, because sops opens
    the file once for every recipient.
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
        _link_ssh_keys(home, environment)
        config = folder / "config.yaml"
        config.write_bytes(b"{}\n")
        passed = {name: environment[name] for name in _PASSED_ON if name in environment}
        variables = {"PATH": path, "HOME": str(home)} | passed | _CONSTANT | _key_places(environment)
        descriptors: tuple[int, ...] = ()
        keys, unused = read_age_keys(root, environment)
        if keys:
            if hasattr(os, "memfd_create"):
                descriptor = os.memfd_create("keys")
                descriptors = (descriptor,)
                variables["SOPS_AGE_KEY_FILE"] = f"/proc/self/fd/{descriptor}"
            else:
                file = folder / "keys"
                descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                variables["SOPS_AGE_KEY_FILE"] = str(file)
            stack.callback(os.close, descriptor)
            with open(descriptor, "wb", closefd=False) as stream:
                stream.write(keys)
        yield SopsProcess(program, variables, descriptors, str(home), str(config), unused)


def _link_ssh_keys(home: Path, environment: Mapping[str, str]) -> None:
    """Link the person's usual SSH keys, which sops searches below its home folder."""
    for name in SSH_KEYS if environment.get("HOME") else ():
        key = Path(environment["HOME"], name).absolute()
        if os.path.isfile(key):  # noqa: PTH113 - False also if the folder cannot be read
            (home / name).parent.mkdir(0o700, exist_ok=True)
            (home / name).symlink_to(key)


def _key_places(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the absolute paths of keys that sops or gpg read by themselves."""
    home = environment.get("HOME")
    usual = {"GNUPGHOME": str(Path(home, ".gnupg"))} if home else {}
    stated = {name: environment[name] for name in _PLACES if environment.get(name)}
    return {name: str(Path(place).absolute()) for name, place in (usual | stated).items()}
