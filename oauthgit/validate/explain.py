"""Convert violations of a JSON Schema to messages with a remedy."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from oauthgit.model.finding import OF_ONE_FILE
from oauthgit.model.fix import Fix, Quote, Rename, Replace
from oauthgit.model.formats.json_pointer import child, join, split
from oauthgit.model.formats.reserved_variable import REMEDY, WHY, is_variable_pattern, reserved_entry
from oauthgit.model.formats.sanitize import is_readable_name, redact_urls
from oauthgit.model.formats.suggest import ask_if_meant, suggest
from oauthgit.model.formats.yaml_text import text_like
from oauthgit.model.schema import advise_value
from oauthgit.model.settings import EVERY_SERVER
from oauthgit.validate.advice import advise
from oauthgit.validate.fixes import respell, retype
from oauthgit.validate.forms import ask_if_respelt, describe_form, respelt
from oauthgit.validate.meant import find_holder, server_meant, setting_among_servers
from oauthgit.validate.misplaced import find_place
from oauthgit.validate.violation import Violation

TextOf = Callable[[str, object], str]
"""Returns the text of the number or boolean at a pointer, as it is written in the file."""

_SHORT: Final = 60
_WORDS: Final = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_RANK: Final = ("type", "const", "enum", "required", "additionalProperties", "propertyNames")


class Problem(NamedTuple):
    """Describe one mistake by its code, the JSON Pointer of its place, and its texts.

    ``at_key`` means that the place is the key, not the value. ``meant`` is the pointer of the setting that a wrong key
    stands for; with ``*``, the server is not known.
    """

    code: str
    pointer: str
    message: str
    at_key: bool = False
    hint: str = ""
    remedy: str = ""
    fix: Fix | None = None
    meant: str = ""


def explain(violations: Iterable[Violation], schema: dict[str, Any], data: Any, text_of: TextOf) -> list[Problem]:
    """Return one problem for each invalid place in ``data``, the most informative one."""
    specific = sorted(
        _leaves(violations),
        key=lambda violation: _RANK.index(violation.keyword) if violation.keyword in _RANK else len(_RANK),
    )
    problems: dict[str, Problem] = {}
    for violation in specific:
        for problem in _problems(violation, schema, text_of):
            setting = setting_among_servers(problem.pointer, data, schema)
            found = _outdented(setting) if setting else problem
            problems.setdefault(found.pointer, found)
    return list(problems.values())


def _outdented(setting: str) -> Problem:
    message = f"{setting} is a setting of a server, and here it stands beside the servers"
    place, meant = join("oauth_servers", setting), join("oauth_servers", EVERY_SERVER, setting)
    return Problem(
        "OG201", place, message, at_key=True, remedy=f"Indent {setting} so that it is under a server.", meant=meant
    )


def _leaves(violations: Iterable[Violation]) -> Iterator[Violation]:
    """Replace a failed union by the violations of the schema for the value's type."""
    for violation in violations:
        alternatives = violation.alternatives
        if not alternatives:
            yield violation
            continue
        fitting = [found for found in alternatives if not any(_is_of_wrong_type(each, violation) for each in found)]
        yield from _leaves(fitting[0] if fitting else alternatives[0][:1])


def _is_of_wrong_type(inner: Violation, union: Violation) -> bool:
    return inner.keyword == "type" and inner.pointer == union.pointer


def _problems(violation: Violation, schema: dict[str, Any], text_of: TextOf) -> Iterator[Problem]:
    keyword, limit, value, pointer = violation[:4]
    name = _name(pointer)
    if keyword == "additionalProperties":
        yield from _unknown_keys(violation, schema)
    elif keyword == "propertyNames":
        yield _explain_misnamed(child(pointer, str(value)), str(value), limit)
    elif keyword == "required":
        for key in (key for key in limit if key not in value):
            yield Problem(
                "OG203",
                child(pointer, key),
                f"{key} is missing" + (f" in {name}" if pointer else ""),
                at_key=True,
                remedy=f"Add {key}.",
            )
    elif keyword == "type":
        yield _wrong_type(violation, name, text_of)
    elif keyword in {"enum", "const"}:
        text = value if isinstance(value, str) else text_of(pointer, value)
        yield _explain_not_allowed(violation, name, text)
    elif keyword == "pattern" and is_variable_pattern(limit) and reserved_entry(value):
        yield _explain_reserved(pointer, f"{name} names {reserved_entry(value)}")
    else:
        meant = ask_if_respelt(value, limit) if keyword == "pattern" else ""
        remedy = f"Write {respelt(value)}." if meant else advise(keyword, limit)
        yield Problem("OG206", pointer, f"{name} {_constraint(keyword, limit)}{meant}", remedy=remedy)


def _explain_reserved(pointer: str, what: str, *, at_key: bool = False) -> Problem:
    return Problem("OG523", pointer, f"{what}, which is reserved: {WHY}", at_key=at_key, remedy=REMEDY)


def _explain_misnamed(pointer: str, key: str, limit: Any) -> Problem:
    if isinstance(limit, str) and is_variable_pattern(limit) and reserved_entry(key):
        return _explain_reserved(pointer, f"the key names {reserved_entry(key)}", at_key=True)
    message = f"{_key(key)} {describe_form(str(limit))}{ask_if_respelt(key, limit)}"
    remedy = (
        f"Write {plain}."
        if (plain := _plain_name(key, str(limit)))
        else "Name it like exact_online, or CRM_SECRET for a variable."
    )
    if isinstance(limit, list):
        message = f"{_key(key)} is not the code of a rule{ask_if_meant(suggest(key, limit, likeness=0.75), chr(34))}"
        remedy = "Run `oauthgit rules` for a list of the codes."
    return Problem("OG206", pointer, message, at_key=True, remedy=remedy)


