"""The wait for the answer to a login."""

import time
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

from oauthgit.cli.receive_callback import _wait
from oauthgit.probe.interactive import Callback, LoginOptions


def test_answer_in_the_last_moment_is_used() -> None:
    listener = SimpleNamespace(callback=None, refused=0)

    def read(_seconds: float) -> None:
        listener.callback = Callback(None, "access_denied")
        time.sleep(0.02)

    options = LoginOptions(Event(), seconds=0.01)
    assert _wait(cast("Any", None), cast("Any", listener), read, options) is listener.callback
