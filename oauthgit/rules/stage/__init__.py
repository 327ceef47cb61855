"""Document the findings of stages other than lint.

These rules have no functions, and each is loaded when it is first found.
"""
