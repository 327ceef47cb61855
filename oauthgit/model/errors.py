"""Define the error for requests that cannot be carried out."""


class UsageError(Exception):
    """Report a request that cannot be carried out (exit code 2).

    The text names the reason and what to do.
    """
