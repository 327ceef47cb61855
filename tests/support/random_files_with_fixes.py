"""Random files with mistakes: each is written twice, with its mistakes and as it must be after the fixes."""

import random
from typing import NamedTuple

BRANCH = "configs/branches/M/MAIN.yaml"
APPLICATION = "configs/iam_applications/app.yaml"
_IDENTITY = {
    BRANCH: ("kind: branch", "model: M", "branch: MAIN"),
    APPLICATION: ("kind: iam_application", "application: app", "model: M", "branch: MAIN", "environment: test"),
}
_COMMENTS = ("", "", "", " # why", "  # é \U0001f600: 'x' \"y\" {", "\t# a\ttab")
_FEW = ("require_pkce", "grant_types", "user_login")
"""Settings with so few values that two layers may have the same."""
_OWN_LINES = ("# a note", "# \u4e2d\u6587 \U0001f680", "")


class Line(NamedTuple):
    """A line of a file before and after; None if it does not exist yet or any more."""

    bad: str | None
    good: str | None


class Style(NamedTuple):
    """The style of a file."""

    step: int
    end: str
    mark: bool
    tabs: bool
    final: bool


class RandomFiles(NamedTuple):
    """A workspace before and after, and the settings whose values the mistakes disable or spoil."""

    bad: dict[str, bytes]
    good: dict[str, bytes]
    affected: set[str]


def random_files(seed: int) -> RandomFiles:
    """Return the workspace of a seed."""
    rng = random.Random(seed)  # noqa: S311 - chance, not secrecy
    affected: set[str] = set()
    bad, good = {}, {}
    stated: dict[str, dict[str, str]] = {}
    for path in (BRANCH, APPLICATION):
        tabs = rng.random() < 0.15
        style = Style(
            2 if tabs else rng.choice((2, 2, 4)),
            rng.choice(("\n", "\n", "\r\n")),
            rng.random() < 0.2,
            tabs,
            rng.random() < 0.7,
        )
        lines = _File(rng, style, path, stated, affected).lines()
        bad[path] = _joined(
            [line.bad for line in lines if line.bad is not None], style, mark=style.mark, tabs=style.tabs
        )
        good[path] = _joined([line.good for line in lines if line.good is not None], style)
    return RandomFiles(bad, good, affected)


