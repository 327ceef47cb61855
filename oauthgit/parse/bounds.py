"""How much of a file is read, and how much is said of it."""

from typing import Final

DEPTH: Final = 20
"""Collections inside one another."""
NODES: Final = 10_000
"""Values of a file."""
KEY_LENGTH: Final = 128
"""Characters of a key."""
FINDINGS: Final = 20
"""So many findings of one file are worth reading."""
DIRECTIVES: Final = 500
"""Comments of one file that suppress findings."""
CODES: Final = 50
"""Codes that one of them names."""
