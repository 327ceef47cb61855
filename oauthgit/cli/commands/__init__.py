"""Run the commands, one module each, loaded on use."""
