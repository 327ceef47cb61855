"""Generate schemas and pages of documentation as text; write no files."""
