"""Describe the limits and the progress of a smoke test."""

from typing import NamedTuple


class Limits(NamedTuple):
    """Hold the limits of one run; all times are in seconds.

    ``timeout`` limits a request as a whole, by the monotonic clock; ``connect_timeout`` limits its connection.
    ``concurrency`` and ``per_host`` limit the requests in flight. ``networks`` are CIDR blocks that are allowed although
    they are not public. ``ca_file`` is the absolute path of a PEM file with extra certificate authorities; ``ca_data`` is
    the text of such a file and takes precedence.
    ``proxy`` is an http URL. The proxy then resolves names, and only literal addresses are checked here.
    ``control`` is the number of further requests per client that clarify the meaning of its answer; 0 sends none.
    ``sandbox`` is True if the local sandbox answers: loopback is allowed, no proxy is used, and verdicts are marked.
    ``verbose`` includes unknown error codes of servers in verdicts, with the sent secrets removed.
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
    """Hold the progress of a run, reported after each credential.

    ``failed`` counts the credentials that were rejected or whose server was not reached. ``slowest_host`` is the host of
    the slowest request.
    """

    done: int
    total: int
    slowest_host: str = ""
    slowest_seconds: float = 0.0
    failed: int = 0
