"""Mistakes that people make in files of settings, each a change of a healthy project."""

import random
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple

from support.healthy_projects import Files, ciphertext
from support.mutate_yaml import known_keys

_LINE = re.compile(r"^(?P<indent> *)(?P<key>[A-Za-z_]\w*):(?: (?P<value>[^#\n]*?))?(?P<rest> *#.*)?$")
_KINDS = {
    "branches": "branch",
    "runtime_configurations": "runtime_configuration",
    "iam_applications": "iam_application",
}


class Mistake(NamedTuple):
    """A changed project, and the place of the change in words."""

    files: Files
    where: str


class Line(NamedTuple):
    """A line with a key, in a file without its lines."""

    path: str
    number: int
    indent: int
    key: str
    value: str


def lines(files: Files, *, secrets: bool = False) -> list[Line]:
    """Return the lines with keys in layers, or in secrets files without their metadata."""
    found = []
    for path, text in files.items():
        if not path.startswith("configs/") or path.count("/") < 2 or path.endswith(".secrets.yaml") != secrets:
            continue
        for number, line in enumerate(text.splitlines()):
            if secrets and line.startswith("sops:"):
                break
            if match := _LINE.match(line):
                found.append(Line(path, number, len(match["indent"]), match["key"], match["value"] or ""))
    return found


def replaced(files: Files, line: Line, *texts: str) -> Files:
    """Return files in which other lines are in the place of one."""
    every = files[line.path].splitlines()
    every[line.number : line.number + 1] = texts
    return {**files, line.path: "\n".join(every) + "\n"}


def text_of(files: Files, line: Line) -> str:
    """Return the whole line."""
    return files[line.path].splitlines()[line.number]


def _typo(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        )
    )


def _renamed(files: Files, line: Line, key: str) -> Files:
    text = text_of(files, line)
    return replaced(files, line, text.replace(f"{line.key}:", f"{key}:", 1))


def _settings(files: Files, chance: random.Random, *, secrets: bool = False) -> Line:
    keys = {key for kind in ("secrets" if secrets else "branch", "iam_application") for key in known_keys(kind)} - {
        "sops"
    }
    found = [line for line in lines(files, secrets=secrets) if line.key in keys]
    return chance.choice(found or [line for line in lines(files) if line.key in keys])


def misspelt_key(files: Files, chance: random.Random) -> Mistake | None:
    """Misspell the key of a setting."""
    line = _settings(files, chance, secrets=chance.random() < 0.2)
    key = chance.choice((_typo(line.key, chance), line.key.replace("_", "-"), line.key.title(), line.key + "s"))
    kind = "secrets" if line.path.endswith(".secrets.yaml") else _KINDS[line.path.split("/")[1]]
    keys = known_keys(kind)
    if key in keys or not get_close_matches(key.lower().replace("-", "_"), [line.key], cutoff=0.75):
        return None
    return Mistake(_renamed(files, line, key), f"{line.path}: {line.key} -> {key}")


def removed_key(files: Files, chance: random.Random) -> Mistake:
    """Remove a line with a value, except ``origin``: a branch without one is a root, with settings of its own."""
    line = chance.choice([line for line in lines(files) if line.value and line.key != "origin"])
    return Mistake(replaced(files, line), f"{line.path}: {line.key} removed")


def wrong_type(files: Files, chance: random.Random) -> Mistake:
    """Write a value of another type; ``true`` may be the name of a variable."""
    line = chance.choice([line for line in lines(files) if line.value and line.key != "from_env"])
    value = chance.choice(("5", "true", "{x: y}", "[[]]", "''", "1.5e3"))
    return Mistake(
        replaced(files, line, f"{' ' * line.indent}{line.key}: {value}"), f"{line.path}: {line.key}: {value}"
    )


def wrong_word(files: Files, chance: random.Random) -> Mistake:
    """Misspell a word that must be one of several."""
    words = ("token_endpoint_auth_method", "environment", "prompt", "require_pkce", "kind", "provider")
    line = chance.choice([line for line in lines(files) if line.key in words])
    value = _typo(line.value, chance)
    if value == line.value:
        value += "x"
    return Mistake(_valued(files, line, value), f"{line.path}: {line.key}: {value}")


def _valued(files: Files, line: Line, value: str) -> Files:
    return replaced(files, line, f"{' ' * line.indent}{line.key}: {value}")


def wrong_identity(files: Files, chance: random.Random) -> Mistake:
    """State another name than the path, or one of a branch that does not exist."""
    words = ("model", "branch", "origin", "application", "name")
    line = chance.choice([line for line in lines(files) if line.key in words and line.indent == 0])
    value = chance.choice((f"{line.value}X", "NOWHERE", _typo(f"{line.value}ab", chance)))
    return Mistake(_valued(files, line, value), f"{line.path}: {line.key}: {value}")


