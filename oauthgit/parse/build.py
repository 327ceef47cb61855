"""Build data and marks from events in one pass, and refuse ambiguous YAML."""

from typing import Any

from yaml.error import YAMLError
from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, StreamEndEvent

from oauthgit.model.document import PLAINTEXT, Document, Marks
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.location import Location, Span
from oauthgit.model.workspace import FOREIGN, File, Kind
from oauthgit.parse import messages
from oauthgit.parse.aliases import ENDS, MERGE, STARTS, Expansion, merge
from oauthgit.parse.collector import Collector, StoppedError
from oauthgit.parse.events import EventParser, event_span, trimmed_span
from oauthgit.parse.limits import DEPTH, KEY_LENGTH, NODES
from oauthgit.parse.scalar import conceal, expressions, is_client_secret, is_ordinary, is_secret, is_variable, resolve
from oauthgit.parse.syntax_errors import syntax_error


def build(file: File, text: str) -> tuple[Document | None, list[Finding]]:
    """Return the document in ``text``, and the findings, those that cost it first.

    The findings are OG100 to OG108, OG113, OG114 and OG117. ``text`` is the result of :func:`read_text` for ``file``. The
    mark of a block mapping or sequence begins at its first key or dash and ends with its last value. The mark of a block
    scalar begins at its indicator and ends with its last line that is not blank. The mark of a missing value is empty and
    stands after the colon.
    """
    builder = _Builder(file, text)
    notes = builder.notes
    try:
        data = builder.document()
    except StoppedError:
        data = None
    except YAMLError as error:
        notes.refusals.append(syntax_error(file.path, text, error))
    if notes.refusals:
        return None, notes.refusals + notes.doubts
    marks, invalid = Marks.of(builder.spans, builder.texts), frozenset(notes.invalid)
    return Document(file.path, file.kind, file.layer, file.identity, data, marks, invalid), notes.doubts


