"""Recognize placeholders: texts in place of a value."""

from typing import Final

from oauthgit.model.formats.lazy_regex import regex

_SIGNS: Final = r"\$\{[^}]*\}|\{\{.*?\}\}|##[A-Za-z0-9_.-]+##|@@[A-Za-z0-9_.-]+@@|<[A-Za-z][A-Za-z0-9 _.-]*>|\*{6,}"
_WORDS: Final = r"(?i:changeme|change[-_ ]me|todo|tbd|fixme|x{3,}|your[-_ ].*|replace[-_ ].*|placeholder|dummy)$"
_WORD, _FIRST = regex(_WORDS), "cCtTfFxXyYrRpPdD"
LEFT_OPEN: Final = regex(f"{_SIGNS}|^{_WORDS}")
"""Placeholders of templates, in any value."""

_GUID: Final = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_NO_GUID: Final = "|".join(f"{one}{{8}}(?:-{one}{{4}}){{3}}-{one}{{12}}" for one in "0xX")
_NAME: Final = r"[A-Za-z][A-Za-z0-9_ .:/-]*"
OF_TOOLS: Final = regex(
    r"\$\([^()\s]+\)"  # Azure Pipelines, make: $(X), $(env:X)
    r"|\#\{[^{}]+\}\#?"  # Replace Tokens, Octopus: #{X}#
    rf"|\{{(?!{_GUID}\}}){_NAME}\}}"  # RFC 6570 and many templates: {x}
    rf"|\(\({_NAME}\)\)"  # Concourse: ((x))
    r"|(?<![A-Za-z0-9_])__[A-Z][A-Z0-9_]*?__(?![A-Za-z0-9_])|^__[A-Za-z][\w.-]*__$"  # __X__
    r"|%[A-Za-z_]\w*%(?![0-9A-Fa-f]{2})"  # cmd: %X%, and not %C3%A9 of a URL
    rf"|^\[{_NAME}\]$|(?<=/)\[{_NAME}\](?=/|$)"  # [client-id]
    r"|<%.*?%>|^\$(?:env:[A-Za-z_]\w*|[A-Z_][A-Z0-9_]*)$|^@[A-Za-z][\w.-]*@$"  # ERB, shells, Maven
    r"|^(?:op|ref\+[a-z0-9]+|secretref\+[a-z0-9]+)://|^@Microsoft\.KeyVault\("  # references of secret stores
    rf"|(?<![0-9A-Fa-f-])(?:{_NO_GUID})(?![0-9A-Fa-f-])"  # the GUID of nothing
)
"""Placeholders and references of other tools, in any value."""

NO_SECRET: Final = regex(
    r"(?i)(change[-_ ]?me|your[-_ ]?(client[-_ ]?)?secret|(client[-_ ]?)?secret|password|passw0rd|placeholder|dummy|todo"
    r"|tbd|test|example|sample|x{3,}|\*{3,})[-_ 0-9!]*"
)
"""Placeholders that people write in place of a secret."""

_ELSEWHERE: Final = regex(r"\$\([^)]*\)|op://\S+|vault:v\d+:\S+|true|false")


def is_left_open(text: str) -> bool:
    """Return True if ``text`` contains ``LEFT_OPEN`` or ``OF_TOOLS``, but faster."""
    marked = "{" in text or "<" in text or "##" in text or "@@" in text or "******" in text
    if marked and LEFT_OPEN.search(text) is not None:
        return True
    if marked or _may_be_of_a_tool(text):
        return OF_TOOLS.search(text) is not None or _is_word(text)
    return _is_word(text)


def _may_be_of_a_tool(text: str) -> bool:
    if "$" in text or "((" in text or "__" in text or "%" in text or "[" in text:
        return True
    return (
        "0000-0000" in text
        or "-xxxx-" in text
        or "-XXXX-" in text
        or text.startswith(("@", "op:", "ref+", "secretref+"))
    )


def _is_word(text: str) -> bool:
    return text[:1] in _FIRST and _WORD.match(text) is not None


def is_no_secret(text: str) -> bool:
    """Return True if a text in place of a secret is a placeholder or a reference."""
    return any(pattern.fullmatch(text) for pattern in (LEFT_OPEN, NO_SECRET, _ELSEWHERE))
