"""Random texts for the two parsers, and the properties that both must share: see parse/fast.py.

If the fast parser accepts a text, the full one must read the same: equal data of equal types, and no finding.
"""

import pickle
import random
from collections.abc import Callable
from functools import cache

from oauthgit import rules
from oauthgit.discover.catalogue import provider_file, provider_names
from oauthgit.model.document import PLAINTEXT
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import build, events, parse
from oauthgit.parse.comments import commented_secrets
from oauthgit.parse.fast import NOT_FAST, parse_fast
from oauthgit.parse.suppressions import read_suppressions
from oauthgit.parse.text import read_text
from oauthgit.reference.examples import examples, list_files
from support.paths import REPOSITORY
from support.random_files_with_fixes import random_files
from support.yaml_inputs import INPUTS

CIPHERTEXT = "ENC[AES256_GCM,data:b+/x==,iv:aGk=,tag:dGFn,type:str]"
WORDS = (
    *("a", "b1", "client", "x.y", "é", "\U0001f511", "\u5ba2\u6237", "\xa0", "https://crm.example.com/t?a=b&c=d#e", "it's"),
    *("a:b", "a#b", "a,b", "a b", "a  b", "true", "False", "null", "Null", "~", "yes", "No", "on", "OFF", "y", "<<", "="),
    *("0", "-0", "+1", "12", "012", "0o7", "0x1F", "1_0", "1.5", "1.", ".5", "1e5", ".inf", ".nan", "190:20:30", "--1", "-5"),
    *("--sandbox", "-a b", "---a", "ENC[AES256_GCM,data:$,iv:a,tag:b,type:str]", "${{ a }} b ${{ c }}", "$ {{ a }}"),
    *("ENC[AES256_GCM,data:${{ a }},iv:a,tag:b,type:str]", "ENC[AES256_GCM,data: #,iv:a,tag:b,type:str]"),
    *("2027-06-30", "2026-11-24T00:56:15Z", "3.11.0", "9" * 19, "1 2", "-", "-1", "--", "---", "...", "?", "?x", ":x", "x:"),
    *(CIPHERTEXT, CIPHERTEXT + " ", "ENC[AES256_GCM,data:,iv:a", "hunter2hunter2", "${{ secrets.X }}", "$X", "(a)", "a\\b"),
    *("@a", "`a", "%a", "*a", "&a b", "!a b", "!!str a", "!", "|", ">", "|x", "{", "}", "[", "]", ",", "'", '"', "a'b", 'a"b'),
    *("a\x85b", "a\u2028b", "a\u200bb", "\ufeffa", "", " ", "no # c", "a#", "a :b", "a: b", "a ::b", "http:", "{{x}}"),
)  # fmt: skip
KEYS = (
    *("kind", "model", "oauth_servers", "crm", "client_id", "scopes", "user_login", "sops", "age", "enc", "a", "b", "c"),
    *("client_secret", "client-secret", "clientSecret", "my_password", "secret_santa", "client_secret_expires_on", "from_env"),
    *("yes", "null", "true", "~", "<<", "é", "x-y", "x.y", "https://a/b", "1", '"1"', '"a"', "'a'", "a b", "k" * 128, "k" * 129),
)  # fmt: skip
BLOCKS = ("|", "|-", "|+", "|2", "|-1", "|1-", ">", ">-", ">+", "| # c", "|  ", "| x")
COMMENTS = (
    *("# a", "#", "##", "# é: 'x' \"y\" {", "# client_secret: hunter2hunter2", "# cl\u0131ent-\u017fecret = hunter2hunter2"),
    *("# oauthgit: ignore[OG301] why", "#oauthgit ignore", "# yaml-language-server: $schema=x", "# - a: b", "#\tx", "# x # y"),
    *("#ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:comment]", "# client_secret: ENC[", "#b", "# OauthGit: IGN"),
)  # fmt: skip
SIGNS = "-?:,[]{}#&*!|>'\"%@` \n\n  ~=<\\./_aB0159é\t\r"
KINDS = (
    Kind.BRANCH,
    Kind.BRANCH,
    Kind.SECRETS,
    Kind.SECRETS,
    Kind.POLICY,
    Kind.PROVIDER,
    Kind.SOPS_RULES,
    Kind.WORKFLOW,
)


