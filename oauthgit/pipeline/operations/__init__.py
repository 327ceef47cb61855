"""Hold one module for each thing that a command does with a checked project."""
