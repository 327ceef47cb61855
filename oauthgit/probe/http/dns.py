"""Resolve host names once per run, in threads that cannot block it."""

import ipaddress
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from oauthgit.model.formats.address_ranges import is_allowed

_MOST_ADDRESSES = 4


class NameNotFoundError(Exception):
    """Report a host name without an address."""


class AddressNotAllowedError(Exception):
    """Report a host without an allowed address."""


class Resolver:
    """Hold the addresses of hosts, resolved once.

    All requests of a run to a host go to the same machines. ``networks`` are CIDR blocks that are allowed although they are
    not public.
    """

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = networks
        self._known: dict[tuple[str, int], Future[Sequence[str]]] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """Return the allowed addresses of a host.

        Raises:
            NameNotFoundError: The name has no address.
            AddressNotAllowedError: None of the addresses is allowed.
            TimeoutError: The name was not resolved within ``seconds``.

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
            with self._lock:  # the next attempt resolves it again
                self._known.pop((host, port), None)
            raise
        return self._usable(known)

    def check_literal(self, host: str) -> None:
        """Check a host that is an address; names pass.

        Raises:
            AddressNotAllowedError: The address is not allowed.

        """
        if _is_literal(host):
            self._usable([host])

    def _usable(self, known: Sequence[str]) -> Sequence[str]:
        usable = [address for address in known if is_allowed(address, self._networks)]
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