def is_read_equally(file: File, *, pure: bool = False) -> bool:
    """Return True if the fast parser accepts a file; raise AssertionError if the full one reads it differently.

    With ``pure``, the result of PyYAML's own parser must be the same as well.
    """
    text, findings = read_text(file)
    if text is None or findings:
        return False
    data = parse_fast(file, text)
    if data is NOT_FAST:
        return False
    document, more = build.build(file, text)
    assert document is not None, more
    assert repr(data) == repr(document.data)  # equality accepts 1 for True, and ignores order
    assert more == []
    assert document.invalid == frozenset()
    assert commented_secrets(document, text) == []
    assert read_suppressions(document, text) == ()
    assert PLAINTEXT not in repr(data)
    read, nothing = parse(file)
    assert read is not None
    assert nothing == []
    assert pickle.loads(pickle.dumps(read)) == document._replace(data=data)  # noqa: S301 - our own
    for pointer, value in document.leaves:
        if isinstance(value, int):
            assert read.marks.text_of(pointer, value) == document.marks.text_of(pointer, value)
    if pure:
        libyaml, events.EventParser = events.EventParser, events.PureParser
        try:
            assert build.build(file, text) == (document, [])
        finally:
            events.EventParser = libyaml
    return True


def file_of(text: str, kind: Kind) -> File:
    """Return a file with a text."""
    return File("configs/x.yaml", kind, "branch/M/MAIN", {}, text.encode("utf-8", "surrogatepass"))


@cache
def known_files() -> tuple[File, ...]:
    """Return every YAML file of the repository, of the rules' examples, and of other tests' inputs."""
    names = [name for name in provider_names() if name]
    found = [file for name in names if (file := provider_file(name))]
    for path in sorted(REPOSITORY.glob("configs/**/*.yaml")):
        secrets = path.name.endswith(".secrets.yaml")
        kind = Kind.POLICY if path.name == "oauthgit.yaml" else Kind.SECRETS if secrets else Kind.BRANCH
        found.append(file_of(path.read_text(), kind))
    found += [file_of(path.read_text(), Kind.WORKFLOW) for path in sorted(REPOSITORY.glob(".github/workflows/*.yml"))]
    found.append(file_of((REPOSITORY / ".sops.yaml").read_text(), Kind.SOPS_RULES))
    for rule in rules.modules():
        for example in examples(rule):
            found += [file_of(text, _kind(path)) for path, text in list_files(example).items()]
    found += [file_of(text, kind) for text in INPUTS.values() for kind in (Kind.BRANCH, Kind.SECRETS, Kind.POLICY)]
    for seed in range(40):
        mess = random_files(seed)
        for content in (*mess.bad.values(), *mess.good.values()):
            found.append(file_of(content.decode("utf-8", "surrogateescape").replace("\ufeff", ""), Kind.BRANCH))
    return tuple(found)


def _kind(path: str) -> Kind:
    if path.endswith(".secrets.yaml"):
        return Kind.SECRETS
    return {"configs/oauthgit.yaml": Kind.POLICY, ".sops.yaml": Kind.SOPS_RULES}.get(path, Kind.BRANCH)


def random_file(dice: random.Random) -> File:
    """Return a random file: a new one, or a known one with a part cut out, mutated in most cases."""
    if dice.random() < 0.6:
        kind = dice.choice(KINDS)
        text = _Writer(dice, encrypted=kind is Kind.SECRETS).text()
    else:
        file = dice.choice(known_files())
        text, kind = (
            file.content.decode("utf-8", "surrogatepass"),
            file.kind if dice.random() < 0.7 else dice.choice(KINDS),
        )
        lines = text.split("\n")
        start = dice.randrange(len(lines)) if dice.random() < 0.5 else 0
        text = "\n".join(lines[start : start + dice.randint(1, 25)]) + dice.choice(("\n", "\n", ""))
    for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 3))):
        text = dice.choice(_BENDS)(dice, text)
    return file_of(text, kind)


