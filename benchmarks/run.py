"""Measure oauthgit beside other YAML checkers and write docs/performance.md.

    python benchmarks/run.py [--sizes 20 1000 10000] [--quick] [--write]

The first call installs the peers below ``--peers``. Results are ratios to ``python -c pass`` (the floor) and to the
peers: medians of interleaved runs. oauthgit runs all of ``validate`` (parse, schema, merge, rules); the peers check one
schema, or the style of YAML. ``--once 100000`` checks one very large folder once.
"""

import argparse
import compileall
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import corpus
import editor
import peers
import shapes
from timing import ENVIRONMENT, Command, Measured, interleaved

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs/performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
FLOOR: Final = "python -c pass"
RUN: Final = "from oauthgit.cli import main; main(['validate', '--no-cache'])"
BIG: Final = 10_000
SLOW: Final = {"check-jsonschema", "yamllint"}
OURS: Final = "oauthgit validate --no-cache"
BROKEN: Final = "oauthgit validate, one file broken"
SAME: Final = "oauthgit validate, nothing changed"
CHANGED: Final = "oauthgit validate, one file changed"
DIFF: Final = "oauthgit diff, five files changed"
DIFF_ANEW: Final = "oauthgit diff, five files changed, no cache"
EFFECTIVE: Final = "oauthgit effective, one target"
STAGE: Final = "oauthgit, parse and schema alone"
_APPLICATION: Final = "one application changed"
_BRANCH: Final = "the branch of half of them changed"
_PER_LAYER: Final = 1.5
TARGETS: Final = (
    ((20, OURS), (20, FLOOR), 5),
    ((20, OURS), (20, "check-jsonschema"), 0.25),
    ((20, CHANGED), (20, FLOOR), 3),
    ((20, SAME), (20, FLOOR), 1.2),
    ((20, BROKEN), (20, FLOOR), 6),
    ((1000, OURS), (1000, "ajv-cli"), 1),
    ((1000, OURS), (1000, "check-jsonschema"), 0.125),
    ((1000, OURS), (1000, "@sourcemeta/jsonschema"), 4),
    ((BIG, OURS), (BIG, "@sourcemeta/jsonschema"), 1.94),
    ((BIG, CHANGED), (BIG, "@sourcemeta/jsonschema"), 0.2),
    ((BIG, SAME), (BIG, "@sourcemeta/jsonschema"), 0.25),
    ((BIG, STAGE), (BIG, "@sourcemeta/jsonschema"), 0.8),
    ((BIG, OURS), (1000, OURS), 11),
    ((1000, DIFF), (1000, OURS), 0.5),
    ((BIG, EFFECTIVE), (BIG, OURS), 0.15),
)
"""Two measurements and the allowed ratio between them. 1.94 is the ratio of kubeconform where it was available."""


class Row(NamedTuple):
    """Represent a line of the table: number of files, command and median."""

    files: int
    name: str
    measured: Measured


