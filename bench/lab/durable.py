"""Files that survive a crash: whole before or whole after, never half."""

from __future__ import annotations

import os
from pathlib import Path


def replace_durably(path: Path, data: bytes, mode: int = 0o600, *, synced: bool = True) -> None:
    """Write ``data`` to ``path`` so that a crash at any moment leaves the old content or the new one.

    The new content is synced before it takes the name, and the folder after it; not ``synced``, that holds for a crash
    of this process, not for one of the machine. Raises OSError.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if synced:
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if not synced:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def state_folder() -> Path:
    """``$XDG_STATE_HOME/amibench``, by default ``~/.local/state/amibench`` (XDG Base Directory Specification)."""
    given = os.environ.get("XDG_STATE_HOME", "")
    base = Path(given) if given.startswith("/") else Path.home() / ".local" / "state"
    return base / "amibench"