def other_kind(files: Files, chance: random.Random) -> Mistake:
    """State another kind of file."""
    line = chance.choice([line for line in lines(files) if line.key == "kind"])
    kind = chance.choice([kind for kind in (*_KINDS.values(), "policy", "secrets") if kind != line.value])
    return Mistake(_valued(files, line, kind), f"{line.path}: kind: {kind}")


def _paths(files: Files) -> list[str]:
    return [path for path in files if path.startswith("configs/") and path.count("/") > 1]


def _moved(files: Files, path: str, other: str) -> Mistake | None:
    if other in files or other == path:
        return None
    return Mistake({(other if name == path else name): text for name, text in files.items()}, f"{path} -> {other}")


def other_suffix(files: Files, chance: random.Random) -> Mistake | None:
    """Save a file with another suffix."""
    path = chance.choice(_paths(files))
    return _moved(files, path, path.removesuffix("yaml") + chance.choice(("yml", "YAML", "Yml")))


def other_name_of_secrets(files: Files, chance: random.Random) -> Mistake | None:
    """Save secrets under a name that is not that of secrets."""
    paths = [path for path in files if path.endswith(".secrets.yaml")]
    if not paths:
        return None
    path = chance.choice(paths)
    end = chance.choice((".secret.yaml", ".sops.yaml", "-secrets.yaml", ".secrets.enc.yaml", ".SECRETS.yaml"))
    return _moved(files, path, path.replace(".secrets.yaml", end))


def other_folder(files: Files, chance: random.Random) -> Mistake | None:
    """Move a file to a folder of another kind, another model, another level, or an unknown one."""
    path = chance.choice(_paths(files))
    _, folder, *between, name = path.split("/")
    places = [
        f"configs/{name}",
        f"configs/{folder}/{'/'.join((*between, 'more'))}/{name}",
        f"configs/{folder[:-1]}/{name}",
    ]
    places += [f"configs/{'/'.join((*between, name))}", f"configs/old/{name}", f"configs/iam_applications/{name}"]
    places += [f"configs/branches/OTHER/{name}", f"configs/runtime_configurations/OTHER/MAIN/{name}"]
    return _moved(files, path, chance.choice(places))


def misspelt_folder(files: Files, chance: random.Random) -> Mistake | None:
    """Misspell the folder of one file."""
    path = chance.choice(_paths(files))
    folder = path.split("/")[1]
    return _moved(files, path, path.replace(folder, _typo(folder, chance), 1))


def _servers(files: Files) -> list[Line]:
    return [
        line
        for secrets in (False, True)
        for line in lines(files, secrets=secrets)
        if line.indent in (2, 4)
        and not line.value
        and line.key not in known_keys("branch")
        and line.key not in known_keys("secrets")
    ]


def upper_case_server(files: Files, chance: random.Random) -> Mistake | None:
    """Write the name of a server in an invalid way."""
    line = chance.choice(_servers(files))
    name = chance.choice((line.key.upper(), line.key.title(), line.key.replace("_", "-"), f"{line.key}-"))
    return None if name == line.key else Mistake(_renamed(files, line, name), f"{line.path}: {line.key} -> {name}")


def misspelt_server(files: Files, chance: random.Random) -> Mistake | None:
    """Misspell the name of a server."""
    line = chance.choice(_servers(files))
    name = _typo(line.key, chance)
    if name == line.key or not get_close_matches(line.key, [name]):
        return None
    return Mistake(_renamed(files, line, name), f"{line.path}: {line.key} -> {name}")


def null_server(files: Files, chance: random.Random) -> Mistake:
    """Set a server to null, or to a text."""
    line = chance.choice([line for line in _servers(files) if not line.path.endswith(".secrets.yaml")])
    every = files[line.path].splitlines()
    end = line.number + 1
    while end < len(every) and (not every[end].strip() or every[end].startswith(" " * (line.indent + 1))):
        end += 1
    value = chance.choice(("", " null", " nothing", " []"))
    every[line.number : end] = [f"{' ' * line.indent}{line.key}:{value}"]
    return Mistake({**files, line.path: "\n".join(every) + "\n"}, f"{line.path}: {line.key}:{value}")


def indentation(files: Files, chance: random.Random) -> Mistake:
    """Indent a line by more, by less or with a tab."""
    line = chance.choice([line for line in lines(files) if line.indent])
    text = text_of(files, line)
    new = chance.choice(
        (
            f" {text}",
            f"  {text}",
            text[1:],
            text[2:],
            text[line.indent :],
            f"\t{text.lstrip()}",
            f"{text[:2]}\t{text[2:]}",
        )
    )
    return Mistake(replaced(files, line, new), f"{line.path}:{line.number + 1}: {new!r}")


