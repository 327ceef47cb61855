"""What keeps a request from being carried out."""


class UnusableError(Exception):
    """The request cannot be carried out as it stands; the text says why and what to do (exit code 2)."""
