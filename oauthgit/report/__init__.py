"""The reporters: each turns a report into text; streams, environment, clock and colour are not theirs."""
