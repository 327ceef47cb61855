"""Schedule tasks on threads, limited in total and per host."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from oauthgit.probe.http.endpoint import Endpoint

_MANY_REJECTIONS: Final = 3
PAUSE_SECONDS: Final = 1.0


class HostLimit:
    """Hold the state of a host: requests in flight, rejections and waiting tasks."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.rejections = 0
        self.stopped = False
        """True after an answer 429: no further request is sent."""
        self.queue: deque[deque[Task]] = deque()
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next request may begin."""
        return max(self._next - now, 0.0)

    def begin(self, now: float) -> None:
        """Record the start of a request."""
        if self.rejections >= _MANY_REJECTIONS:
            self._next = now + PAUSE_SECONDS

    def note_refusal(self, now: float) -> None:
        """Record a rejected client.

        After several of them there is a pause between requests, because the host may count failed attempts.
        """
        self.rejections += 1
        self.begin(now)


class Task(NamedTuple):
    """Hold a host and a function that sends it requests.

    The chains in ``unlocks`` start when the task is done.
    """

    host: Endpoint
    do: Callable[[HostLimit], None]
    unlocks: tuple[Sequence["Task"], ...] = ()


class Schedule:
    """Run tasks on threads; a host that hangs delays only its own tasks.

    Each chain has the tasks of a client, which run one after the other. ``concurrency`` limits the tasks that run at the
    same time, ``per_host`` those for one host.
    """

    def __init__(self, chains: Iterable[Sequence[Task]], concurrency: int, per_host: int) -> None:
        self._per_host = per_host
        self._hosts: dict[Endpoint, HostLimit] = {}
        self._queued: dict[Endpoint, HostLimit] = {}
        self._waiting = 0
        self._busy = 0
        self._changed = threading.Condition()
        self._finished = threading.Event()
        self._stopped = False
        self._error: BaseException | None = None
        chains = list(chains)
        for chain in chains:
            self._enqueue(deque(chain))
        self._threads = min(concurrency, len(chains) + sum(len(task.unlocks) for chain in chains for task in chain))

    def start(self) -> None:
        """Start the threads; they end after the last task."""
        if not self._threads:
            self._finished.set()
        for _ in range(self._threads):
            threading.Thread(target=self._work, name="oauthgit-smoke", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait for the end and return True if it came; raise the error of a task."""
        finished = self._finished.wait(seconds)
        if finished and self._error is not None:
            raise self._error
        return finished

    def stop(self) -> None:
        """Start no further task; running tasks continue to their end."""
        with self._changed:
            for host in self._hosts.values():
                host.queue.clear()
            self._queued.clear()
            self._waiting = 0
            self._stopped = True
            self._settle()

    def _enqueue(self, chain: "deque[Task]") -> None:
        if chain:
            host = self._hosts.setdefault(chain[0].host, HostLimit())
            host.queue.append(chain)
            self._queued[chain[0].host] = host
            self._waiting += 1

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            chain, host = taken
            task = chain.popleft()
            try:
                task.do(host)
            except BaseException as error:  # noqa: BLE001 - wait() raises it again
                self._error = error
                self.stop()
            with self._changed:
                host.in_flight -= 1
                self._busy -= 1
                if not self._stopped:
                    for waiting in (chain, *map(deque, task.unlocks)):
                        self._enqueue(waiting)
                    self._changed.notify(len(task.unlocks))
                self._settle()

    def _take(self) -> "tuple[deque[Task], HostLimit] | None":
        """Wait for the next chain; return it with the host of its first task.

        Return None after the last task.
        """
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

    def _begin(self, host: HostLimit, now: float) -> "tuple[deque[Task], HostLimit]":
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
            self._changed.notify()  # one slot became free for one waiting thread; this thread looks for a task itself
        else:
            self._changed.notify_all()
            self._finished.set()
