"""Partitions, processes and the partition cache: speed, and nothing but speed."""
