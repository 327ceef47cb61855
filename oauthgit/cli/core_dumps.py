"""Disable core dumps of a process that holds secrets."""

from contextlib import suppress


def disable_core_dumps() -> None:
    """Disable core dumps where the platform can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
