"""One request and what came of it: within its time, its size and its single repetition."""

import asyncio
from collections.abc import Mapping
from importlib.metadata import version
from typing import NamedTuple

import httpcore
import httpx

from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.limits import Limits
from oauthgit.probe.network_error import failure
from oauthgit.probe.transport import AddressNotAllowedError, NameNotFoundError, Transport

_MOST_BYTES = 64 * 1024
_SHORT_WAITS = {"0", "1", "2", "3", "4", "5"}
_SHORT_PAUSE = 0.5
_TRY_AGAIN = {Failure.NAME_NOT_FOUND, Failure.REFUSED, Failure.CONNECT_TIMEOUT}
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": f"oauthgit/{version('oauthgit')}",
}


class Request(NamedTuple):
    """A POST of a form; ``headers`` and ``form`` may hold a secret."""

    url: str
    form: Mapping[str, str]
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Request({self.url!r}, ...)"


async def send(request: Request, transport: Transport, limits: Limits) -> Answer | Failure:
    """Return what came of ``request``, within ``limits.timeout`` seconds in all.

    It is sent once more, after a short pause, where no connection came about, or where the server answers 429 or 5xx
    and asks to come back within five seconds (Retry-After). Redirects are not followed.
    """
    try:
        async with asyncio.timeout(limits.timeout):
            outcome = await _once(request, transport, limits)
            pause = _pause(outcome)
            if pause is not None:
                await asyncio.sleep(pause)
                outcome = await _once(request, transport, limits)
            return outcome
    except TimeoutError:
        return Failure.TIMEOUT


async def _once(request: Request, transport: Transport, limits: Limits) -> Answer | Failure:
    timeout = httpx.Timeout(limits.timeout, connect=limits.connect_timeout)
    # A client of its own for every request: nothing, above all no cookie, passes from one to the next.
    client = httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False, follow_redirects=False)
    try:
        async with client.stream(
            "POST", request.url, data=request.form, headers={**_HEADERS, **request.headers}
        ) as answer:
            body, whole = await _body(answer)
            return Answer(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, body, whole)
    except NameNotFoundError:
        return Failure.NAME_NOT_FOUND
    except AddressNotAllowedError:
        return Failure.ADDRESS_NOT_ALLOWED
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError) as error:
        return failure(error, plain=request.url.startswith("http:"))


async def _body(answer: httpx.Response) -> tuple[bytes, bool]:
    body = b""
    async for part in answer.aiter_raw():
        body += part
        if len(body) > _MOST_BYTES:
            return body[:_MOST_BYTES], False
    return body, True


def _pause(outcome: Answer | Failure) -> float | None:
    if isinstance(outcome, Failure):
        return _SHORT_PAUSE if outcome in _TRY_AGAIN else None
    wait = outcome.headers.get("retry-after", "")
    busy = outcome.status == 429 or outcome.status >= 500  # noqa: PLR2004 - Too Many Requests, Server Error
    return int(wait) if busy and wait in _SHORT_WAITS else None
