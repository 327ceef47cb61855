"""The rules: one file each, found by their names, not registered."""
