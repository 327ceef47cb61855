"""The exit codes: a contract, the same for every format of output."""

from enum import IntEnum


class Exit(IntEnum):
    """What an exit code says."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    NOTHING_CHECKED = 3
    DIFFERENT = 4
    REJECTED = 5
    NOT_PROVEN = 6
    SECRETS_UNAVAILABLE = 7
    BUG = 70
    INTERRUPTED = 130
    TERMINATED = 143
    BROKEN_PIPE = 141
