"""Robustness: broken messages, an editor that dies, and errors whose text may be a secret."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified

from oauthgit.lsp import server as server_module
from oauthgit.lsp.stdin import open_reader
from support.coverage_variables import coverage_variables

pytestmark = pytest.mark.measured_children

PRODUCTION = "configs/iam_applications/insights-prod.yaml"


class RawClient:
    """The pipes of a server, without a client that only sends valid messages."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self.stdin, self.stdout = process.stdin, process.stdout
        self.request(0, "initialize", {"capabilities": {}, "processId": None, "rootUri": None})

    def write(self, content: bytes) -> None:
        self.stdin.write(content)
        self.stdin.flush()

    def send(self, message: object) -> None:
        body = json.dumps(message).encode()
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method: str, params: object) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def read(self) -> dict[str, Any]:
        length = int(self.stdout.readline().removeprefix(b"Content-Length: "))
        while self.stdout.readline().strip():
            pass
        found: dict[str, Any] = json.loads(self.stdout.read(length))
        return found

    def request(self, number: int, method: str, params: object) -> dict[str, Any]:
        """Send a request and return its answer."""
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        while (found := self.read()).get("id") != number or "method" in found:
            pass
        return found


@pytest.fixture
def raw(sample: Path) -> Iterator[RawClient]:
    command = [sys.executable, "-m", "oauthgit", "lsp", "--stdio"]
    environment = {"PATH": "/usr/bin:/bin", **coverage_variables()}
    with subprocess.Popen(
        command, cwd=sample, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield RawClient(process)
        process.kill()


def opened(raw: RawClient, path: Path, text: str) -> dict[str, object]:
    document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
    raw.notify("textDocument/didOpen", {"textDocument": document})
    return {"uri": path.as_uri()}


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


BROKEN = {
    "no JSON": framed(b"{{{{{"),
    "no object": framed(b"[]"),
    "no method": framed(b'{"jsonrpc":"2.0"}'),
    "not UTF-8": framed(b"\xff\xfe"),
    "half of a surrogate pair": framed(b'{"jsonrpc":"2.0","method":"\\ud800","params":{"a":"b"}}'),
    "very deep": framed(b"[" * 200_000),
    "an answer that nobody asked for": framed(b'{"jsonrpc":"2.0","id":77,"result":null}'),
    "no length": b"Content-Length: 0\r\n\r\nContent-Length: -5\r\n\r\n",
    "a header without a length": b"Content-Type: x\r\n\r\n",
    "rubbish": b"\x00\r\n\xff\n\r\n",
}


def test_broken_messages_do_not_end_the_server(raw: RawClient, sample: Path) -> None:
    text = (sample / PRODUCTION).read_text(encoding="utf-8")
    document = opened(raw, sample / PRODUCTION, text)
    for number, content in enumerate(BROKEN.values(), 1):
        raw.write(content)
        for wrong in (None, {}, {"textDocument": 5}, {"textDocument": {"uri": "file:////"}}):
            raw.notify("textDocument/didOpen", wrong)
            raw.notify("textDocument/didChange", wrong)
        raw.notify("no/such", {})
        hover = {"textDocument": document, "position": {"line": 20, "character": 6}}
        answer = raw.request(number, "textDocument/hover", hover)
        assert "insights-production" in answer["result"]["contents"]["value"]
    outside = {"textDocument": document, "position": {"line": 10**6, "character": 10**6}}
    assert raw.request(98, "textDocument/hover", outside)["result"] is None
    params = {"textDocument": document, "position": {"line": -1}}
    raw.send({"jsonrpc": "2.0", "id": 99, "method": "textDocument/hover", "params": params})
    assert raw.request(100, "shutdown", None)["result"] is None
    raw.notify("exit", None)
    assert raw.process.wait(timeout=20) == 0
    assert raw.process.stderr is not None
    assert raw.process.stderr.read() == b""


def test_editor_that_compares_no_versions_gets_plain_edits(raw: RawClient, sample: Path) -> None:
    text = (sample / PRODUCTION).read_text(encoding="utf-8")
    document = opened(raw, sample / PRODUCTION, f'{text}    require_pkce: "true"\n')
    start = {"line": text.count("\n"), "character": 4}
    params = {"textDocument": document, "range": {"start": start, "end": start}, "context": {"diagnostics": []}}
    (fix, *_) = raw.request(1, "textDocument/codeAction", params)["result"]
    (edit,) = fix["edit"]["changes"][document["uri"]]
    assert edit["newText"] == "true"
    assert "documentChanges" not in fix["edit"]


def test_answer_for_an_older_text_is_refused(sample: Path) -> None:
    """The text changes while a question about it is answered. An edit for the old text would be in the wrong place."""
    server = server_module.Server("")
    root = server.session.add_folder(str(sample))
    assert root is not None
    view = server.session.check(server.session.inputs(root))
    assert asyncio.run(server.answer(lambda _: "right", view)) == "right"
    with pytest.raises(JsonRpcContentModified):
        asyncio.run(server.answer(lambda _: server.session.touch(), view))


def test_change_right_after_a_question_is_answered_for(raw: RawClient, sample: Path) -> None:
    text = (sample / PRODUCTION).read_text(encoding="utf-8").replace("client_id: insights", "client_idd: insights")
    document = opened(raw, sample / PRODUCTION, text)
    place = {"line": 21, "character": 6}
    params = {"textDocument": document, "range": {"start": place, "end": place}, "context": {"diagnostics": []}}
    raw.send({"jsonrpc": "2.0", "id": 1, "method": "textDocument/codeAction", "params": params})
    changes = [{"text": f"# a line more\n{text}"}]
    raw.notify("textDocument/didChange", {"textDocument": document | {"version": 2}, "contentChanges": changes})
    while (answer := raw.read()).get("id") != 1:
        assert answer["method"] != "window/logMessage", "this is no error of the server"
    refused = "error" in answer and answer["error"]["code"] == types.LSPErrorCodes.ContentModified
    found = raw.request(2, "textDocument/codeAction", params)["result"] if refused else answer["result"]
    (edit,) = found[0]["edit"]["changes"][document["uri"]]
    assert edit["range"]["start"]["line"] == 21, "in the new text"


def test_server_ends_with_its_editor(raw: RawClient) -> None:
    raw.stdin.close()
    assert raw.process.wait(timeout=20) == 1, "it was not shut down first"


def test_interrupted_server_ends_at_once(raw: RawClient) -> None:
    raw.process.send_signal(signal.SIGINT)
    assert abs(raw.process.wait(timeout=20)) == signal.SIGINT
    assert raw.process.stderr is not None
    assert b"Traceback" not in raw.process.stderr.read()


def test_editor_that_reads_no_more_leaves_no_answers_in_logs(raw: RawClient, sample: Path) -> None:
    document = opened(raw, sample / PRODUCTION, (sample / PRODUCTION).read_text(encoding="utf-8"))
    raw.stdout.close()
    params = {"textDocument": document, "position": {"line": 20, "character": 6}}
    for number in range(1, 4):
        raw.send({"jsonrpc": "2.0", "id": number, "method": "textDocument/hover", "params": params})
        time.sleep(0.2)
    raw.stdin.close()
    raw.process.wait(timeout=20)
    assert raw.process.stderr is not None
    assert raw.process.stderr.read() == b""


@pytest.mark.parametrize("is_pipe", [True, False])
def test_message_beyond_the_limit_is_skipped(
    is_pipe: bool,  # noqa: FBT001 - a case
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("oauthgit.lsp.stdin.MAX_BYTES", 10)
    content = b"x" * 25 + b"line\nshort"

    async def read(stdin: BinaryIO) -> None:
        bounded = await open_reader(stdin)
        assert await bounded.readexactly(25) == b"{}"
        assert await bounded.readline() == b"line\n"
        assert await bounded.readexactly(5) == b"short"
        assert await bounded.readexactly(10**30) == b"", "the stream has ended"

    (tmp_path / "in").write_bytes(content)
    if is_pipe:
        reader, writer = os.pipe()
        os.write(writer, content)
        os.close(writer)
    with os.fdopen(reader, "rb") if is_pipe else (tmp_path / "in").open("rb") as stream:
        asyncio.run(read(stream))


def test_crash_of_the_program_is_reported_without_its_text(raw: RawClient, sample: Path) -> None:
    """A folder in place of the text of a schema: such errors have paths and values in their text."""
    document = opened(raw, sample / PRODUCTION, "kind: \ud800S3cr3tCanary1\n")
    hover = {"textDocument": document, "position": {"line": 0, "character": 8}}
    answer = raw.request(1, "textDocument/hover", hover)
    assert "S3cr3tCanary1" not in json.dumps(answer)
    assert raw.request(2, "shutdown", None)["result"] is None


def test_error_of_a_handler_has_only_its_kind(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = server_module.Server("")
    sent: list[object] = []
    monkeypatch.setattr(server, "window_log_message", sent.append)
    server.report_server_error(ValueError("S3cr3tCanary1"), "check")
    assert "ValueError" in str(sent)
    assert "S3cr3tCanary1" not in str(sent)
    assert capfd.readouterr() == ("", "")


def test_handled_messages_are_forgotten() -> None:
    """The library keeps a future for each notification; 10,000 edits would take 20 MiB (benchmarks/editor.py)."""

    def handle(*_: Any) -> Iterator[tuple[object, tuple[()], None]]:
        yield (lambda: None), (), None

    protocol = server_module.Server("").protocol
    for number in range(3):
        protocol._execute_handler(number, handle, lambda _: None)  # noqa: SLF001 - what messages come to
    assert protocol._request_futures == {}  # noqa: SLF001 - as above
