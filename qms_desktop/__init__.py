"""Quality management for one commune office: the desktop program, its rules, its store and its printed forms."""

from time import perf_counter

STARTED = perf_counter()
"""When this process began to load the program: what ``ready <ms>`` counts from."""
