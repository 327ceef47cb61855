"""Limit the size of a file, and the number of its findings and suppressions."""

from typing import Final

DEPTH: Final = 20
"""Levels of nested collections."""
NODES: Final = 10_000
"""Values in a file."""
KEY_LENGTH: Final = 128
"""Characters in a key."""
FINDINGS: Final = 20
"""Findings reported for a file."""
SUPPRESSIONS: Final = 500
"""Suppression comments in a file."""
CODES: Final = 50
"""Codes in a suppression comment."""
