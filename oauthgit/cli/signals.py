"""Stop gracefully at the first SIGINT or SIGTERM, at once at the second."""

import signal
import threading
from types import FrameType
from typing import Any, Self

from oauthgit.cli.exit_codes import Exit

_CODES = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}
if hasattr(signal, "SIGBREAK"):  # Windows, for Ctrl-Break and at the end of a session
    _CODES[signal.SIGBREAK] = Exit.TERMINATED


class Interruption:
    """Set ``stop`` on SIGINT and SIGTERM inside the ``with`` block.

    ``code`` is then the exit code for the signal.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.code: Exit | None = None
        self._before: dict[signal.Signals, Any] = dict.fromkeys(_CODES, signal.SIG_DFL)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._stop) for number in _CODES}
        return self

    def __exit__(self, *_: object) -> None:
        if threading.current_thread() is threading.main_thread():
            for number, handler in self._before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.code = _CODES[signal.Signals(number)]
        self.stop.set()
        for each, handler in self._before.items():
            signal.signal(each, handler)
