"""The parser of events (YAML 1.2.2 section 3.1): libyaml's, or PyYAML's own where that was built without libyaml."""

from collections.abc import Callable
from typing import Any

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner


class PureParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python: the same events, thirty times slower."""

    def __init__(self, text: str) -> None:
        """Prepare to read ``text``."""
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


EventParser: Callable[[str], Any] = PureParser
try:
    from yaml._yaml import CParser
except ImportError:
    pass
else:
    EventParser = CParser
