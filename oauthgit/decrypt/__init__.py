"""Decrypt secrets files, and read secrets from environment variables.

No other package reads secrets.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, ParamSpec, TypeVar

from oauthgit.decrypt import sops_errors
from oauthgit.decrypt.precheck import find_rejection
from oauthgit.decrypt.secrets_file import entries
from oauthgit.decrypt.sops import is_too_old, run
from oauthgit.decrypt.sops_environment import SopsProcess, prepare_environment
from oauthgit.decrypt.sops_errors import SopsError
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.reserved_variable import reserved_entry
from oauthgit.model.location import Location
from oauthgit.model.secret import Secret, Vault, VaultEntry
from oauthgit.model.settings import SecretReference
from oauthgit.model.workspace import File

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
Locate = Callable[[str, str], Location]
"""Returns the place of a JSON Pointer in a file."""

_PRIVATE_KEYS: Final = ("AGE-SECRET-KEY-", "AGE-PLUGIN-", "PRIVATE KEY-----", "PRIVATE KEY BLOCK-----")
"""Marks of private keys: of age, of its plugins, of TLS and SSH, of PGP."""

_AT_ONCE = min(4, os.cpu_count() or 1)


def decrypt(
    files: Sequence[tuple[File, Document | None]],
    *,
    key_types: Collection[str],
    root: str,
    environment: Mapping[str, str],
    locate: Locate,
) -> tuple[Vault, list[Finding]]:
    """Decrypt secrets files with the ``sops`` program.

    ``files`` are those whose secrets are effective, each with its parsed document. Their bytes are decrypted, even if the
    files on disk have changed since. ``key_types`` are the types of key that the policy allows in a file: sops is not
    started for a file with another type, or without a document. ``root`` is the scanned tree, from which no program is
    started. ``environment`` contains ``PATH`` and the keys: ``SOPS_AGE_KEY``, ``SOPS_AGE_KEY_FILE``,
    ``SOPS_AGE_SSH_PRIVATE_KEY_FILE``, ``GNUPGHOME`` and the usual places below ``HOME``.

    A file yields all of its secrets or none. A file that cannot be decrypted, or has unexpected contents, is a finding
    OG516; one that was encrypted for another layer OG517; one with a forbidden type of key OG505. Findings contain neither
    output of ``sops`` nor secrets.
    """
    refused = [(file, find_rejection(file, document, key_types)) for file, document in files]
    findings = [_finding(file, wrong, locate) for file, wrong in refused if wrong]
    safe = [file for file, wrong in refused if wrong is None]
    if not safe:
        return Vault({}), findings
    with prepare_environment(root, environment) as child:
        if child is None:
            return Vault({}), findings + [_finding(file, sops_errors.MISSING, locate) for file in safe]
        outputs = _run_all(child, safe)
        if any(isinstance(output, SopsError) for output in outputs) and is_too_old(child):
            outputs = [sops_errors.TOO_OLD if isinstance(output, SopsError) else output for output in outputs]
    opened: dict[tuple[str, str], VaultEntry] = {}
    for file, output in zip(safe, outputs, strict=True):
        found = output if isinstance(output, SopsError) else _guard(entries, file, output)
        if isinstance(found, SopsError):
            findings.append(_finding(file, found, locate))
        else:
            opened |= found
    return Vault(opened), findings


def from_environment(
    references: Iterable[SecretReference], policy: Mapping[str, Any], environment: Mapping[str, str], *, locate: Locate
) -> tuple[Vault, list[Finding]]:
    """Read the secrets in environment variables.

    Only the ``references`` with the state ``from_env`` are used. ``env_secrets`` of the policy states the endpoints of a
    secret; without an entry there, the secret has no pin. A variable that is missing or empty is a finding OG516; one with
    a reserved name, or with a private key, OG523.
    """
    pins = policy.get("env_secrets") or {}
    opened: dict[tuple[str, str], VaultEntry] = {}
    findings = []
    for reference in dict.fromkeys(references):
        if reference.state != "from_env":
            continue
        value = _of_variable(reference.name, environment)
        if isinstance(value, SopsError):
            findings.append(value.at(locate(reference.file, reference.pointer)))
        else:
            pin = pins.get(reference.name, [])
            urls = (pin,) if isinstance(pin, str) else tuple(pin)
            opened[reference.file, reference.pointer] = VaultEntry(Secret(value), urls)
    return Vault(opened), findings


def _of_variable(name: str, environment: Mapping[str, str]) -> str | SopsError:
    """Return the secret in a variable, or a fault.

    A variable with a reserved name is not read.
    """
    if reserved_entry(name):
        return sops_errors.reserved_variable(name)
    value = environment.get(name)
    if not value:
        return sops_errors.no_variable(name)
    if not _is_text(value):
        return sops_errors.no_text(name)
    return sops_errors.private_key(name) if any(mark in value for mark in _PRIVATE_KEYS) else value


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # os.environ contains half of a surrogate pair for each byte that is not UTF-8
        return False
    return True


def _run_all(child: SopsProcess, files: Sequence[File]) -> list[bytes | SopsError]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda file: _guard(run, child, file.content), files))


def _guard(
    work: Callable[_Given, _Result | SopsError], *given: _Given.args, **named: _Given.kwargs
) -> _Result | SopsError:
    try:
        return work(*given, **named)
    except Exception as error:  # noqa: BLE001 - an error in one file does not affect the others
        return sops_errors.report_crash(error)


def _finding(file: File, wrong: SopsError, locate: Locate) -> Finding:
    return wrong.at(locate(file.path, wrong.pointer), file.layer)
