"""Forget handled messages: pygls 2.1 keeps the future of each notification."""

from typing import Any

from pygls.protocol import LanguageServerProtocol


class ForgettingProtocol(LanguageServerProtocol):
    """Drop the future of a message when it is handled, so that memory stays flat."""

    def _execute_handler(self, msg_id: str | int, *arguments: Any, **options: Any) -> None:
        super()._execute_handler(msg_id, *arguments, **options)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))