def _joined(lines: list[str], style: Style, *, mark: bool = False, tabs: bool = False) -> bytes:
    if tabs:
        lines = ["\t" * ((len(line) - len(line.lstrip(" "))) // style.step) + line.lstrip(" ") for line in lines]
    text = style.end.join(lines) + (style.end if style.final else "")
    return (("\ufeff" if mark else "") + text).encode()


class _File:
    """The random choices of one file; ``stated`` are the branch's values, so that the application can repeat them."""

    def __init__(
        self, rng: random.Random, style: Style, path: str, stated: dict[str, dict[str, str]], affected: set[str]
    ) -> None:
        self.rng, self.style, self.path, self.stated, self.affected = rng, style, path, stated, affected
        self.overrides = path == APPLICATION

    def lines(self) -> list[Line]:
        lines = [Line(text, text) for text in _IDENTITY[self.path]]
        servers = [line for server in ("crm", "erp") for line in self.server(server)]
        if not self.overrides and self.rng.random() < 0.4:
            servers += self.login()
        if servers:
            stays = any(
                line.good is not None and not line.good.lstrip().startswith("#") and line.good for line in servers
            )
            lines += [Line("oauth_servers:", "oauth_servers:" if stays else None), *servers]
        return lines

    def login(self) -> list[Line]:
        """Return the lines of a server with OpenID Connect logins, whose list of scopes lacks openid."""
        self.affected.add("/oauth_servers/sso/scopes")
        url, one, comma = "https://sso.example.com", self.indent(2), self.rng.choice((", ", " , ", ","))
        stated = (
            *(f"{self.indent(1)}sso:", f"{one}issuer: {url}", f"{one}authorization_endpoint: {url}/a"),
            *(f"{one}token_endpoint: {url}/t", f"{one}client_id: sso", f"{one}grant_types: [authorization_code]"),
        )
        lines = [Line(text, text) for text in stated]
        quote = self.rng.choice(("", "'", '"'))
        openid, email, name = (f"{quote}{scope}{quote}" for scope in ("openid", "email", f"s{self.number()}"))
        if self.rng.random() < 0.4:
            old, comment = f"{email}{comma}{name}", self.comment()
            return [*lines, Line(*(f"{one}scopes: [{items}]{comment}" for items in (old, f"{openid}{comma}{old}")))]
        if self.rng.random() < 0.5 and not self.style.tabs:
            two, comment = self.indent(3), self.comment()
            head, items = f"{one}scopes: [{self.comment()}", [f"{two}{email},{comment}", f"{two}{name}", f"{one}]"]
            return [*lines, Line(head, head), Line(None, f"{two}{openid},"), *(Line(item, item) for item in items)]
        dash = self.indent(self.rng.choice((2, 3))) + self.rng.choice(("- ", "-   "))
        lines.append(Line(*(f"{one}scopes:{self.comment()}",) * 2))
        lines.append(Line(None, dash + openid))
        if not self.style.tabs:
            lines += [Line(*(one + self.rng.choice(_OWN_LINES[:2]),) * 2) for _ in range(self.rng.randint(0, 2))]
        return lines + [Line(*(dash + item + self.comment(),) * 2) for item in (email, name)]

    def server(self, server: str) -> list[Line]:
        """Return the lines of a server: its members in block style, before and after."""
        members: list[tuple[list[Line], bool]] = []
        names = ["token_endpoint", "client_id", "require_pkce", "grant_types", "scopes", "user_login"]
        self.rng.shuffle(names)
        chosen = names[: self.rng.randint(1, 5)]
        if not self.overrides and "scopes" not in chosen:
            chosen.append("scopes")
        for name in chosen:
            known = self.stated.setdefault(server, {}).get(name)
            dead = self.overrides and known and self.rng.random() < 0.4
            if self.overrides and name in _FEW and not dead:
                continue  # it might repeat the default, or the branch's value once that is fixed
            if dead:
                members.append(([Line(self.indent(2) + f"{name}: {known}" + self.comment(), None)], False))
            else:
                members.append((self.entry(server, name), True))
        if not members:
            return []
        lines = [
            Line(self.indent(1) + f"{server}:", self.indent(1) + f"{server}:" if any(s for _, s in members) else None)
        ]
        for entry, _ in members:
            if self.rng.random() < 0.2 and not self.style.tabs:
                note = self.rng.choice(_OWN_LINES)
                lines.append(Line(*(self.indent(2) + note if note else "",) * 2))
            lines += entry
        return lines

    def entry(self, server: str, name: str) -> list[Line]:
        """Return the lines of a setting that is kept, right or with a mistake."""
        bad, good = getattr(self, name)(server)
        if not self.overrides:
            self.stated[server][name] = bad if bad == good else ""
        if bad != good:
            self.affected.add(f"/oauth_servers/{server}/{name}")
        comment, gap = self.comment(), self.rng.choice((" ", " ", "   "))
        if bad.startswith("|"):
            head, body = bad.split("\n", 1)
            lines = [Line(f"{name}:{gap}{head}{comment}", f"{name}:{gap}{good}{comment}"), Line("  " + body, None)]
        else:
            lines = [Line(f"{name}:{gap}{bad}{comment}", f"{name}:{gap}{good}{comment}")]
        return [
            Line(self.indent(2) + (line.bad or ""), None if line.good is None else self.indent(2) + line.good)
            for line in lines
        ]

    def token_endpoint(self, server: str) -> tuple[str, str]:
        url = f"https://{server}-{self.number()}.example.com/t?a=b"
        block = (f"|\n{url}", url) if self.style.final and not self.style.tabs else (f'"{url} "', f'"{url}"')
        return self.rng.choice([(url, url), (f"'{url}'",) * 2, (f'" {url}\\n"', f'"{url}"'), block])

    def client_id(self, _: str) -> tuple[str, str]:
        number = self.number()
        return self.rng.choice(
            [
                (f"id-{number}",) * 2,
                (f'"id {number}\\u00e9: #"',) * 2,
                (f"0{number}",) * 1 + (f'"0{number}"',),
                (f"{number}e5", f'"{number}e5"'),
                (f"{number}", f'"{number}"'),
                (f"' it''s {number} \U0001f600 '", f"'it''s {number} \U0001f600'"),
                (f'"\\t{number}é"', f'"{number}é"'),
            ]
        )

    def require_pkce(self, _: str) -> tuple[str, str]:
        word = self.rng.choice(("true", "false"))
        same = {"true": ("yes", "on", "Y"), "false": ("No", "off", "n")}[word]
        return self.rng.choice(
            [(word, word), (word.upper(), word.upper()), (f'"{word}"', word), (f"'{word.title()}'", word)]
            + [(other, word) for other in same]
        )

    def grant_types(self, _: str) -> tuple[str, str]:
        return self.rng.choice(
            [
                ("[client_credentials]",) * 2,
                ("[refresh_token, client_credentials]",) * 2,
                ("[Client-Credentials, refresh_token]", "[client_credentials, refresh_token]"),
                ("client_credentials", "[client_credentials]"),
                ("[ 'client_credentials ' ]", "[ 'client_credentials' ]"),
            ]
        )

    def scopes(self, _: str) -> tuple[str, str]:
        name = f"s{self.number()}"
        return self.rng.choice(
            [
                (f"[{name}, b]",) * 2,
                (f"{name} b", f"[{name}, b]"),
                (f"'{name}'", f"['{name}']"),
                (f'[{name}, 0x1f, " b"]', f'[{name}, "0x1f", "b"]'),
            ]
        )

    def user_login(self, _: str) -> tuple[str, str]:
        members = [
            self.rng.choice([("prompt: login",) * 2, ("prompt: Select-Account", "prompt: select_account")]),
            self.rng.choice(
                [
                    ("request_refresh_token: true",) * 2,
                    ('"request_refresh_token": "true"', '"request_refresh_token": true'),
                    ("request_refresh_token: off", "request_refresh_token: false"),
                ]
            ),
        ]
        self.rng.shuffle(members)
        comma = self.rng.choice((", ", " , ", ","))
        bad, good = (comma.join(member[side] for member in members) for side in (0, 1))
        return f"{{{bad}}}", f"{{{good}}}"

    def number(self) -> int:
        return self.rng.randint(10**6, 10**7)

    def comment(self) -> str:
        return self.rng.choice(_COMMENTS)

    def indent(self, depth: int) -> str:
        return " " * (self.style.step * depth)