def _plain_name(key: str, form: str) -> str:
    """Return the name of a server that resembles ``key``, or an empty text."""
    name = re.sub("[^a-z0-9_]+", "_", _bare(key).lower()).strip("_")
    return name if _bare(key) == key and form.startswith("^[a-z]") and re.fullmatch(form, name) else ""


def _unknown_keys(violation: Violation, schema: dict[str, Any]) -> Iterator[Problem]:
    allowed = violation.schema.get("properties", {})
    absent = [name for name in allowed if name not in violation.value]
    for number, key in enumerate(key for key in violation.value if key not in allowed):
        # Findings above this number are not reported, so a similar name is not searched for.
        near = key.lower().replace("-", "_") if number < OF_ONE_FILE else ""
        holder = find_holder(schema, key) if near else None
        elsewhere = find_place(schema, violation.pointer, key, violation.value[key]) if near else None
        similar = near if holder is None else ""
        close = suggest(similar, absent, most=2, likeness=0.75, by_part=False) if similar else []
        meant = child(violation.pointer, close[0]) if close else server_meant(violation, schema, key)
        message, hint = f"{_key(key)} is not a setting here", ""
        if elsewhere and (holder is not None or isinstance(violation.value[key], dict)):
            remedy, meant = elsewhere, child(holder, key) if holder is not None else meant
        elif close:
            message = f'{_key(key)} is not a setting; did you mean "{close[0]}"?'
            remedy = f"Write {close[0]}."
            default = allowed[close[0]].get("default")
            if default is not None and not isinstance(default, list | dict):
                hint = f"the default ({_plain(default)}) stays in force without it"
        elif elsewhere:
            remedy = elsewhere
        else:
            remedy = "Remove it, or run `oauthgit schema` to see the settings."
        fix = Rename(close[0]) if len(close) == 1 and remedy == f"Write {close[0]}." else None
        place = child(violation.pointer, key)
        yield Problem("OG201", place, message, at_key=True, hint=hint, remedy=remedy, fix=fix, meant=meant)


def _wrong_type(violation: Violation, name: str, text_of: TextOf) -> Problem:
    _, expected, value, pointer, schema, _ = violation
    types = [expected] if isinstance(expected, str) else list(expected)
    wanted = next(kind for kind in types if kind != "null")
    message = f"{name} must be {_WORDS[wanted]}, and this is {_kind(value)}"
    remedy, fix = "", retype(value, wanted)
    if name == "client_secret":
        fix = None
        remedy = "Put the secret into the secrets file beside the layer, or write {from_env: NAME}."
    elif isinstance(fix, Replace) and not isinstance(fix.value, tuple):
        remedy = f"Write {_plain(fix.value)} without quotes."
    elif isinstance(fix, Quote):
        remedy = advise_value(schema) or f'Quote it: "{text_of(pointer, value)}".'
        fix = None if advise_value(schema) else fix
    elif wanted == "array" and isinstance(value, str):
        remedy = f"Write a list: [{', '.join(text_like(item, '') for item in redact_urls(value).replace(',', ' ').split())}]."
    elif value is None:
        remedy = "Remove the key, or give it a value."
    return Problem("OG202", pointer, message, remedy=remedy or advise_value(schema) or "Write text.", fix=fix)


def _explain_not_allowed(violation: Violation, name: str, text: str) -> Problem:
    keyword, limit, value, pointer = violation[:4]
    words = [str(word) for word in (limit if keyword == "enum" else [limit]) if word is not None]
    close = suggest(text, words)
    message = f'{name} "{redact_urls(text)[:_SHORT]}" is not one of {", ".join(words)}'
    if len(words) == 1:
        message = f'{name} must be "{words[0]}" here'
    return Problem(
        "OG204",
        pointer,
        message + (ask_if_meant(close, '"') if len(words) > 1 else ""),
        remedy=f"Write {(close or words)[0]}." if close or len(words) == 1 else "Choose one of them.",
        fix=respell(value, words),
    )


def _constraint(keyword: str, limit: Any) -> str:
    return {
        "minLength": "is empty",
        "maxLength": f"is longer than {limit} characters",
        "minItems": "is an empty list",
        "uniqueItems": "contains an item twice",
        "minimum": f"is less than {limit}",
        "maximum": f"is more than {limit}",
        "format": "is not a date such as 2027-06-30",
        "pattern": describe_form(str(limit)),
    }.get(keyword, f"does not meet {keyword}")


def _name(pointer: str) -> str:
    tokens = split(pointer)
    if not tokens:
        return "the document"
    return f"{tokens[-2]}[{tokens[-1]}]" if tokens[-1].isdecimal() and len(tokens) > 1 else _bare(tokens[-1])


def _key(key: str) -> str:
    return f'"{_bare(key)}"' if _bare(key) == key else "this key"


def _bare(key: str) -> str:
    return key if len(key) <= _SHORT and key.isascii() and is_readable_name(key) else "it"


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    return {str: "text", int: "a number", list: "a list", dict: "a mapping"}[type(value)]


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