def main() -> None:
    """Measure, print the table, and write it into the page with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[20, 1000, BIG])
    parser.add_argument("--once", type=int, default=0, help="check a folder of this many files once")
    parser.add_argument("--peers", type=Path, default=Path(tempfile.gettempdir(), "oauthgit-peers"))
    parser.add_argument("--quick", action="store_true", help="a third of the runs, and no slow peers on many files")
    parser.add_argument("--no-smoke", action="store_true", help="skip the probes")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    compileall.compile_dir(ROOT / "oauthgit", quiet=1)  # as pip does on installation
    versions = peers.install(options.peers.absolute())
    with tempfile.TemporaryDirectory(prefix="oauthgit-bench-") as name:
        folder = Path(name)
        schema = folder / "combined.json"
        schema.write_text(json.dumps(corpus.combined_schema(ROOT / "schema")))
        rows = [row for size in options.sizes for row in of_size(folder, size, schema, options)]
        if options.once:
            rows += alone(folder, options.once)
        others = list(other_shapes(folder, 3 if options.quick else 7))
        others += ["", *editor.rows(folder / "editor", 12 if options.quick else 40)]
    smoke = [] if options.no_smoke else probes()
    text = "\n".join([*machine(versions), "", *targets(rows), "", *others, "", *table(rows), "", *started(), *smoke])
    print(text)
    if options.write:
        head, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}")


def of_size(folder: Path, size: int, schema: Path, options: argparse.Namespace) -> Iterator[Row]:
    """Yield the rows of one project size."""
    project = folder / str(size)
    corpus.write(project, size)
    others = peers.commands(options.peers.absolute(), project, schema)
    found: dict[str, Command] = {FLOOR: Command([sys.executable, "-c", "pass"], project), **ours(project), **others}
    if size >= BIG:
        del found["yamllint"]
    if options.quick and size > corpus.GROUP:
        found = {name: command for name, command in found.items() if name not in SLOW}
    usual = (21 if size <= 100 else 7 if size < BIG else 5) // (3 if options.quick else 1)
    runs = {name: 1 if name in SLOW and size > 100 else max(usual, 1) for name in found}
    for name, measured in interleaved(found, runs).items():
        yield Row(size, name, measured)
    for each in folder.glob(f"{size}*"):
        shutil.rmtree(each)


def ours(project: Path) -> dict[str, Command]:
    """Return our commands; those that change files or use the cache have a separate copy."""
    folders = {}
    for word in ("broken", "changed", "diff"):
        folders[word] = project.with_name(f"{project.name}-{word}")
        shutil.copytree(project, folders[word])
    corpus.break_one(folders["broken"])
    committed(folders["diff"])
    cache = {"XDG_CACHE_HOME": str(project.with_name(f"{project.name}-cache")), "CI": ""}
    program = str(Path(sys.executable).parent / "oauthgit")
    subprocess.run(
        [program, "validate"], cwd=folders["diff"], env={**ENVIRONMENT, **cache}, check=True, stdout=subprocess.DEVNULL
    )
    for number, file in enumerate(sorted((folders["diff"] / "configs/iam_applications").glob("*-test-0.yaml"))[:5]):
        corpus.change(file, number)
    application = min((folders["changed"] / "configs/iam_applications").glob("*-test-0.yaml"))
    numbers = count()
    stage = [sys.executable, str(ROOT / "benchmarks/stage.py")]
    return {
        OURS: Command([program, "validate", "--no-cache"], project),
        BROKEN: Command([program, "validate", "--no-cache"], folders["broken"], codes=(1,)),
        SAME: Command([program, "validate"], project, cache),
        CHANGED: Command(
            [program, "validate"], folders["changed"], cache, before=lambda: corpus.change(application, next(numbers))
        ),
        DIFF: Command([program, "diff", "HEAD"], folders["diff"], cache),
        DIFF_ANEW: Command([program, "diff", "HEAD"], folders["diff"], {"CI": "1"}),
        STAGE: Command(stage, project),
        EFFECTIVE: Command([program, "effective", application.stem], project),
    }


def other_shapes(folder: Path, runs: int) -> Iterator[str]:
    """Yield the lines of the tables about projects of other shapes and what changes cost in one of them."""
    program, numbers = str(Path(sys.executable).parent / "oauthgit"), count()
    layers, commands = {}, {}
    for shape in shapes.SHAPES:
        project = folder / shape
        layers[shape] = shapes.write(project, shape)
        commands[shape] = Command([program, "validate", "--no-cache"], project, codes=(0, 1))
    configs = folder / "one model/configs"
    cache = {"XDG_CACHE_HOME": str(folder / "one model cache"), "CI": ""}
    application, branch = (
        min(configs.glob("iam_applications/*-test-*.yaml")),
        configs / "branches/MODEL00000/RELEASE.yaml",
    )
    text = branch.read_text()
    validate = [program, "validate"]
    commands[_APPLICATION] = Command(
        validate, configs.parent, cache, before=lambda: corpus.change(application, next(numbers))
    )
    commands[_BRANCH] = Command(
        validate, configs.parent, cache, before=lambda: write_text(branch, f"{text}# {next(numbers)}\n")
    )
    measured = interleaved(commands, dict.fromkeys(commands, runs))
    usual = measured["standard"].seconds / layers["standard"]
    yield "| shape of the project | layers | `validate --no-cache` | a layer, beside the first row | target | |"
    yield "|---|---:|---:|---:|---:|---|"
    for shape, number in layers.items():
        seconds = measured[shape].seconds
        ratio = seconds / number / usual
        word = "met" if ratio <= _PER_LAYER else "missed"
        yield f"| {shape} | {number:,} | {seconds * 1000:,.0f} ms | {ratio:.2f} | {_PER_LAYER:g} | {word} |"
    yield ""
    yield "| one model of 1,000 layers | time | beside `--no-cache` | target | |"
    yield "|---|---:|---:|---:|---|"
    for name, limit in ((_APPLICATION, 0.2), (_BRANCH, 0.7)):
        seconds = measured[name].seconds
        ratio = seconds / measured["one model"].seconds
        yield f"| {name} | {seconds * 1000:,.0f} ms | {ratio:.2f} | {limit:g} | {'met' if ratio <= limit else 'missed'} |"


def write_text(file: Path, text: str) -> None:
    """Write a text and return nothing, as ``before`` does."""
    file.write_text(text)


def committed(folder: Path) -> None:
    """Make a repository of a folder and commit all files."""
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message=all")):
        subprocess.run(["git", *words], cwd=folder, check=True)


def alone(folder: Path, size: int) -> Iterator[Row]:
    """Yield the row of one run on a very large folder."""
    project = folder / str(size)
    corpus.write(project, size)
    program = str(Path(sys.executable).parent / "oauthgit")
    commands = {
        FLOOR: Command([sys.executable, "-c", "pass"], project),
        OURS: Command([program, "validate", "--no-cache"], project),
    }
    for name, measured in interleaved(commands, dict.fromkeys(commands, 1)).items():
        yield Row(size, name, measured)
    shutil.rmtree(project)


def targets(rows: list[Row]) -> Iterator[str]:
    """Yield the lines of the table of targets: measurement, peer, limit, ratio."""
    found = {(row.files, row.name): row.measured for row in rows}
    yield "| work | beside | target | measured |"
    yield "|---|---|---:|---:|"
    for (size, name), (other_size, other), limit in TARGETS:
        if (size, name) in found and (other_size, other) in found:
            ratio = found[size, name].seconds / found[other_size, other].seconds
            beside = other if other_size == size else f"{other_size:,} files"
            word = "met" if ratio <= limit else "missed"
            yield f"| {size:,} files, {name} | {beside} | {limit:g} | {ratio:.2f}, {word} |"
    memory = [found.get((BIG, name)) for name in (OURS, "@sourcemeta/jsonschema")]
    if memory[0] and memory[1]:
        ratio = memory[0].mebibytes / memory[1].mebibytes
        word = "met" if ratio <= 1 else "missed"
        yield f"| {BIG:,} files, peak memory | @sourcemeta/jsonschema | 1 | {ratio:.2f}, {word} |"


def table(rows: list[Row]) -> Iterator[str]:
    """Yield the lines of the table; the last column is the ratio of ``validate`` to it."""
    yield "| files | command | median | x floor | peak MiB | ours / this |"
    yield "|---:|---|---:|---:|---:|---:|"
    by_size: dict[int, dict[str, Measured]] = {}
    for row in rows:
        by_size.setdefault(row.files, {})[row.name] = row.measured
    for size, measured in by_size.items():
        whole, floor = measured[OURS].seconds, measured[FLOOR].seconds
        for name, (seconds, mebibytes) in measured.items():
            beside = f"{whole / seconds:.2f}" if name not in {FLOOR, OURS} else ""
            times = f"{seconds / floor:.1f}"
            yield f"| {size:,} | {name} | {seconds * 1000:,.0f} ms | {times} | {mebibytes:,.0f} | {beside} |"


def machine(versions: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines about the machine and the versions of the peers."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    load = os.getloadavg()[1]
    yield (
        f"Measured on {os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}; "
        f"load of the last five minutes {load:.1f}."
    )
    yield f"Peers: {', '.join(f'{name} {version}' for name, version in versions.items())}."


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def started() -> Iterator[str]:
    """Yield the import times of ``oauthgit validate`` from ``-X importtime``, longest first."""
    command = [sys.executable, "-X", "importtime", "-c", RUN]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    taken: dict[str, int] = {}
    for line in done.stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdecimal():
            first, _, rest = name.strip().partition(".")
            package = f"{first}.{rest.partition('.')[0]}" if first == "oauthgit" and rest else first
            taken[package] = taken.get(package, 0) + int(own)
    dearest = sorted(taken.items(), key=lambda item: -item[1])[:10]
    total = sum(taken.values()) / 1000
    words = ", ".join(f"{name} {microseconds / 1000:.1f}" for name, microseconds in dearest)
    yield f"Imports of `oauthgit validate`, in ms with the cost of tracing: {total:.0f} in all; {words}."


def probes() -> Iterator[str]:
    """Yield the lines about probes: 500 clients at 100 ms, beside ``curl --parallel``."""
    yield ""
    yield "| 500 clients at 100 ms, 128 at once | oauthgit | curl --parallel | target | ours / this |"
    yield "|---|---:|---:|---:|---:|"
    for name, limit, more in (("plain", 1.6, []), ("TLS", 2.0, ["--tls"])):
        command = [sys.executable, str(ROOT / "benchmarks/smoke.py"), "--curl", "--json", "--concurrency", "128", *more]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        row: dict[str, Any] = json.loads(done.stdout)[0]
        ratio = row["seconds"] / row["curl"]
        word = "met" if ratio <= limit else "missed"
        yield f"| {name} | {row['seconds']:.2f} s | {row['curl']:.2f} s | {limit:g} | {ratio:.2f}, {word} |"


if __name__ == "__main__":
    main()
