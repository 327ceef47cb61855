"""Names and docstrings are in plain words, and tests lie where the packages do that they test."""

import ast
import re
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from support.glossary import MODULES, NAMES, VERBS, WORDS
from support.paths import REPOSITORY

TEST_NAME = 60
FIRST_LINE = 80
LINES = 250
MODELS = {"BaseModel", "FileModel", "Entry"}
"""Base classes of pydantic models."""
NAME = re.compile(r"[^\W\d]\w*")

Check = Callable[[Path], Iterator[str]]
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def long_test_names(root: Path) -> Iterator[str]:
    """Yield the test functions whose name is too long."""
    for path in modules(root / "tests"):
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE):
            if len(name) > TEST_NAME:
                yield f"{path.relative_to(root)}: {name} has {len(name)} characters"


def stray_files(root: Path) -> Iterator[str]:
    """Yield the files in the top folder of tests, except conftest.py and the key that users are pointed to."""
    for path in sorted((root / "tests").iterdir()):
        if path.is_file() and path.name not in {"conftest.py", "age-demo-key.txt"}:
            yield f"{path.relative_to(root)}: belongs in a folder"


def missing_paths(root: Path) -> Iterator[str]:
    """Yield the paths of tests that documentation and code name, but that do not exist."""
    for path in (
        root / "README.md",
        root / "CONTRIBUTING.md",
        *(root / "docs").rglob("*.md"),
        *modules(root / "oauthgit"),
    ):
        for named in re.findall(r"\btests/[\w./-]+\.(?:py|txt)\b", path.read_text()):
            if not (root / named).exists():
                yield f"{path.relative_to(root)}: there is no {named}"


def unclear_first_lines(root: Path) -> Iterator[str]:
    """Yield the docstrings whose first line is long, or does not begin with a verb in the imperative."""
    for path in modules(root / "oauthgit"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Documented) and not is_text_for_users(path, node):
                line = (ast.get_docstring(node) or "").partition("\n")[0]
                where = f"{path.relative_to(root)}:{getattr(node, 'lineno', 1)}"
                if len(line) > FIRST_LINE:
                    yield f"{where}: the first line has {len(line)} characters: {line}"
                if line and line.split()[0].rstrip(",:") not in VERBS:
                    yield f"{where}: no verb of support/glossary.py begins the first line: {line}"


def is_text_for_users(path: Path, node: Documented) -> bool:
    """Return True for docstrings that are shown to users, and therefore are not about code.

    The docstring of a rule (of a module in rules/stage) is its page, which begins with a title. A function that is a rule
    has the name of its file, and its module only repeats the title. The docstring of a pydantic model is the description
    of a schema, which editors show.
    """
    if path.parent.name in {"rules", "stage"} and path.stem.startswith("og"):
        return isinstance(node, ast.Module) or getattr(node, "name", "") == path.stem.partition("_")[2]
    return isinstance(node, ast.ClassDef) and not MODELS.isdisjoint(ast.unparse(base) for base in node.bases)


def large_modules(root: Path) -> Iterator[str]:
    """Yield the modules of oauthgit that are too long."""
    for path in modules(root / "oauthgit"):
        lines = len(path.read_text().splitlines())
        if lines > LINES:
            yield f"{path.relative_to(root)}: {lines} lines"


def old_words(root: Path) -> Iterator[str]:
    """Yield the identifiers and modules that have words of which the project has better ones."""
    for folder in ("oauthgit", "tests", "benchmarks"):
        for path in modules(root / folder):
            module = path.parent.name if path.stem == "__init__" else path.stem
            if folder == "oauthgit" and module in MODULES:
                yield f"{path.relative_to(root)}: {module} is the old name of a module"
            for line, name in sorted({(0, module), *identifiers(path)}):
                new = [WORDS[word] for word in words_of(name) if word in WORDS]
                if folder == "oauthgit" and name.lstrip("_") in NAMES:
                    new.append(NAMES[name.lstrip("_")])
                if new:
                    yield f"{path.relative_to(root)}:{line}: {name} is now called {', '.join(new)}"


