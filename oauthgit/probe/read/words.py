"""The words in which servers say what went wrong: those of RFC 6749, and those that the catalogue knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

from oauthgit.model.credential import Credential
from oauthgit.model.provider import Meaning, Provider, ProviderError
from oauthgit.probe.answer import Answer
from oauthgit.probe.read.known_words import is_known
from oauthgit.probe.redact import redact

_OTHER_PLACES: Final = ("status", "code", "errorCode", "error_code")
_UNKNOWN: Final = "unknown"
_CODE: Final = re.compile(r"[A-Za-z0-9_.:*-]{1,64}")
_STANDARD: Final = frozenset(get_args(Meaning)) - {"wrong_endpoint"}


class Reading(NamedTuple):
    """What an answer says went wrong.

    ``word`` is the server's own, not yet fit to be shown, empty where it says nothing; ``meaning`` is the word of
    RFC 6749 that it stands for, ``entry`` what the catalogue knows of it.
    """

    word: str
    meaning: str
    entry: ProviderError | None = None


def read(answer: Answer, provider: Provider | None) -> Reading:
    """Return what an answer says went wrong (RFC 6749 section 5.2); the most special word that is known decides."""
    fields = answer.fields()
    words, codes = _words(fields), _elsewhere(fields)
    known = provider.errors if provider else {}
    special = next((word for word in (*codes, *words) if word in known), None)
    if special is None:
        word = next(iter((*words, *(code for code in codes if code in _STANDARD))), "")
        return Reading(word, word)
    beside = bool(words) and words[0] not in {special, _UNKNOWN} and is_known(words[0], provider)
    shown = f"{words[0]} {special}" if beside else special
    return Reading(shown, known[special].means, known[special])


def signature(answer: Answer, sent: Sequence[Credential] = ()) -> tuple[int, tuple[str, ...], bool]:
    """Return what tells one answer from another: status, error codes, and whether there is a token.

    Descriptions are no part of it, nor is a word that is no code: servers put identifiers and times into them. What was
    ``sent`` is taken out, for a server that echoes a secret would tell every secret from every other.
    """
    fields = answer.fields()
    codes = (_code(word, sent) for word in (*_words(fields), *_elsewhere(fields)))
    return answer.status, tuple(codes), answer.token() is not None


def _code(word: str, sent: Sequence[Credential]) -> str:
    word = redact(word, sent)
    return word if _CODE.fullmatch(word) else _UNKNOWN


def _words(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words in ``error``: a text, or the codes of an object."""
    error = fields.get("error")
    if isinstance(error, Mapping):
        nested = [str(error[key]) for key in ("code", "type", "status") if isinstance(error.get(key), str | int)]
        return tuple(nested) or (_UNKNOWN,)
    if isinstance(error, str):
        return (error,) if error else ()
    return (_UNKNOWN,) if error else ()


def _elsewhere(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return codes that stand in other places than ``error``: numbers beside it, or what some servers have instead."""
    return tuple(
        dict.fromkeys((*_listed(fields), *(str(fields[key]) for key in _OTHER_PLACES if _is_code(fields, key))))
    )


def _listed(fields: Mapping[str, Any]) -> Iterator[str]:
    codes = fields.get("error_codes")
    yield from (str(code) for code in (codes if isinstance(codes, list) else ())[:8] if isinstance(code, str | int))
    errors = fields.get("errors")
    for error in (errors if isinstance(errors, list) else ())[:8]:
        if isinstance(error, Mapping):
            yield from (str(error[key]) for key in ("errorType", "code") if isinstance(error.get(key), str | int))


def _is_code(fields: Mapping[str, Any], key: str) -> bool:
    return isinstance(fields.get(key), str | int) and not isinstance(fields[key], bool)
