"""Parse formats of other programs as data, with pure functions.

They are URLs, JSON Pointer, SOPS and GitHub workflows. This package imports no other part of the model.
"""