class _Builder:
    """Hold the state of one pass.

    ``masked`` means that scalars are secrets. In a secrets file these are all scalars except ``kind`` and the metadata of
    SOPS; in other files, those directly under a key named as a secret. ``shares`` means that merge keys are expanded and
    that documents after the first are ignored, as SOPS does in its rules. Aliases are expanded there and in workflows,
    where GitHub expands them too.
    """

    def __init__(self, file: File, text: str) -> None:
        self.text = text
        self.encrypted = file.kind is Kind.SECRETS
        self.guarded = file.kind not in (Kind.POLICY, Kind.PROVIDER)
        self.shares = file.kind is Kind.SOPS_RULES
        self.next_event = EventParser(text).get_event
        self.notes = Collector(file.path, file.kind)
        self.spans: dict[str, tuple[int, ...]] = {}
        self.texts: dict[str, str] = {}
        if file.kind in FOREIGN:
            self.next_event = Expansion(self.next_event, self.too_much).next_event

    def too_much(self, event: Any) -> StoppedError:
        """Return the exception for aliases that expand to too many values."""
        return self.notes.stop(messages.TOO_MANY_NODES.at(self.notes.locate(event, ""), NODES))

    def document(self) -> Any:
        """Read the one document of the stream, and refuse anything else in it."""
        notes = self.notes
        self.next_event()
        event = self.next_event()
        if type(event) is StreamEndEvent:
            raise notes.stop(messages.report_empty(Location(notes.path), notes.kind))
        if event.version or event.tags:
            notes.refuse(messages.SUPPRESSION.at(notes.locate(event, "")))
        data = self.node(self.next_event(), "", None, masked=self.encrypted, depth=1)
        if data is None and not notes.refusals:
            notes.refuse(messages.report_empty(Location(notes.path), notes.kind))
        if self.shares:
            return data
        self.next_event()
        event = self.next_event()
        if type(event) is not StreamEndEvent:
            raise notes.stop(messages.SECOND_DOCUMENT.at(notes.locate(event, "")))
        return data

    def node(self, event: Any, pointer: str, key: Span | None, *, masked: bool, depth: int) -> Any:
        """Read one value and record its mark."""
        notes = self.notes
        if len(self.spans) >= NODES:
            raise notes.stop(messages.TOO_MANY_NODES.at(notes.locate(event, pointer), NODES))
        if type(event) is AliasEvent:
            self.spans[pointer] = event_span(event, event) + (key or ())
            if notes.kind is Kind.WORKFLOW:
                return None
            refused = messages.UNKNOWN_ALIAS if self.shares else messages.ALIAS
            notes.refuse(refused.at(notes.locate(event_span(event, event), pointer)))
            return None
        if event.anchor is not None or event.tag is not None:
            notes.properties(event, pointer)
        if type(event) is ScalarEvent:
            return self.scalar(event, pointer, key, masked=masked)
        if depth > DEPTH:
            raise notes.stop(messages.TOO_DEEP.at(notes.locate(event, pointer), DEPTH))
        if type(event) is MappingStartEvent:
            return self.mapping(event, pointer, key, masked=masked, depth=depth)
        return self.sequence(event, pointer, key, masked=masked, depth=depth)

    def scalar(self, event: Any, pointer: str, key: Span | None, *, masked: bool) -> Any:
        """Read a scalar, and discard a secret in plain text."""
        text, plain, span = event.value, event.implicit[0], event_span(event, event)
        if event.style == "|" or event.style == ">":  # noqa: PLR1714 - no tuple is made for every scalar
            span = trimmed_span(self.text, event.start_mark, event.end_mark)
        elif plain and not text and key and span.line > key.end_line:
            span = Span(key.end_line, key.end_column, key.end_line, key.end_column)
        self.spans[pointer] = span + (key or ())
        value, disputed = resolve(text) if plain else (text, False)
        if masked and self.notes.kind is Kind.WORKFLOW:
            return expressions(text) or conceal(text, value)
        if masked:
            return conceal(text, value)
        if disputed:
            self.notes.report_ambiguous(text, span, pointer)
        elif value is not text and value is not None and (text[0] in "+-" or isinstance(value, bool)):
            self.texts[pointer] = text
        return value

    def mapping(self, start: Any, pointer: str, key: Span | None, *, masked: bool, depth: int) -> dict[str, Any]:
        """Read a mapping, with every key as its text."""
        data: dict[str, Any] = {}
        place = pointer
        masked = masked and self.encrypted
        while type(event := self.next_event()) is not MappingEndEvent:
            name, span = self.key(event, pointer)
            ordinary = is_ordinary(name)
            place = f"{pointer}/{name}" if ordinary else child(pointer, name)
            if name in data:
                first = self.notes.locate(Span(*self.spans[place][4:]), place)
                self.notes.refuse_duplicate(messages.report_duplicate(name, self.notes.locate(span, place), first))
            elif self.shares and name == MERGE and event.implicit[0]:
                data[name] = self.node(self.next_event(), place, span, masked=False, depth=depth + 1)
                continue
            elif not ordinary:
                self.notes.odd_key(event, self.notes.locate(span, place))
            event = self.next_event()
            hidden = masked and (depth > 1 or name not in ("kind", "sops"))
            if not ordinary and self.guarded:
                if is_client_secret(name) and type(event) in STARTS:
                    data[name] = self.secret_collection(event, place, span)
                    continue
                hidden = hidden or is_secret(name)
            data[name] = self.node(event, place, span, masked=hidden, depth=depth + 1)
        self.spans[pointer] = self.enclosing(start, event, place) + (key or ())
        if self.shares and MERGE in data and not merge(data, pointer, self.spans):
            self.notes.refuse(messages.NO_MAPPING_MERGED.at(self.notes.locate(start, pointer)))
        return data

    def key(self, event: Any, pointer: str) -> tuple[str, Span]:
        """Return a key and its place; a key that is not a scalar ends the pass."""
        if type(event) is not ScalarEvent:
            location = self.notes.locate(event, pointer)
            raise self.notes.stop((messages.ALIAS if type(event) is AliasEvent else messages.COMPLEX_KEY).at(location))
        if event.anchor is not None or event.tag is not None:
            self.notes.properties(event, pointer)
        if len(event.value) > KEY_LENGTH:
            raise self.notes.stop(messages.LONG_KEY.at(self.notes.locate(event, pointer), KEY_LENGTH))
        return event.value, event_span(event, event)

    def sequence(self, start: Any, pointer: str, key: Span | None, *, masked: bool, depth: int) -> list[Any]:
        """Read a list."""
        data: list[Any] = []
        place = pointer
        while type(event := self.next_event()) is not SequenceEndEvent:
            place = f"{pointer}/{len(data)}"
            data.append(self.node(event, place, None, masked=masked, depth=depth + 1))
        self.spans[pointer] = self.enclosing(start, event, place) + (key or ())
        return data

    def secret_collection(self, start: Any, pointer: str, key: Span) -> Any:
        """Read ``{from_env: NAME}``, and treat any other collection as one secret.

        It stands under ``client_secret``; the keys of the other collections are a part of the secret.
        """
        inner: list[Any] = []
        last, event, level = start, start, 1
        while level:
            last, event = event, self.next_event()
            level += (type(event) in STARTS) - (type(event) in ENDS)
            inner = [*inner[:3], event]
        flow, text = start.flow_style, self.text
        span = event_span(start, event) if flow else trimmed_span(text, start.start_mark, last.end_mark)
        self.spans[pointer] = span + key
        shape = [type(each) for each in inner]
        if shape != [ScalarEvent, ScalarEvent, MappingEndEvent] or inner[0].value != "from_env":
            return PLAINTEXT
        name, place = inner[1], child(pointer, "from_env")
        value = self.node(name, place, event_span(inner[0], inner[0]), masked=True, depth=DEPTH)
        return {"from_env": name.value if value == PLAINTEXT and is_variable(name.value) else value}

    def enclosing(self, start: Any, end: Any, last: str) -> Span:
        """Return the span of a collection whose last value is at the pointer ``last``."""
        if start.flow_style:
            return event_span(start, end)
        _, _, end_line, end_column = self.spans[last][:4]
        return Span(start.start_mark.line + 1, start.start_mark.column + 1, end_line, end_column)
