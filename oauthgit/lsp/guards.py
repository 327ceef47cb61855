"""Drop the texts of errors in handlers: they may contain secrets."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pygls.exceptions import JsonRpcException, JsonRpcInternalError

_Result = TypeVar("_Result")
_Params = TypeVar("_Params")


def guard(answer: Callable[[_Params], Awaitable[_Result]]) -> Callable[[_Params], Awaitable[_Result]]:
    """Return the handler of a question, whose errors have no text."""

    async def handle(params: _Params) -> _Result:
        try:
            return await answer(params)
        except JsonRpcException:
            raise
        except Exception as error:  # noqa: BLE001 - the text may contain a secret
            raise JsonRpcInternalError(f"a bug in oauthgit: {type(error).__name__}") from None

    return handle


def guard_change(change: Callable[[_Params], None]) -> Callable[[_Params], None]:
    """Return the handler of a change, whose errors have no text."""

    def handle(params: _Params) -> None:
        try:
            change(params)
        except Exception as error:  # noqa: BLE001 - as above
            raise JsonRpcInternalError(f"a bug in oauthgit: {type(error).__name__}") from None

    return handle
