"""The probes: what a smoke test asks, and what the answers prove."""
