"""Serve editors by the Language Server Protocol (3.17): ``oauthgit lsp``.

``server`` and ``answers`` speak the protocol, and ``protocol`` converts; the others work on projects and places of our own.
Nothing is decrypted, nothing is requested from a network, and no file is written: the editor applies edits.
"""
