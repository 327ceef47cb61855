"""Hostile projects of up to 10 MB: no command and no format amplifies them in memory, output or time.

One is as large as the limits of a project allow. The others are a quarter of that, and so are the limits and costs.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from oauthgit.merge import size
from oauthgit.pipeline import engine
from oauthgit.pipeline.operations import load_targets
from support.cli import FORMATS

PART = 4
START = 55_000
"""Kilobytes of the program with one file of the largest size, which is not smaller here."""
MEMORY = 300_000
"""Kilobytes of the largest process, for a project at the limits."""
OUTPUT = 20_000_000
SECONDS = 60
LIMITS = ((size, "SERVERS"), (load_targets, "SERVERS"), (engine, "LARGE"))
SMALLER = " ".join(f"{module.__name__}:{name}:{getattr(module, name) // PART}" for module, name in LIMITS)
NODES = 1200
"""Servers of a branch that is just small enough to be read."""
FEW = NODES // PART

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="memory of a child is not measured here")


class Run(NamedTuple):
    code: int
    out: bytes
    err: bytes
    memory: int
    seconds: float


CALL = """
import gc, sys
from importlib import import_module
gc.disable()
for limit in sys.argv[1].split():
    module, name, value = limit.split(":")
    setattr(import_module(module), name, int(value))
from oauthgit.cli import main
sys.exit(main(sys.argv[2:]))
"""
MEASURE = """
import os, subprocess, sys
process = subprocess.Popen([sys.executable, "-c", *sys.argv[1:]])
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(process.returncode, usage.ru_maxrss, usage.ru_utime, file=sys.stderr)
"""
"""A small program in between: a child is charged with the memory of the process that forked it."""


def measured(root: Path, *arguments: str, limits: str = SMALLER) -> Run:
    """Run the program in ``root`` and return its costs; seconds are processor time."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("COV")
    }  # takes three times as long
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        command = [sys.executable, "-c", MEASURE, CALL, limits, *arguments]
        subprocess.run(command, cwd=root, env=environment, stdout=out, stderr=err, check=True, timeout=10 * SECONDS)
        out.seek(0)
        err.seek(0)
        said, _, figures = err.read().rstrip().rpartition(b"\n")
        code, memory, seconds = figures.split()
        kilobytes = int(memory) // (1024 if sys.platform == "darwin" else 1)
        return Run(int(code), out.read(), said, kilobytes, float(seconds))


def put(root: Path, path: str, text: str) -> None:
    file = root / "configs" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def branch(root: Path, name: str, body: str) -> None:
    put(root, f"branches/M/{name}.yaml", f"kind: branch\nmodel: M\nbranch: {name}\n{body}")


def application(root: Path, number: int, body: str = "", above: str = "MAIN") -> None:
    put(
        root,
        f"iam_applications/a{number:05}.yaml",
        f"kind: iam_application\napplication: a{number:05}\nmodel: M\nbranch: {above}\nenvironment: production\n{body}",
    )


def servers(line: str, count: int = FEW) -> str:
    return "oauth_servers:\n" + "".join(f"  s{n}: {{{line.replace('#', str(n))}}}\n" for n in range(count))


COMPLETE = "token_endpoint: 'https://h#.example.com/t', client_id: c#, grant_types: [client_credentials], scopes: [a]"
ENDPOINT = "token_endpoint: 'https://h#.example.com/t'"
WRONG = "token_endpoint: 'http://h#.example.com/t', client_id: c, grant_types: [client_credentials], scope: a"


def many_servers(root: Path) -> None:
    branch(root, "MAIN", servers(COMPLETE))
    for number in range(39):
        application(root, number)


def overridden(root: Path) -> None:
    branch(root, "MAIN", servers("client_id: c, tokn: 1", 3000))
    for number in range(25):
        application(root, number, servers("client_id: b", 3000))


def largest_model(root: Path) -> None:
    branch(root, "MAIN", servers(ENDPOINT, 750))
    for number in range(15):
        application(root, number, servers(f"client_id: b{number}", 750))


def models_of_one_client(root: Path) -> None:
    for model in "AB":
        put(
            root,
            f"branches/{model}/MAIN.yaml",
            f"kind: branch\nmodel: {model}\nbranch: MAIN\n{servers(ENDPOINT, 600)}",
        )
        for number in range(12):
            environment = "production" if model == "A" else "test"
            put(
                root,
                f"iam_applications/{model}{number}.yaml",
                f"kind: iam_application\napplication: {model}{number}\nmodel: {model}\nbranch: MAIN\n"
                f"environment: {environment}\n{servers('client_id: b', 600)}",
            )


def one_override_each(root: Path) -> None:
    for model in range(6):
        put(root, f"branches/M{model}/MAIN.yaml", f"kind: branch\nmodel: M{model}\nbranch: MAIN\n{servers(COMPLETE)}")
        for number in range(40):
            put(
                root,
                f"iam_applications/m{model}a{number}.yaml",
                f"kind: iam_application\napplication: m{model}a{number}\nmodel: M{model}\nbranch: MAIN\n"
                f"environment: production\noauth_servers:\n  s{number}: {{client_id: b{number}}}\n",
            )


def misspelt_keys(root: Path) -> None:
    for number in range(3):
        branch(root, f"B{number}", servers("token_endpoint: 'https://a.b/c', cliend_id: a", 3000))


def plain_secrets(root: Path) -> None:
    for number in range(20):
        branch(root, f"B{number}", servers("client_id: a", 2400))
        put(root, f"branches/M/B{number}.secrets.yaml", "kind: secrets\n" + servers("client_secret: hunter#", 2400))


