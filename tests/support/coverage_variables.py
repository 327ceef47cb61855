"""Hand the variables of coverage on to a child process with an environment of its own."""

import os


def coverage_variables() -> dict[str, str]:
    """Return the variables that ``measured_children`` sets; none without coverage."""
    return {name: value for name, value in os.environ.items() if name.startswith("COV")}
