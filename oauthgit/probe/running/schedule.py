"""Who is asked when: as many at once as allowed in all and by each host, a chain of tasks one after the other."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from oauthgit.probe.wire.endpoint import Endpoint

_MANY_REJECTIONS: Final = 3
PAUSE_SECONDS: Final = 1.0


class Host:
    """What a run knows of a host: how many requests are in flight, and how it has answered so far."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.rejections = 0
        self.stopped = False
        """Whether the host said 429: it is asked nothing more."""
        self.queue: deque[deque[Task]] = deque()
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next request may begin."""
        return max(self._next - now, 0.0)

    def begin(self, now: float) -> None:
        """Note that a request begins."""
        if self.rejections >= _MANY_REJECTIONS:
            self._next = now + PAUSE_SECONDS

    def refused(self, now: float) -> None:
        """Note that a client was refused; once several were, a pause lies between requests: the host may be counting."""
        self.rejections += 1
        self.begin(now)


class Task(NamedTuple):
    """Something to ask of a host; ``do`` asks it."""

    host: Endpoint
    do: Callable[[Host], None]


class Schedule:
    """The tasks of a run, done by threads: a host that hangs holds up its own tasks only.

    Each chain is a client's tasks, done one after the other. ``concurrency`` counts tasks at once in all, ``per_host``
    those towards one host.
    """

    def __init__(self, chains: Iterable[Sequence[Task]], concurrency: int, per_host: int) -> None:
        self._per_host = per_host
        self._hosts: dict[Endpoint, Host] = {}
        self._queued: dict[Endpoint, Host] = {}
        self._waiting = 0
        self._busy = 0
        self._changed = threading.Condition()
        self._finished = threading.Event()
        self._stopped = False
        self._error: BaseException | None = None
        for chain in chains:
            self._enqueue(deque(chain))
        self._threads = min(concurrency, self._waiting)

    def start(self) -> None:
        """Start the threads; they end when nothing is left to do."""
        if not self._threads:
            self._finished.set()
        for _ in range(self._threads):
            threading.Thread(target=self._work, name="oauthgit-smoke", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait for the end and tell whether it has come; what went wrong in a task is raised then."""
        finished = self._finished.wait(seconds)
        if finished and self._error is not None:
            raise self._error
        return finished

    def stop(self) -> None:
        """Begin no further task; what is under way goes on to its end."""
        with self._changed:
            for host in self._hosts.values():
                host.queue.clear()
            self._queued.clear()
            self._waiting = 0
            self._stopped = True
            self._settle()

    def _enqueue(self, chain: "deque[Task]") -> None:
        if chain:
            host = self._hosts.setdefault(chain[0].host, Host())
            host.queue.append(chain)
            self._queued[chain[0].host] = host
            self._waiting += 1

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            chain, host = taken
            try:
                chain.popleft().do(host)
            except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
                self._error = error
                self.stop()
            with self._changed:
                host.in_flight -= 1
                self._busy -= 1
                if not self._stopped:
                    self._enqueue(chain)
                self._settle()

    def _take(self) -> "tuple[deque[Task], Host] | None":
        """Return the next chain and the host of its first task, waiting for its turn; None where nothing is left."""
        with self._changed:
            while self._waiting or self._busy:
                now = time.monotonic()
                soonest = None
                for host in self._queued.values():
                    if host.in_flight < self._per_host:
                        wait = host.wait(now)
                        if not wait:
                            return self._begin(host, now)
                        soonest = min(wait, soonest or wait)
                self._changed.wait(soonest)
        return None

    def _begin(self, host: Host, now: float) -> "tuple[deque[Task], Host]":
        host.begin(now)
        host.in_flight += 1
        self._busy += 1
        self._waiting -= 1
        chain = host.queue.popleft()
        if not host.queue:
            del self._queued[chain[0].host]
        return chain, host

    def _settle(self) -> None:
        if self._waiting or self._busy:
            self._changed.notify()  # one place became free; whoever freed it looks for itself
        else:
            self._changed.notify_all()
            self._finished.set()