def duplicated_key(files: Files, chance: random.Random) -> Mistake:
    """Write a line twice."""
    line = chance.choice([line for line in lines(files) if line.value])
    text = text_of(files, line)
    return Mistake(replaced(files, line, text, text), f"{line.path}: {line.key} twice")


def broken_yaml(files: Files, chance: random.Random) -> Mistake:
    """Break the syntax of a line, or use what the format refuses."""
    line = chance.choice([line for line in lines(files) if line.value])
    value = chance.choice(('"open', "[open", "{open", "&a b", "*a", "!x y", "@x", "a: b: c", "%x", "`x`"))
    return Mistake(_valued(files, line, value), f"{line.path}: {line.key}: {value}")


def emptied(files: Files, chance: random.Random) -> Mistake:
    """Empty a file, or begin a second document in it."""
    path = chance.choice(_paths(files))
    text = chance.choice(("", "# later\n", files[path] + "---\nkind: branch\n", "\ufeff" + "\x00" + files[path]))
    return Mistake({**files, path: text}, f"{path} emptied")


def corrupted_secrets(files: Files, chance: random.Random) -> Mistake | None:
    """Damage a secrets file."""
    paths = [path for path in files if path.endswith(".secrets.yaml")]
    if not paths:
        return None
    path = chance.choice(paths)
    text = files[path]
    how = chance.choice(("cut", "tab", "text", "list", "quote", "no sops", "no mac", "empty secret", "null"))
    new = {
        "cut": text[: text.index("ENC[") + 40] + "\n  x",
        "tab": text.replace("  ", "\t", 1),
        "text": "lost\n",
        "list": "- lost\n",
        "quote": text.replace("client_secret: ", 'client_secret: "', 1),
        "no sops": text[: text.index("\nsops:") + 1],
        "no mac": re.sub(r"\n +mac: .*", "", text),
        "empty secret": re.sub(r"client_secret: .*", 'client_secret: ""', text, count=1),
        "null": re.sub(r"client_secret: .*", "client_secret:", text, count=1),
    }[how]
    return Mistake({**files, path: new}, f"{path}: {how}")


def plain_secrets(files: Files, chance: random.Random) -> Mistake | None:
    """Leave a secrets file, or one value of it, in plain text."""
    paths = [path for path in files if path.endswith(".secrets.yaml")]
    if not paths:
        return None
    path = chance.choice(paths)
    text = files[path]
    if chance.random() < 0.5:
        new = re.sub(r"ENC\[\S+", "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F", text[: text.index("\nsops:") + 1])
        return Mistake({**files, path: new}, f"{path}: all plain")
    value = chance.choice(re.findall(r"(?<=client_secret: )ENC\[\S+", text))
    return Mistake({**files, path: text.replace(value, "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F", 1)}, f"{path}: one value plain")


def secret_in_layer(files: Files, chance: random.Random) -> Mistake:
    """Write a secret into a layer, in plain text or as ciphertext."""
    line = chance.choice([line for line in lines(files) if line.key == "client_id"])
    text = text_of(files, line)
    secret = " " * line.indent + "client_secret: " + chance.choice(("kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F", "12345678901"))
    following = files[line.path].splitlines()[line.number + 1 : line.number + 2]
    if following and "client_secret:" in following[0]:
        return Mistake(replaced(files, line, text, text), f"{line.path}: client_id twice")
    return Mistake(replaced(files, line, text, secret), f"{line.path}: client_secret in {ciphertext('')[:3]}")


def wrong_url(files: Files, chance: random.Random) -> Mistake | None:
    """Write a URL that is none, or is not safe."""
    line = chance.choice([line for line in lines(files) if line.value.startswith("https://")])
    new = chance.choice(("http://", "https:/", "https://user:pw@", "", "https://[", "ftp://"))
    return Mistake(_valued(files, line, line.value.replace("https://", new, 1)), f"{line.path}: {line.key}: {new}")


MISTAKES: dict[str, Callable[[Files, random.Random], Mistake | None]] = {
    function.__name__: function
    for function in (
        misspelt_key,
        removed_key,
        wrong_type,
        wrong_word,
        wrong_identity,
        other_kind,
        other_suffix,
        other_name_of_secrets,
        other_folder,
        misspelt_folder,
        upper_case_server,
        misspelt_server,
        null_server,
        indentation,
        duplicated_key,
        broken_yaml,
        emptied,
        corrupted_secrets,
        plain_secrets,
        secret_in_layer,
        wrong_url,
    )
}
