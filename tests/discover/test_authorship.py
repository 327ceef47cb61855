from pathlib import Path

from oauthgit.discover.authorship import find_authors, find_last_commit, has_whole_history
from oauthgit.discover.git import Repository
from support.git import committed, git

FILE = "configs/a.yaml"


def repository(root: Path) -> Repository:
    (root / "configs").mkdir()
    (root / FILE).write_text("one\ntwo\n")
    committed(root)
    git(root, "config", "user.name", "x")
    (root / FILE).write_text("one\nTWO\n")
    git(
        root, "-c", "user.name=x", "commit", "--quiet", "-am", "change", "--author=Ada \u202eLovelace <ada@example.com>"
    )
    (root / "other").write_text("")
    committed(root)
    return Repository(root, "/usr/bin:/bin")


def test_lines_have_the_author_of_their_commit(tmp_path: Path) -> None:
    here = repository(tmp_path)
    head = git(tmp_path, "rev-parse", "HEAD")
    found = find_authors(here, head, FILE, [1, 2])
    assert [found[line].name for line in (1, 2)] == ["test@example.com", "Ada \u202eLovelace"]
    assert len(found[1].day) == len("2026-11-29")
    assert find_authors(here, head, FILE, [9]) == find_authors(here, head, "configs/none.yaml", [1]) == {}
    assert find_last_commit(here, head, FILE) == git(tmp_path, "rev-parse", "HEAD~1")
    assert find_last_commit(here, head, "configs/none.yaml") == ""


def test_program_of_the_repository_is_not_started(tmp_path: Path) -> None:
    here = repository(tmp_path)
    (tmp_path / ".gitattributes").write_text("*.yaml diff=evil filter=evil\n")
    for key in ("diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "gpg.program"):
        git(tmp_path, "config", key, f"touch {tmp_path}/started; cat")
    git(tmp_path, "config", "log.showSignature", "true")
    git(tmp_path, "config", "blame.ignoreRevsFile", str(tmp_path / "none"))
    head = git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "started").unlink(missing_ok=True)
    find_authors(here, head, FILE, [1, 2])
    assert find_last_commit(here, head, FILE)
    assert not (tmp_path / "started").exists()


def test_shallow_clone_lacks_history(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    assert has_whole_history(repository(tmp_path / "whole"))
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/whole", "part")
    assert not has_whole_history(Repository(tmp_path / "part", "/usr/bin:/bin"))