def inherited_mistakes(root: Path) -> None:
    branch(root, "MAIN", servers(WRONG, 300))
    for number in range(40):
        application(root, number)


def one_line(root: Path) -> None:
    body = servers(WRONG, 800).replace(":\n  ", ": {", 1).replace("\n  ", ", ").rstrip() + "}\n"
    for number in range(2):
        branch(root, f"B{number}", body)


def unknown_keys(root: Path) -> None:
    for number in range(2):
        branch(root, f"B{number}", "".join(f"unknown_key_number_{n}: 1\n" for n in range(9000)))


def duplicate_keys(root: Path) -> None:
    for number in range(2):
        branch(root, f"B{number}", "a: 1\n" * 100_000)


def nesting(root: Path) -> None:
    for number in range(5):
        branch(root, f"B{number}", "x: " + "{a: " * 100_000 + "1" + "}" * 100_000 + "\n")


def long_keys_and_values(root: Path) -> None:
    for number in range(2):
        branch(root, f"B{number}", f"{'x' * 500_000}: {'y' * 500_000}\n")
    wide = COMPLETE.replace("/t'", f"/{'z' * 100_000}'").replace("c#", "c" * 100_000)
    branch(root, "MAIN", servers(wide, 4))
    for number in range(40):
        application(root, number, f"redirect_uri: https://x.example.com/{'r' * 30_000}\n")


def comments(root: Path) -> None:
    for number in range(6):
        text = "    # oauthgit: ignore[OG301] why\n" * 14_000
        branch(root, f"B{number}", f"oauth_servers:\n  s:\n    client_id: c\n{text}")


def origins(root: Path) -> None:
    branch(root, "B0", servers(COMPLETE, 1))
    for number in range(1, 1500):
        branch(root, f"B{number}", f"origin: B{number - 1}\noauth_servers:\n  s0: {{client_id: c{number}}}\n")
    for number in range(150):
        application(root, number, above=f"B{1499 - number}")


def near_names(root: Path) -> None:
    branch(root, "MAIN", servers(COMPLETE, NODES))
    for number in range(2):
        application(root, number, "oauth_servers:\n" + "".join(f"  s{n}x: {{client_id: x}}\n" for n in range(2500)))


SHAPES: tuple[Callable[[Path], None], ...] = (
    *(many_servers, inherited_mistakes, one_line, unknown_keys, duplicate_keys),
    *(nesting, long_keys_and_values, comments, origins, near_names),
    *(overridden, largest_model, models_of_one_client, one_override_each, misspelt_keys),
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Path], None]], Path]:
    """Return a function that creates the project of a shape, once for all tests."""
    made: dict[str, Path] = {}

    def make(shape: Callable[[Path], None]) -> Path:
        if shape.__name__ not in made:
            root = made[shape.__name__] = tmp_path_factory.mktemp(shape.__name__)
            put(root, "oauthgit.yaml", "kind: policy\n")
            shape(root)
        return made[shape.__name__]

    return make


def check(run: Run, part: int = PART) -> None:
    assert run.code in {0, 1, 2, 3}, run.err[-300:]
    assert run.memory - START < (MEMORY - START) // part
    assert len(run.out) + len(run.err) < OUTPUT // part
    assert run.seconds < SECONDS / part


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_hostile_project_is_validated_within_limits(
    shape: Callable[[Path], None], hostile: Callable[[Callable[[Path], None]], Path]
) -> None:
    run = measured(hostile(shape), "validate", "--no-cache")
    check(run)
    assert run.code == 1
    assert b"error[OG" in run.out


def test_project_at_the_limits_is_validated_within_memory(hostile: Callable[[Callable[[Path], None]], Path]) -> None:
    run = measured(hostile(plain_secrets), "validate", "--no-cache", limits="")
    check(run, part=1)
    assert run.code == 1
    assert b"error[OG501]" in run.out
    assert b"OG114" not in run.out


def test_inherited_mistakes_stay_within_limits_in_every_format(
    hostile: Callable[[Callable[[Path], None]], Path], tmp_path: Path
) -> None:
    files = [f"--output={form}={tmp_path / form}" for form in FORMATS[1:]]
    run = measured(hostile(inherited_mistakes), "validate", "--no-cache", *files)
    check(run)
    assert run.code == 1
    for form in FORMATS[1:]:
        size_of_file = (tmp_path / form).stat().st_size
        assert 1_000 < size_of_file < OUTPUT // PART
    for form in ("json", "sarif", "junit"):
        assert b"OG009" in (tmp_path / form).read_bytes()


COMMANDS = (
    *(
        ("effective",),
        ("effective", "--format", "json"),
    ),
    *(
        ("explain", "a00001", "s1"),
        ("secrets", "status"),
        ("smoke", "--dry-run"),
    ),
    ("validate", "--fix", "--diff", "--no-cache"),
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_many_servers_stay_within_limits_in_every_command(
    arguments: tuple[str, ...], hostile: Callable[[Callable[[Path], None]], Path]
) -> None:
    run = measured(hostile(many_servers), *arguments)
    check(run)
    if arguments[0] in {"effective", "secrets", "smoke"}:
        assert run.code == 2
        assert b"too large for one run; name targets" in run.err


def test_named_target_of_a_hostile_project_is_shown(hostile: Callable[[Callable[[Path], None]], Path]) -> None:
    run = measured(hostile(long_keys_and_values), "effective", "a00001", "--format", "json")
    check(run)
    assert run.code == 0 or b"left out" in run.err
