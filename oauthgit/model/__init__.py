"""Define the frozen data that stages exchange; no function reads or writes."""
