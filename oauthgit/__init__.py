"""OAuth settings as YAML in git: validated, merged, explained, proven."""
