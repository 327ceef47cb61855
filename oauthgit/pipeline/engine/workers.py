"""Run jobs in several processes, one for each core.

Each child takes jobs from one queue and sends its results to the parent.

A fork after all imports and reads costs a few milliseconds, and a child inherits its jobs. A fork with threads may
hang, so a process with threads runs all jobs itself, and so does macOS, whose libraries do not support it.
"""

import _thread
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeVar

_Result = TypeVar("_Result")

MAX_PROCESSES: Final = 8
"""So many processes at most: more read faster than one puts together."""
_NUMBER: Final = 4
"""Bytes of a number in the queue."""
_CAPACITY: Final = 4096 // _NUMBER
"""So many numbers any pipe takes at once (POSIX demands less, every system gives more)."""


class _Child(NamedTuple):
    process: int
    results: int


def run_parallel(jobs: Sequence[Callable[[], _Result]]) -> list[_Result]:
    """Return the results of jobs in their order; few jobs run in this process.

    Results are pickled. Adjacent jobs are sent together if there are more jobs than the queue holds. A job that fails
    in a child, or whose child dies, runs again in this process, and fails here.
    """
    helpers = min(cores(), MAX_PROCESSES, len(jobs)) - 1
    if helpers < 1 or not _may_fork():
        return [job() for job in jobs]
    size = -(-len(jobs) // _CAPACITY)
    neighbours = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    queue, mouth = os.pipe()
    os.write(mouth, b"".join(number.to_bytes(_NUMBER) for number in range(len(neighbours))))
    os.close(mouth)
    children: list[_Child] = []
    done: dict[int, list[_Result]] = {}
    try:
        children = [_start(neighbours, queue) for _ in range(helpers)]
        for number in _take(queue):
            done[number] = _results(neighbours[number])
        for child in children:
            done.update(_receive(child))
    finally:
        os.close(queue)
        for child in children:
            _end(child)
    found = (done[number] if number in done else _results(some) for number, some in enumerate(neighbours))
    return [result for results in found for result in results]


def cores() -> int:
    """Return how many processes can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _may_fork() -> bool:
    return hasattr(os, "fork") and sys.platform != "darwin" and _thread._count() == 0  # noqa: SLF001 - threading is not loaded for that


def _take(queue: int) -> Iterator[int]:
    while number := os.read(queue, _NUMBER):
        yield int.from_bytes(number)


def _results(jobs: Sequence[Callable[[], _Result]]) -> list[_Result]:
    return [job() for job in jobs]


def _start(neighbours: Sequence[Sequence[Callable[[], _Result]]], queue: int) -> _Child:
    """Start a child; it sends its results when the queue is empty."""
    results, mouth = os.pipe()
    process = os.fork()
    if process:
        os.close(mouth)
        return _Child(process, results)
    status = 1
    try:
        import pickle

        done = {number: _results(neighbours[number]) for number in _take(queue)}
        with os.fdopen(mouth, "wb") as stream:
            pickle.dump(done, stream, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)  # whatever happened: nothing of the parent's is to be ended or flushed twice


def _receive(child: _Child) -> dict[int, list[Any]]:
    """Return the results of a child, or none if it failed; the parent retries."""
    import pickle

    with os.fdopen(os.dup(child.results), "rb") as stream:
        content = stream.read()
    with suppress(EOFError, pickle.UnpicklingError):
        found: dict[int, list[Any]] = pickle.loads(content)  # noqa: S301 - from a child of our own
        return found
    return {}


def _end(child: _Child) -> None:
    from signal import SIGKILL

    os.close(child.results)
    with suppress(ProcessLookupError):
        os.kill(child.process, SIGKILL)  # it has nothing left to do, or nobody waits for it any more
    os.waitpid(child.process, 0)