class _Writer:
    """Write random YAML that is mostly valid."""

    def __init__(self, dice: random.Random, *, encrypted: bool = False) -> None:
        self.dice = dice
        self.encrypted = encrypted and dice.random() < 0.8
        self.odd = dice.choice((0.0, 0.03, 0.1, 0.4))

    def oddly(self) -> bool:
        return self.dice.random() < self.odd

    def text(self) -> str:
        dice = self.dice
        head = (
            dice.choice(("", "", "---\n", "# a\n", "\n", "--- # c\n", "--- a\n", "%YAML 1.2\n---\n"))
            if self.oddly()
            else ""
        )
        lines = self.mapping(0, 1) if not self.oddly() else self.items(0, 1)
        end = dice.choice(("\n", "\n", "", "\n\n", " \n", "...\n", "# c", "---\n")) if self.oddly() else "\n"
        return head + "\n".join(lines) + end

    def mapping(self, indent: int, depth: int) -> list[str]:
        dice = self.dice
        keys = dice.sample(KEYS, dice.randint(1, 4)) if self.oddly() else dice.sample(KEYS[:13], dice.randint(1, 5))
        lines = []
        for key in keys:
            colon = dice.choice((":", ": ", " : ", ":\n", "")) if self.oddly() else ":"
            shape = dice.random()
            if shape < 0.12 and depth < 4:
                lines.append(f"{key}{colon}{self.comment()}")
                lines += self.mapping(dice.choice((1, 2, 2, 4)), depth + 1)
            elif shape < 0.25 and depth < 4:
                lines.append(f"{key}{colon}{self.comment()}")
                lines += self.items(dice.choice((0, 2, 2, 1)), depth + 1)
            else:
                lines += f"{key}{colon}{self.value()}".split("\n")
            if dice.random() < 0.08:
                lines.append(dice.choice(("", "", "   ")) if self.oddly() else dice.choice(("", "# c", "   # c")))
        return [" " * indent + line if line else line for line in lines]

    def items(self, indent: int, depth: int) -> list[str]:
        dice = self.dice
        lines: list[str] = []
        for _ in range(dice.randint(1, 3)):
            gap = dice.choice(("", "  ", "   ", "\n  ")) if self.oddly() else " "
            if dice.random() < 0.3 and depth < 4:
                first, *others = self.mapping(0, depth + 1)
                by = dice.randint(0, 4) if self.oddly() else 1 + len(gap)
                lines += [f"-{gap}{first}", *(" " * by + other if other else other for other in others)]
            else:
                lines += f"-{self.value().removeprefix(' ') if self.oddly() else self.value()}".split("\n")
        return [" " * indent + line if line else line for line in lines]

    def value(self) -> str:
        dice = self.dice
        return dice.choice(("", "  ", "\n  ", "\n")) * self.oddly() + " " + self.bare() + self.comment()

    def bare(self) -> str:
        if self.encrypted and self.dice.random() < 0.9:
            return self.atom()
        return self.dice.choice(self.SHAPES)(self)

    def nothing(self) -> str:
        return ""

    def block(self) -> str:
        dice = self.dice
        by = dice.choice((1, 2, 3, 4))
        gaps = ("", " " * by, " " * (by + 1), "\t") if self.oddly() else (" " * by,)
        body = [dice.choice(gaps) + self.atom() for _ in range(dice.randint(1, 3))]
        return "\n".join([dice.choice(BLOCKS) if self.oddly() else dice.choice(("|", "|-", ">", ">-")), *body])

    def flow_list(self) -> str:
        dice = self.dice
        edge = dice.choice(("", " ")) if self.oddly() else ""
        sign = dice.choice((",", ", ", " , ", ",\n  ")) if self.oddly() else ", "
        return f"[{edge}{sign.join(self.item() for _ in range(dice.randint(0, 3)))}{edge}]"

    def flow_mapping(self) -> str:
        dice = self.dice
        keys = dice.sample(KEYS if self.oddly() else KEYS[:13], dice.randint(0, 3))
        colon = dice.choice((":", " : ", ": ")) if self.oddly() else ": "
        return "{" + ", ".join(f"{key}{colon}{self.item()}" for key in keys) + "}"

    def variable(self) -> str:
        return f"{{from_env: {self.dice.choice(('NAME', 'x', self.atom()))}}}"

    def quoted(self) -> str:
        dice = self.dice
        sign = dice.choice(("'", '"'))
        gap = dice.choice((" ", " ", "\n   ", "\n", "\n\n  ", " \n  ")) if self.oddly() or dice.random() < 0.2 else " "
        inner = gap.join(self.atom() for _ in range(dice.randint(0, 3)))
        return sign + (inner if self.oddly() else inner.replace(sign, sign * 2 if sign == "'" else "")) + sign

    def plain(self) -> str:
        gap = "\n" + " " * (self.dice.randint(0, 5) if self.oddly() else 4)
        return gap.join(self.atom() for _ in range(self.dice.randint(1, 3)))

    SHAPES = (nothing, block, flow_list, flow_mapping, variable, quoted, plain, plain, plain, plain)

    def item(self) -> str:
        quoted = self.dice.random()
        text = self.atom()
        return f"'{text}'" if quoted < 0.15 else f'"{text}"' if quoted < 0.3 else text

    def atom(self) -> str:
        dice = self.dice
        if self.encrypted and not self.oddly():
            return CIPHERTEXT
        if dice.random() < 0.1:
            return "".join(dice.choices("0123456789+-._eExXobB:", k=dice.randint(1, 6)))
        return (
            dice.choice(WORDS)
            if self.oddly()
            else dice.choice(("a", "b1", "x.y", "https://a.example.com/b", CIPHERTEXT))
        )

    def comment(self) -> str:
        dice = self.dice
        if dice.random() < 0.08:
            return (dice.choice(("", " ", "  ")) if self.oddly() else " ") + dice.choice(COMMENTS)
        return " " if self.oddly() else ""


