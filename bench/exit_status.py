"""Exit statuses that shells know."""

INTERRUPTED = 130
"""After Ctrl-C or SIGTERM."""
