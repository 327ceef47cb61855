"""Termination during a smoke test: tokens are revoked, the report is written, and the exit code states it."""

import json
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from support.scripted_server import TOKEN, Fake, fake, hang, reply
from support.service_project import lay_out, process

pytestmark = pytest.mark.measured_children


def until(heard: Any, seconds: float = 20) -> None:
    """Wait until ``heard`` is true."""
    end = time.monotonic() + seconds
    while not heard():
        assert time.monotonic() < end, "the server did not receive the expected requests"
        time.sleep(0.02)


def slowly(seconds: float) -> Any:
    """Return the behaviour of a server that issues a token after some time, and revokes it at once."""

    def decide(connection: Any, request: bytes, stop: threading.Event) -> None:
        if b"/token" in request.partition(b"\r\n")[0]:
            stop.wait(seconds)
            connection.sendall(reply(200, TOKEN))
        else:
            connection.sendall(reply(200, ""))

    return decide


def interrupted(
    root: Path, served: list[Fake], number: signal.Signals, *options: str
) -> tuple[int, dict[str, Any], float]:
    """Start smoke, interrupt it once every server has a request; return exit code, report and duration."""
    lay_out(root, [each.url for each in served])
    with process(root, "smoke", "--format", "json", *options) as running:
        until(lambda: all(each.requests for each in served))
        running.send_signal(number)
        began = time.monotonic()
        out, err = running.communicate(timeout=30)
        took = time.monotonic() - began
    assert "Traceback" not in err
    return running.returncode, json.loads(out), took


def paths(served: Fake) -> list[bytes]:
    return [request.split(b" ", 2)[1] for request in served.requests]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_token_received_after_the_signal_is_revoked(number: signal.Signals, code: int, tmp_path: Path) -> None:
    with fake(slowly(1)) as giving, fake(hang) as hanging:
        ended, report, took = interrupted(tmp_path, [giving, hanging], number, "--output", "json=report.json")
        assert paths(giving) == [b"/token", b"/revoke"], "the token was on its way, and is revoked"
        assert b"the-token" in giving.requests[1]
        assert paths(hanging) == [b"/token"]
    assert ended == code
    verdicts = {verdict["server"]: (verdict["verdict"], verdict["reason"]) for verdict in report["verdicts"]}
    assert verdicts["crm"][0] == "accepted"
    assert verdicts["crm"][1].endswith("revoked")
    assert verdicts["crm1"] == ("not-run", "interrupted before the answer arrived")
    assert json.loads((tmp_path / "report.json").read_text()) == report
    assert took < 8


def test_interrupted_run_starts_no_further_request(tmp_path: Path) -> None:
    with fake(hang) as hanging:
        lay_out(tmp_path, [hanging.url] * 6, policy={"smoke": {"per_host": 2}})
        with process(tmp_path, "smoke", "--format", "json") as running:
            until(lambda: len(hanging.requests) == 2)
            running.terminate()
            out, _ = running.communicate(timeout=30)
        assert len(hanging.requests) == 2
    reasons = sorted(verdict["reason"] for verdict in json.loads(out)["verdicts"])
    assert reasons == [*["interrupted before the answer arrived"] * 2, *["interrupted before the request was sent"] * 4]
    assert running.returncode == 143


def test_revocation_in_progress_is_finished(tmp_path: Path) -> None:
    def decide(connection: Any, request: bytes, stop: threading.Event) -> None:
        if b"/revoke" in request.partition(b"\r\n")[0]:
            stop.wait(1)
            done.append(request)
        connection.sendall(reply(200, TOKEN))

    done: list[bytes] = []
    with fake(decide) as served:
        lay_out(tmp_path, [served.url])
        with process(tmp_path, "smoke", "--format", "json") as running:
            until(lambda: len(served.requests) == 2)
            running.terminate()
            out, _ = running.communicate(timeout=30)
    assert len(done) == 1
    assert json.loads(out)["verdicts"][0]["reason"].endswith(", revoked")
    assert running.returncode == 143


def test_second_signal_ends_the_run_at_once(tmp_path: Path) -> None:
    with fake(hang) as hanging:
        lay_out(tmp_path, [hanging.url])
        with process(tmp_path, "smoke") as running:
            until(lambda: hanging.requests)
            running.terminate()
            time.sleep(0.3)
            began = time.monotonic()
            running.terminate()
            running.communicate(timeout=30)
        assert time.monotonic() - began < 2
    assert running.returncode == -signal.SIGTERM
