"""A login that is interrupted at any point: its tokens are revoked, and the terminal is as before."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.forks import ModuleForks
from support.login_project import AtTerminal, lay_out
from support.login_server import FIRST_ANSWER, REDIRECT_URI, SECOND_ANSWER, paste_code, scripted, sent
from support.scripted_server import Behaviour, Fake, fake, hang
from support.terminal import Terminal

pytestmark = [pytest.mark.measured_children, pytest.mark.posix]

SECRET = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ"
LOGIN = ("login", "app", "crm", "--format", "json", "--no-browser")
FORKS = ModuleForks("from oauthgit.cli import entry; entry()")
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 143}


@pytest.fixture(scope="module")
def at_terminal() -> Iterator[AtTerminal]:
    yield AtTerminal(FORKS)
    FORKS.end()


def at_fake(root: Path, served: Fake, **settings: str) -> None:
    paths = ("/auth", "/token", "/revoke", "")
    lay_out(root, served.base, paths, SECRET, client_id="the-client", redirect_uri=REDIRECT_URI, **settings)


def slowly(answer: bytes) -> Behaviour:
    def decide(connection: socket.socket, _request: bytes, stop: Any) -> None:
        stop.wait(1)
        connection.sendall(answer)

    return decide


def interrupt(tty: Terminal, number: signal.Signals) -> None:
    """Type Ctrl-C, or send the signal to the program that has the terminal."""
    if number is signal.SIGINT:
        tty.type("\x03")
    else:
        os.kill(os.tcgetpgrp(tty.master), number)


def until(served: Fake, requests: int) -> None:
    end = time.monotonic() + 20
    while len(served.requests) < requests:
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("number", SIGNALS)
def test_interrupted_wait_sends_nothing_and_restores(
    number: signal.Signals, at_terminal: AtTerminal, tmp_path: Path
) -> None:
    import termios

    seen: list[Any] = []

    def do(_url: str, tty: Terminal) -> Iterator[str]:
        seen.extend((tty, termios.tcgetattr(tty.slave)))
        interrupt(tty, number)
        yield "never"

    def look() -> Any:
        return termios.tcgetattr(seen[0].slave)

    with fake(scripted()) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, *LOGIN, do=do, last=look)
        assert (ended.code, served.connections) == (SIGNALS[number], 0), ended
    assert ended.verdicts["authorization_code"]["reason"] == "interrupted before the answer came back"
    hidden, restored = seen[1], ended.seen
    assert not hidden[3] & termios.ECHO
    assert not hidden[3] & termios.ICANON
    assert restored[3] & termios.ECHO
    assert restored[3] & termios.ICANON


@pytest.mark.parametrize("number", SIGNALS)
def test_tokens_that_arrive_after_the_signal_are_revoked(
    number: signal.Signals, at_terminal: AtTerminal, tmp_path: Path
) -> None:
    with fake(scripted(slowly(FIRST_ANSWER))) as served:
        at_fake(tmp_path, served)

        def do(url: str, tty: Terminal) -> None:
            paste_code()(url, tty)
            until(served, 1)
            interrupt(tty, number)

        ended = at_terminal(tmp_path, *LOGIN, do=do)
        assert sent(served) == ["authorization_code", "token-r-1", "token-a-1"], "the refresh token was not used"
    assert ended.code == SIGNALS[number]
    assert ended.verdicts["authorization_code"]["reason"].endswith("tokens revoked")
    assert ended.verdicts["refresh_token"]["verdict"] == "not-run"


def test_interrupted_metadata_open_nothing(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(hang) as served:
        at_fake(tmp_path, served, issuer=served.base)

        def act(tty: Terminal) -> None:
            until(served, 1)
            interrupt(tty, signal.SIGINT)

        began = time.monotonic()
        ended = at_terminal(tmp_path, *LOGIN, first=act)
        assert time.monotonic() - began < 8
        assert len(served.requests) == 1
    assert (ended.code, ended.url) == (130, "")


def test_tokens_of_an_interrupted_refresh_are_revoked(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted(second=slowly(SECOND_ANSWER))) as served:
        at_fake(tmp_path, served)

        def do(url: str, tty: Terminal) -> None:
            paste_code()(url, tty)
            until(served, 2)
            interrupt(tty, signal.SIGINT)

        ended = at_terminal(tmp_path, *LOGIN, "--check-reuse", do=do)
        assert sent(served)[2:] == ["token-r-2", "token-r-1", "token-a-2", "token-a-1"]
    assert (ended.code, ended.verdicts["refresh_token"]["verdict"]) == (130, "accepted")


def test_server_that_hangs_after_the_signal_is_left(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted(second=hang)) as served:
        at_fake(tmp_path, served)

        def do(url: str, tty: Terminal) -> None:
            paste_code()(url, tty)
            until(served, 2)
            interrupt(tty, signal.SIGTERM)

        began = time.monotonic()
        ended = at_terminal(tmp_path, *LOGIN, do=do)
        assert time.monotonic() - began < 8
        assert sent(served)[2:] == ["token-r-1", "token-a-1"], "the tokens that came before"
    assert ended.code == 143


def test_second_ctrl_c_still_revokes(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted(second=hang)) as served:
        at_fake(tmp_path, served)

        def do(url: str, tty: Terminal) -> None:
            paste_code()(url, tty)
            until(served, 2)
            interrupt(tty, signal.SIGINT)
            time.sleep(0.3)
            interrupt(tty, signal.SIGINT)

        began = time.monotonic()
        ended = at_terminal(tmp_path, *LOGIN, do=do)
        assert time.monotonic() - began < 3, "the second one ends the request in flight"
        assert sent(served)[2:] == ["token-r-1", "token-a-1"]
    assert (ended.code, ended.out, "interrupted" in ended.err) == (130, "", True)
