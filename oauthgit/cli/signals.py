"""Stop gracefully at the first SIGINT or SIGTERM, at once at the second."""

import signal
import threading
from types import FrameType
from typing import Any, Self

from oauthgit.cli.exit_codes import Exit

_CODES = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}
for _name in ("SIGHUP", "SIGBREAK"):  # the terminal is closed; on Windows also Ctrl-Break
    if hasattr(signal, _name):
        _CODES[getattr(signal, _name)] = Exit.TERMINATED


class Interruption:
    """Set ``stop`` on these signals inside the ``with`` block.

    ``code`` is then the exit code for the signal. A SIGHUP that is ignored, as by ``nohup``, stays so.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.code: Exit | None = None
        self._before: dict[signal.Signals, Any] = dict.fromkeys(_CODES, signal.SIG_DFL)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            handled = [each for each in _CODES if each.name != "SIGHUP" or signal.getsignal(each) != signal.SIG_IGN]
            self._before = {number: signal.signal(number, self._stop) for number in handled}
        return self

    def __exit__(self, *_: object) -> None:
        if threading.current_thread() is threading.main_thread():
            for number, handler in self._before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.code = _CODES[signal.Signals(number)]
        self.stop.set()
        for each, handler in self._before.items():
            if each.name != "SIGHUP":  # kernel and shell both send it
                signal.signal(each, handler)