def identifiers(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the identifiers of a module with their lines, if an old word occurs in it at all."""
    if not any(map(is_old, set(NAME.findall(path.read_text())))):
        return
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.NAME:
                yield token.start[0], token.string


@cache
def is_old(name: str) -> bool:
    return name.lstrip("_") in NAMES or any(word in WORDS for word in words_of(name))


def words_of(name: str) -> list[str]:
    """Split snake_case and CamelCase.

    >>> words_of("isMended_byHTTPTold")
    ['is', 'mended', 'by', 'http', 'told']
    """
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


CHECKS: list[Check] = [long_test_names, stray_files, missing_paths, unclear_first_lines, large_modules, old_words]
PLANTED = [
    (long_test_names, "tests/test_a.py", f"def test_{'a' * 56}() -> None: ..."),
    (long_test_names, "tests/cli/test_a.py", f"class TestA:\n    async def test_{'a' * 56}(self) -> None: ..."),
    (stray_files, "tests/test_a.py", ""),
    (stray_files, "tests/key.txt", ""),
    (missing_paths, "README.md", "see `tests/test_a.py`"),
    (missing_paths, "docs/a.md", "see tests/cli/test_b.py."),
    (missing_paths, "oauthgit/a.py", "# see tests/cli/test_b.py"),
    (unclear_first_lines, "oauthgit/a.py", '"""What a file says."""'),
    (unclear_first_lines, "oauthgit/a.py", '"""The values of a file."""'),
    (unclear_first_lines, "oauthgit/a.py", '"""Returns the values of a file."""'),
    (unclear_first_lines, "oauthgit/a.py", f'"""Return {"a" * 74}"""'),
    (unclear_first_lines, "oauthgit/cli/a.py", 'class A:\n    """Where a value is."""'),
    (
        unclear_first_lines,
        "oauthgit/cli/a.py",
        'class A:\n    def b(self):\n        """Whether it is one.\n\n        More.\n        """',
    ),
    (unclear_first_lines, "oauthgit/rules/og400_a_rule.py", 'def _helper():\n    """How it is."""'),
    (unclear_first_lines, "oauthgit/model/a.py", 'class A(NamedTuple):\n    """An item."""'),
    (large_modules, "oauthgit/a.py", "\n" * 251),
    (old_words, "oauthgit/mend/__init__.py", ""),
    (old_words, "oauthgit/says.py", ""),
    (old_words, "tests/fix/test_mend.py", ""),
    (old_words, "oauthgit/a.py", "def is_mended(): ..."),
    (old_words, "oauthgit/a.py", "class HTTPTold: ..."),
    (old_words, "oauthgit/a.py", "value.told = 1"),
    (old_words, "tests/a.py", "run(told=1)"),
    (old_words, "oauthgit/a.py", "_FEW = 1"),
    (old_words, "oauthgit/a.py", "from b import Remark"),
]
HEALTHY = {
    "tests/conftest.py": "",
    "tests/cli/test_a.py": f"def test_{'a' * 55}() -> None: ...\ndef {'b' * 70}() -> None: ...",
    "README.md": "see `tests/cli/test_a.py`",
    "CONTRIBUTING.md": "see tests/conftest.py.",
    "oauthgit/a.py": f'"""Return {"a" * 73}\n\n{"b" * 100}\n"""\n',
    "oauthgit/rules/og400_a_rule.py": '"""OG400: a rule."""\ndef a_rule():\n    """A client is a rule."""',
    "oauthgit/model/b.py": 'class A(FileModel):\n    """An application."""',
    "oauthgit/c.py": "\n" * 250,
    "oauthgit/d.py": "note = 'told'  # told\nparts = amended = 1",
    "tests/cli/d.py": "asked = Remark",
    "benchmarks/e.py": "",
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_repository_has_no_violation(check: Check) -> None:
    found = list(check(REPOSITORY))
    assert not found, "\n".join(found)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree in which nothing is wrong."""
    for path, text in HEALTHY.items():
        write(tmp_path / path, text)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_healthy_tree_has_no_violation(check: Check, tree: Path) -> None:
    assert list(check(tree)) == []


@pytest.mark.parametrize(("check", "path", "text"), PLANTED)
def test_planted_violation_is_found(check: Check, path: str, text: str, tree: Path) -> None:
    write(tree / path, text)
    found = list(check(tree))
    assert found
    assert all(each.startswith(path) for each in found)
