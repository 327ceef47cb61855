"""What a run may spend, and where it may connect to."""

from typing import NamedTuple


class Limits(NamedTuple):
    """Limits of one run; all times are in seconds.

    ``timeout`` is for one request in all, by our own clock, ``connect_timeout`` for reaching the server.
    ``concurrency`` and ``per_host`` count requests in flight. ``networks`` are CIDR blocks that may be connected to
    though they are not public. ``ca_file`` is the absolute path of a PEM file with extra certificate authorities,
    ``ca_data`` such a file's text; where both are given, only the text counts.
    ``proxy`` is an http URL: it then resolves names in our stead, and only literal addresses are checked here.
    ``control`` is how many requests beyond the first may be sent for one client to find out what its answer means;
    0 sends none. ``sandbox`` says that the answering server is our own: loopback is allowed, no proxy is used, verdicts say so.
    ``verbose`` shows error words of servers that are not known, what was sent removed from them.
    """

    timeout: float = 15
    connect_timeout: float = 5
    concurrency: int = 64
    per_host: int = 4
    networks: tuple[str, ...] = ()
    ca_file: str | None = None
    ca_data: str | None = None
    proxy: str | None = None
    control: int = 0
    sandbox: bool = False
    verbose: bool = False


class Progress(NamedTuple):
    """How far a run is, told after each credential; the slowest host is that of the slowest request so far.

    ``failed`` counts those of the ``done`` that were refused or not reached.
    """

    done: int
    total: int
    slowest_host: str = ""
    slowest_seconds: float = 0.0
    failed: int = 0
