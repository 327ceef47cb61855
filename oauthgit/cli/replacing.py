"""Files put in the place of others, as a whole or not at all."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace(path: "Path", text: str) -> None:
    """Replace a file as a whole; write into what is no plain file, such as a pipe or /dev/stdout, as it is."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        path.write_text(text, encoding="utf-8")
    else:
        renew(path, text)


def renew(path: "Path", text: str) -> None:
    """Put a new file in the place of ``path``, as a whole or not at all; a link there is replaced and not followed."""
    import tempfile
    from pathlib import Path

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        temporary = Path(file.name)
        try:
            file.write(text)
            file.flush()
            temporary.chmod(0o644)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
