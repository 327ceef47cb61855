"""Judge answers and select the next request; all functions are pure."""
