"""Render reports as text, without access to streams, environment, clock or colour."""
