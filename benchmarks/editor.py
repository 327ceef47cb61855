"""Measure the language server through its protocol: latency of diagnostics, and memory after many edits.

    python benchmarks/editor.py [--runs 40] [--edits 10000]

An edit makes a mistake or removes it. Its latency ends with the diagnostics, without the time that the server waits for
further typing. It is compared with a cold ``validate``, which has the start of its process.
"""

import argparse
import itertools
import json
import math
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

import corpus
import shapes
from timing import Command, interleaved

from oauthgit.lsp.server import DEBOUNCE

LIMIT: Final = 0.5
_WARM: Final = 500
"""Edits after which memory is compared, when all that is loaded once is loaded."""
_PROGRAM: Final = str(Path(sys.executable).parent / "oauthgit")


class Server:
    """Hold a server process, and speak its protocol."""

    def __init__(self, folder: Path) -> None:
        """Start a server for a folder."""
        self.numbers = itertools.count(1)
        self.process = subprocess.Popen(
            [_PROGRAM, "lsp"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.ask("initialize", {"capabilities": {}, "processId": None, "rootUri": folder.as_uri()})
        self.notify("initialized", {})

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.ask("shutdown", None)
        self.notify("exit", None)
        self.process.wait(timeout=60)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.stdin.flush()

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def read(self) -> dict[str, Any]:
        """Return the next message."""
        length = 0
        while header := self.stdout.readline().strip():
            if header.startswith(b"Content-Length: "):
                length = int(header.partition(b": ")[2])
        found: dict[str, Any] = json.loads(self.stdout.read(length))
        return found

    def ask(self, method: str, params: object) -> dict[str, Any]:
        """Send a request, and return its answer."""
        number = next(self.numbers)
        self.send({"id": number, "method": method, "params": params})
        while (found := self.read()).get("id") != number or "method" in found:
            pass
        return found

    def diagnostics(self, uri: str) -> list[Any]:
        """Return the next diagnostics of a file."""
        while (found := self.read()).get("method") != "textDocument/publishDiagnostics" or found["params"][
            "uri"
        ] != uri:
            pass
        shown: list[Any] = found["params"]["diagnostics"]
        return shown

    def mebibytes(self) -> float:
        """Return the resident memory of the process (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+([0-9]+) kB", status)
        return int(found[1]) / 1024 if found else math.nan


class Buffer:
    """Hold an open file with and without a mistake."""

    def __init__(self, server: Server, path: Path) -> None:
        """Open a file."""
        self.server, self.uri = server, path.as_uri()
        self.texts = itertools.cycle((path.read_text().replace("client_id:", "client_idd:", 1), path.read_text()))
        self.versions = itertools.count(2)
        document = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": path.read_text()}
        server.notify("textDocument/didOpen", {"textDocument": document})

    def change(self) -> None:
        """Make the mistake, or remove it."""
        document = {"uri": self.uri, "version": next(self.versions)}
        changes = [{"text": next(self.texts)}]
        self.server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def latency(self) -> float:
        """Return the seconds from a change to its diagnostics, after the debounce."""
        began = time.perf_counter()
        self.change()
        self.server.diagnostics(self.uri)
        return time.perf_counter() - began - DEBOUNCE

    def hover(self) -> None:
        """Ask for the description of a place, which checks the current text."""
        position = {"line": 8, "character": 6}
        self.server.ask("textDocument/hover", {"textDocument": {"uri": self.uri}, "position": position})


def projects(folder: Path) -> Iterator[tuple[str, Path, list[Path]]]:
    """Yield the name and folder of each project, and the files that are edited."""
    folder.mkdir(exist_ok=True)
    corpus.write(folder / "20", 20)
    yield "20 files", folder / "20", _layers(folder / "20", "*")
    shapes.write(folder / "one", "one model")
    yield "1,000 layers of one model, an application", folder / "one", _layers(folder / "one", "iam_applications")
    branch = folder / "one/configs/branches/MODEL00000/RELEASE.yaml"
    yield "1,000 layers of one model, the branch of half of them", folder / "one", [branch]


def rows(folder: Path, runs: int) -> Iterator[str]:
    """Yield the lines of the table of latencies."""
    yield "| language server, one edit | median | p95 | `validate --no-cache` | p95 beside it | target | |"
    yield "|---|---:|---:|---:|---:|---:|---|"
    chance = random.Random(0)
    for name, project, files in projects(folder):
        cold = interleaved({name: Command([_PROGRAM, "validate", "--no-cache"], project)}, {name: 7})[name].seconds
        with Server(project) as server:
            taken: list[float] = []
            buffers = {path: Buffer(server, path) for path in chance.sample(files, min(10, len(files)))}
            for buffer in buffers.values():
                buffer.latency()
                buffer.latency()
            while len(taken) < runs:
                buffer = chance.choice([*buffers.values()])
                taken += [buffer.latency(), buffer.latency()]
        late = statistics.quantiles(taken, n=20)[-1]
        word = "met" if late / cold <= LIMIT else "missed"
        yield (
            f"| {name} | {statistics.median(taken) * 1000:.0f} ms | {late * 1000:.0f} ms | {cold * 1000:.0f} ms "
            f"| {late / cold:.2f} | {LIMIT:g} | {word} |"
        )


def memory(folder: Path, edits: int) -> str:
    """Return a sentence about the memory of a server after many edits, each of them checked."""
    corpus.write(folder / "memory", 20)
    with Server(folder / "memory") as server:
        buffers = [Buffer(server, path) for path in _layers(folder / "memory", "*")]
        seen = {}
        for number in range(1, edits + 1):
            buffer = buffers[number % len(buffers)]
            buffer.change()
            buffer.hover()
            if number in {_WARM, edits}:
                seen[number] = server.mebibytes()
    words = ", ".join(f"{number:,} edits {size:.1f} MiB" for number, size in seen.items())
    return f"Memory of the language server with 20 files, after {words}."


def _layers(project: Path, folder: str) -> list[Path]:
    return sorted(path for path in project.glob(f"configs/{folder}/**/*.yaml") if ".secrets" not in path.name)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--edits", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oauthgit-editor-") as name:
        for line in rows(Path(name), options.runs):
            print(line, flush=True)
        if options.edits:
            print(f"\n{memory(Path(name), options.edits)}")


if __name__ == "__main__":
    main()
