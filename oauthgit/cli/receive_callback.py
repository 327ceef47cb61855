"""Send a person to the authorization endpoint, and receive the answer.

It is pasted, or a listener receives it.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from oauthgit.cli.hidden_input import Read, open_hidden_input
from oauthgit.cli.terminal import show
from oauthgit.model.formats.sanitize import escape, format_count
from oauthgit.probe.interactive import (
    MAX_ADDRESS,
    Absence,
    Callback,
    Listener,
    LoginAttempt,
    LoginOptions,
    open_listener,
    read_callback,
)

_ATTEMPTS: Final = 5
_TICK: Final = 0.2
_PASTE: Final = (
    "Log in there. The browser ends at the redirect URI, and may show an error. Copy its whole address, paste it here (it is "
    "not shown) and press Enter:"
)
_LISTEN: Final = (
    "Log in there; the answer is received here. If it is not, copy the address at which the browser ends, paste it here (it "
    "is not shown) and press Enter:"
)


def receive_callback(
    options: LoginOptions, start_browser: Callable[[str], bool], attempt: LoginAttempt
) -> Callback | Absence:
    """Return the answer to an authorization request, or the reason why none came.

    ``start_browser`` opens an address and returns True, or returns False if the person has to open it.
    """
    if options.stop.is_set():
        return Absence.INTERRUPTED
    with ExitStack() as opened:
        listener = open_listener(attempt.expected)
        if isinstance(listener, Listener):
            opened.enter_context(listener)
        read = opened.enter_context(open_hidden_input(MAX_ADDRESS))
        _direct(attempt, listener, start_browser)
        return _wait(attempt, listener if isinstance(listener, Listener) else None, read, options)


def _direct(attempt: LoginAttempt, listener: Listener | str, start_browser: Callable[[str], bool]) -> None:
    """Show the address, and what to do with it."""
    _show("", "Open this address in a browser:", "", f"  {attempt.url}", "")
    if start_browser(attempt.url):
        _show("A browser was started with it.")
    if isinstance(listener, str) and listener:
        _show(f"The answer cannot be received here ({listener}), so it has to be pasted.")
    _show(_LISTEN if isinstance(listener, Listener) else _PASTE)


def _wait(attempt: LoginAttempt, listener: Listener | None, read: Read, options: LoginOptions) -> Callback | Absence:
    end, refused = time.monotonic() + options.seconds, 0
    while time.monotonic() < end:
        if options.stop.is_set():
            return Absence.INTERRUPTED
        if listener and listener.callback:
            return listener.callback
        try:
            line = read(_TICK)
        except (EOFError, OSError):
            return Absence.GIVEN_UP
        try:
            if line:
                return read_callback(line, attempt.expected)
        except ValueError as error:
            refused += 1
            if refused == _ATTEMPTS:
                return Absence.ALL_REFUSED
            _show(f"This address is not accepted: {error}. Paste the address of this login:")
    came = listener.callback if listener else None  # during the last wait
    if listener and listener.refused and not came:
        _show(f"{format_count(listener.refused, 'request')} to this machine had no answer to this login.")
    return came or Absence.TIMED_OUT


def _show(*lines: str) -> None:
    for line in lines:
        show(escape(line))
