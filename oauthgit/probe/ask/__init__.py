"""What is asked: one probe a file, each a pure function from what is known to a request."""
