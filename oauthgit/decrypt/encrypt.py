"""Encrypt secrets with sops, in memory, for checked readers."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from oauthgit.decrypt import sops_errors
from oauthgit.decrypt.sops import start
from oauthgit.decrypt.sops_configuration import configuration_for, credentials_for, find_tried_rule, trial_of
from oauthgit.decrypt.sops_environment import SopsProcess, prepare_environment
from oauthgit.decrypt.sops_errors import SopsError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sops_creation_rule import CreationRule
from oauthgit.model.location import Location
from oauthgit.model.secret import Secret
from oauthgit.model.workspace import File

_Result = TypeVar("_Result")
_YAML: Final = ("--input-type", "yaml", "--output-type", "yaml")
_TRIAL: Final = ("--input-type", "json", "--output-type", "json")


class Change(NamedTuple):
    """Describe a value to set in a file at a path of keys.

    The value is text or a mapping; sops does not accept a list here. A :class:`Secret` in it is revealed to sops only.
    """

    path: Sequence[str]
    value: Any


def applying_rule(
    rules: Sequence[CreationRule], path: str, *, root: str, environment: Mapping[str, str]
) -> CreationRule | Finding:
    """Return the rule that sops applies to a file at ``path``.

    The path is relative to the folder of the rules. sops itself selects the rule, offline: it encrypts a worthless value
    with a copy of the rules, in which each rule has a number and no readers.
    """
    if not rules:
        return sops_errors.NO_ACTIVE_RULE.at(Location(path))

    def work(child: SopsProcess) -> CreationRule | SopsError:
        with _with_configuration(child, trial_of(rules)) as tried:
            name = str(Path(tried.config).parent / path)
            found = start(tried, ("encrypt", "--filename-override", name, *_TRIAL), b'{"a":"b"}', sops_errors.of_trial)
        return found if isinstance(found, SopsError) else find_tried_rule(found, rules) or sops_errors.BAD_RULES

    return _with_sops(work, path, root, environment)


def encrypt_new(
    path: str, value: Any, rule: CreationRule, *, root: str, environment: Mapping[str, str]
) -> bytes | Finding:
    """Return ``value``, encrypted for the readers of ``rule``, as a new file.

    This needs no private key.
    """

    def work(child: SopsProcess) -> bytes | SopsError:
        return _encrypt(child, _dump(value), "json", rule, environment)

    return _with_sops(work, path, root, environment)


def encrypt_anew(
    file: File, rule: CreationRule, change: Change | None, *, root: str, environment: Mapping[str, str]
) -> bytes | Finding:
    """Return ``file`` encrypted with a new data key for the readers of ``rule`` alone.

    With a ``change``, one value is replaced or added first. Comments and the order of values stay. The old data key cannot
    decrypt any of the new content. The file is not written.
    """

    def work(child: SopsProcess) -> bytes | SopsError:
        content = file.content if change is None else _change_value(child, file.content, change)
        plain = (
            content
            if isinstance(content, SopsError)
            else start(child, ("decrypt", *_YAML), content, sops_errors.of_exit)
        )
        return plain if isinstance(plain, SopsError) else _encrypt(child, plain, "yaml", rule, environment)

    return _with_sops(work, file.path, root, environment, file.layer)


def _change_value(child: SopsProcess, content: bytes, change: Change) -> bytes | SopsError:
    """Return an encrypted file with one value replaced or added; the data key stays."""
    index = "".join(f"[{json.dumps(key)}]" for key in change.path)
    with _scratch(child, content) as (inside, name):
        arguments = ("set", *_YAML, "--value-stdin", str(name), index)
        errors = start(inside, arguments, _dump(change.value), sops_errors.of_change)
        return errors if isinstance(errors, SopsError) else name.read_bytes()


def _encrypt(
    child: SopsProcess, plain: bytes, form: str, rule: CreationRule, environment: Mapping[str, str]
) -> bytes | SopsError:
    variables = {**child.environment, **credentials_for(rule, environment)}
    with _with_configuration(child._replace(environment=variables), configuration_for(rule)) as ours:
        name = str(Path(ours.config).with_name("x.secrets.yaml"))
        arguments = ("encrypt", "--filename-override", name, "--input-type", form, "--output-type", "yaml")
        return start(ours, arguments, plain, sops_errors.of_creation)


def _with_sops(
    work: Callable[[SopsProcess], _Result | SopsError],
    path: str,
    root: str,
    environment: Mapping[str, str],
    layer: str = "",
) -> _Result | Finding:
    with prepare_environment(root, environment) as child:
        result = sops_errors.MISSING if child is None else work(child)
    return result.at(Location(path), layer) if isinstance(result, SopsError) else result


@contextmanager
def _with_configuration(child: SopsProcess, content: bytes) -> Iterator[SopsProcess]:
    """Yield ``child`` with its own configuration, alone in a private folder."""
    with tempfile.TemporaryDirectory(dir=child.home) as folder:
        config = Path(folder, "config.yaml")
        config.write_bytes(content)
        yield child._replace(config=str(config))


@contextmanager
def _scratch(child: SopsProcess, content: bytes) -> Iterator[tuple[SopsProcess, Path]]:
    """Yield a child with access to a file with ``content``, and the path of the file.

    The file is in memory, or in the private folder of the child. It holds ciphertext only.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("secrets")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            inside = child._replace(descriptors=(*child.descriptors, descriptor))
            yield inside, Path(f"/proc/self/fd/{descriptor}")
    else:
        with tempfile.TemporaryDirectory(dir=child.home) as folder:
            file = Path(folder, "scratch.yaml")
            file.write_bytes(content)
            yield child, file


def _dump(value: Any) -> bytes:
    return json.dumps(value, default=_decode).encode()


def _decode(value: Any) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError
