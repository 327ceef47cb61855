"""Looking up names: each host once a run, in a thread that nobody has to wait for."""

import ipaddress
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from oauthgit.probe.wire.address import allowed

_MOST_ADDRESSES = 4


class NameNotFoundError(Exception):
    """The host's name has no address."""


class AddressNotAllowedError(Exception):
    """The host has no address that may be connected to."""


class Names:
    """The addresses of hosts, looked up once; every request of a run to a host thus goes to the same machines.

    ``networks`` are CIDR blocks that may be connected to though they are not public.
    """

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = networks
        self._known: dict[tuple[str, int], Future[Sequence[str]]] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """Return the addresses of a host that may be connected to.

        Raises:
            NameNotFoundError: There are none.
            AddressNotAllowedError: None of them may be connected to.
            TimeoutError: They were not known within ``seconds``.

        """
        if _is_literal(host):
            return self._usable([host])
        with self._lock:
            found = self._known.get((host, port))
            if found is None:
                found = self._known[host, port] = Future()
                threading.Thread(target=_look_up, args=(host, port, found), name="oauthgit-name", daemon=True).start()
        try:
            known = found.result(max(seconds, 0))
        except NameNotFoundError:
            with self._lock:  # the next attempt asks again
                self._known.pop((host, port), None)
            raise
        return self._usable(known)

    def check_literal(self, host: str) -> None:
        """Refuse an address, written as such, that may not be connected to; a name passes.

        Raises:
            AddressNotAllowedError: It may not.

        """
        if _is_literal(host):
            self._usable([host])

    def _usable(self, known: Sequence[str]) -> Sequence[str]:
        usable = [address for address in known if allowed(address, self._networks)]
        if not usable:
            raise AddressNotAllowedError
        return usable[:_MOST_ADDRESSES]


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _look_up(host: str, port: int, into: "Future[Sequence[str]]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        into.set_exception(NameNotFoundError())
        return
    into.set_result(list(dict.fromkeys(str(address[0]) for *_, address in found)))