def _with_sign(dice: random.Random, text: str) -> str:
    at = dice.randint(0, len(text))
    return text[:at] + dice.choice(SIGNS) + text[at:]


def _other_ends(dice: random.Random, text: str) -> str:
    return text.replace("\n", "\r\n", dice.choice((-1, -1, 1, 3)))


def _with_word(dice: random.Random, text: str) -> str:
    at = dice.randint(0, len(text))
    return text[:at] + dice.choice((*WORDS, *COMMENTS, *KEYS, ": ", " #", "\n- ", "\n  ", "- ")) + text[at:]


def _without(dice: random.Random, text: str) -> str:
    at = dice.randint(0, len(text))
    return text[:at] + text[at + dice.choice((1, 1, 1, 2, 8)) :]


def _other_sign(dice: random.Random, text: str) -> str:
    at = dice.randint(0, len(text))
    return text[:at] + dice.choice(SIGNS) + text[at + 1 :]


def _twice(dice: random.Random, text: str) -> str:
    at = dice.randint(0, len(text))
    return text[:at] + text[at : at + dice.choice((1, 1, 2, 10))] * 2 + text[at:]


def _by_lines(change: Callable[[random.Random, list[str], int], None]) -> Callable[[random.Random, str], str]:
    def bend(dice: random.Random, text: str) -> str:
        lines = text.split("\n")
        change(dice, lines, dice.randrange(len(lines)))
        return "\n".join(lines)

    return bend


def _indented(dice: random.Random, lines: list[str], at: int) -> None:
    for number in range(at, min(len(lines), at + dice.choice((1, 1, 2, 4)))):
        lines[number] = " " * dice.choice((1, 2, 3)) + lines[number] if at % 2 else lines[number].removeprefix(" ")


def _swapped(dice: random.Random, lines: list[str], at: int) -> None:
    other = dice.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _joined(dice: random.Random, lines: list[str], at: int) -> None:
    lines[at : at + 2] = [
        dice.choice(("", " ")).join(line.strip() if dice.random() < 0.5 else line for line in lines[at : at + 2])
    ]


def _doubled(dice: random.Random, lines: list[str], at: int) -> None:
    lines.insert(dice.randint(0, len(lines)), lines[at])


def _commented(dice: random.Random, lines: list[str], at: int) -> None:
    lines.insert(at, " " * dice.choice((0, 0, 1, 2, 4, 6, 8)) + dice.choice(("", *COMMENTS)))


def _wrapped(dice: random.Random, lines: list[str], at: int) -> None:
    key, colon, value = lines[at].partition(": ")
    left, right = dice.choice(
        ("''", '""', "[]", "{}", "()", ("'", ""), ("", '"'), ("- ", ""), ("? ", ""), ("&a ", ""), ("!x ", ""))
    )
    lines[at] = f"{key}{colon}{left}{value}{right}"


def _revalued(dice: random.Random, lines: list[str], at: int) -> None:
    key, colon, _ = lines[at].partition(":")
    lines[at : at + 1] = f"{key}{colon}{_Writer(dice).value()}".split("\n")


_BENDS = (
    *(_with_sign, _with_sign, _with_word, _without, _other_ends, _other_sign, _twice),
    *map(_by_lines, (_indented, _indented, _swapped, _joined, _doubled, _commented, _wrapped, _revalued)),
)
