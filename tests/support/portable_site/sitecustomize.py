"""Take the calls away in a process that a test started; pytest's own workers do this in ``conftest.py``."""

import sys

import take_away  # type: ignore[import-not-found] # it is beside this file

if not any("exec(eval(sys.stdin.readline()))" in each for each in sys.orig_argv):
    take_away.take_away()
