"""Serve editors by the Language Server Protocol (3.17): ``oauthgit lsp``.

Modules but ``server`` work on projects and places of our own; ``protocol`` converts them. Nothing is decrypted, nothing is
requested from a network, and no file is written: the editor applies edits.
"""
