"""Describe a bug of oauthgit without quoting anything from the files it checked."""

import os
from typing import Final

REMEDY: Final = "Report this line to the makers of oauthgit; everything else was checked."
_PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib is not loaded for that


def describe_crash(error: BaseException) -> str:
    """Return the type of an error and its place in oauthgit.

    The text of the error is left out, because it may quote a value.
    """
    place = ""
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file.startswith(_PACKAGE):
            place = f" at {file[len(_PACKAGE) + 1 :].replace(os.sep, '/')}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return f"a bug in oauthgit ({type(error).__name__}{place})"
