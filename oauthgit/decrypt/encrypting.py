"""Encrypt secrets with sops, in memory, for checked readers."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, Final, NamedTuple, TypeVar

from oauthgit.decrypt import fault
from oauthgit.decrypt.child import Child, prepared
from oauthgit.decrypt.configuration import configuration_for, credentials_for, rule_tried, trial_of
from oauthgit.decrypt.fault import Fault
from oauthgit.decrypt.sops import start
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sops_creation_rule import CreationRule
from oauthgit.model.location import Location
from oauthgit.model.secret import Secret
from oauthgit.model.workspace import File

_Result = TypeVar("_Result")
_YAML: Final = ("--input-type", "yaml", "--output-type", "yaml")
_SECONDS: Final = 2.0
"""Seconds to wait until input that sops does not read is discarded."""
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

    def work(child: Child) -> CreationRule | Fault:
        with _configured(child, trial_of(rules)) as tried:
            name = str(Path(tried.config).parent / path)
            found = _fed(tried, ("encrypt", "--filename-override", name, *_TRIAL), b'{"a":"b"}', fault.of_trial)
        return found if isinstance(found, Fault) else rule_tried(found, rules) or fault.BAD_RULES

    return _with_sops(work, path, root, environment)


def created(path: str, value: Any, rule: CreationRule, *, root: str, environment: Mapping[str, str]) -> bytes | Finding:
    """Return ``value``, encrypted for the readers of ``rule``, as a new file.

    This needs no private key.
    """

    def work(child: Child) -> bytes | Fault:
        return _encrypted(child, _dumped(value), "json", rule, environment)

    return _with_sops(work, path, root, environment)


def renewed(
    file: File, rule: CreationRule, change: Change | None, *, root: str, environment: Mapping[str, str]
) -> bytes | Finding:
    """Return ``file`` encrypted with a new data key for the readers of ``rule`` alone.

    With a ``change``, one value is replaced or added first. Comments and the order of values stay. The old data key cannot
    decrypt any of the new content. The file is not written.
    """

    def work(child: Child) -> bytes | Fault:
        content = file.content if change is None else _changed(child, file.content, change)
        plain = content if isinstance(content, Fault) else _fed(child, ("decrypt", *_YAML), content, fault.of_exit)
        return plain if isinstance(plain, Fault) else _encrypted(child, plain, "yaml", rule, environment)

    return _with_sops(work, file.path, root, environment)


def _changed(child: Child, content: bytes, change: Change) -> bytes | Fault:
    """Return an encrypted file with one value replaced or added; the data key stays."""
    index = "".join(f"[{json.dumps(key)}]" for key in change.path)
    with _scratch(child, content) as (inside, name):
        arguments = ("set", *_YAML, "--value-stdin", name, index)
        said = _fed(inside, arguments, _dumped(change.value), fault.of_change)
        return said if isinstance(said, Fault) else Path(name).read_bytes()


def _encrypted(
    child: Child, plain: bytes, form: str, rule: CreationRule, environment: Mapping[str, str]
) -> bytes | Fault:
    variables = {**child.environment, **credentials_for(rule, environment)}
    with _configured(child._replace(environment=variables), configuration_for(rule)) as ours:
        name = str(Path(ours.config).with_name("x.secrets.yaml"))
        arguments = ("encrypt", "--filename-override", name, "--input-type", form, "--output-type", "yaml")
        return _fed(ours, arguments, plain, fault.of_creation)


def _with_sops(
    work: Callable[[Child], _Result | Fault], path: str, root: str, environment: Mapping[str, str]
) -> _Result | Finding:
    with prepared(root, environment) as child:
        result = fault.MISSING if child is None else work(child)
    return result.at(Location(path)) if isinstance(result, Fault) else result


@contextmanager
def _configured(child: Child, content: bytes) -> Iterator[Child]:
    """Yield ``child`` with its own configuration, alone in a private folder."""
    with tempfile.TemporaryDirectory(dir=child.home) as folder:
        config = Path(folder, "config.yaml")
        config.write_bytes(content)
        yield child._replace(config=str(config))


@contextmanager
def _scratch(child: Child, content: bytes) -> Iterator[tuple[Child, str]]:
    """Yield a child with access to a file with ``content``, and the name of the file.

    The file is in memory, or in the private folder of the child.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("secrets")
        inside, name = child._replace(descriptors=(*child.descriptors, descriptor)), f"/proc/self/fd/{descriptor}"
    else:
        descriptor, name = tempfile.mkstemp(dir=child.home)
        inside = child
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        yield inside, name


def _fed(child: Child, arguments: Sequence[str], given: bytes, explain: fault.Explain) -> bytes | Fault:
    """Run sops with ``given`` on its standard input, through a pipe and not a file."""
    reader, writer = os.pipe()
    feeder = Thread(target=_feed, args=(writer, given), daemon=True)
    feeder.start()
    try:
        return start(child, arguments, reader, explain)
    finally:
        os.close(reader)
        feeder.join(_SECONDS)


def _feed(descriptor: int, given: bytes) -> None:
    with suppress(OSError), os.fdopen(descriptor, "wb") as stream:  # sops may end without reading all of it
        stream.write(given)


def _dumped(value: Any) -> bytes:
    return json.dumps(value, default=_opened).encode()


def _opened(value: Any) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError
