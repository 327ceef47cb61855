"""Secrets on their way in: sops encrypts them, from memory to memory."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from oauthgit.decrypt import fault
from oauthgit.decrypt.child import Child, prepared
from oauthgit.decrypt.fault import Fault
from oauthgit.decrypt.sops import start
from oauthgit.find_program import find_program, search_path
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.secret import Secret
from oauthgit.model.workspace import File

RULES: Final = ".sops.yaml"
_YAML: Final = ("--input-type", "yaml", "--output-type", "yaml")


def changed(
    file: File, path: Sequence[str], value: Any, *, root: str, environment: Mapping[str, str]
) -> bytes | Finding:
    """Return what ``file`` becomes when the value at ``path`` is replaced or added; nothing is written to it.

    The file keeps its keys and recipients. ``value`` is text or a mapping (sops takes no list here); a :class:`Secret`
    in it is opened here and goes to ``sops`` through a pipe. Where sops cannot do it, a finding OG516 says why.
    """

    def edit(child: Child) -> bytes | Fault:
        copy = Path(child.home, "copy.yaml")
        copy.write_bytes(file.content)
        index = "".join(f"[{json.dumps(key)}]" for key in path)
        said = _fed(child, ("set", *_YAML, "--value-stdin", str(copy), index), value, fault.of_change)
        return said if isinstance(said, Fault) else copy.read_bytes()

    return _with_sops(edit, file.path, root, environment)


def created(path: str, value: Any, *, root: str, environment: Mapping[str, str]) -> bytes | Finding:
    """Return what a file at ``path`` below ``root`` holds that sops makes of ``value``; nothing is written to it.

    Recipients are those of the first creation rule in ``root``'s ``.sops.yaml`` that matches ``path``; no key is needed.
    """
    name = str(Path(root, path))
    options = ("--filename-override", name, "--input-type", "json", "--output-type", "yaml")
    arguments = ("--config", str(Path(root, RULES)), "encrypt", *options)
    return _with_sops(lambda child: _fed(child, arguments, value, fault.of_creation), path, root, environment)


def _with_sops(
    work: Callable[[Child], bytes | Fault], path: str, root: str, environment: Mapping[str, str]
) -> bytes | Finding:
    folders = search_path(environment.get("PATH", ""), root)
    executable = find_program("sops", folders, root)
    result: bytes | Fault = fault.MISSING
    if executable is not None:
        with prepared(executable, folders, environment) as child:
            result = work(child)
    if isinstance(result, Fault):
        return Finding(result.code, result.message, Location(path), remedy=result.remedy)
    return result


def _fed(child: Child, arguments: Sequence[str], value: Any, explain: fault.Explain) -> bytes | Fault:
    with _pipe(json.dumps(value, default=_opened).encode()) as stdin:
        return fault.TOO_MUCH if stdin is None else start(child, arguments, stdin, explain)


def _opened(value: Any) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError


@contextmanager
def _pipe(content: bytes) -> Iterator[int | None]:
    """Yield the end of a pipe from which ``content`` can be read, so that it is in no file; None if it is too long."""
    reader, writer = os.pipe()
    try:
        with os.fdopen(writer, "wb", buffering=0) as stream:
            os.set_blocking(writer, False)
            written = stream.write(content)
        yield reader if written == len(content) else None
    finally:
        os.close(reader)
