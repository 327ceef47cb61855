"""What the system must not do with the memory of a process that holds secrets."""

from contextlib import suppress


def disable_core_dumps() -> None:
    """Have no core dump written if this process dies; where the system knows no such limit, nothing is to be done."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
