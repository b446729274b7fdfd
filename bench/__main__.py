"""Where the command ``amibench`` begins, also as ``python -m bench``: Ctrl-C ends it in order from the first moment."""

from __future__ import annotations

import sys

from bench.exit_status import INTERRUPTED


def main() -> None:
    """Load the command and run it."""
    try:
        from bench.cli import main as command  # loading takes most of a second, in which somebody may press Ctrl-C

        command()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
