"""The type of the fixture ``golden``."""

from collections.abc import Callable
from pathlib import Path

Golden = Callable[[Path, str], None]
