"""What is generated from the one source: schemas and pages of documentation, as text. Writes nothing."""
