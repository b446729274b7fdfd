"""Serial ports of this machine: which there are, what kind a port is, who holds it, and why it cannot be
opened."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from serial.tools import list_ports

from drivers.transport.base import CannotOpenError

_UNIX98_SLAVES = range(136, 144)  # device numbers, Linux Documentation/admin-guide/devices.txt


class PortKind(Enum):
    """What stands behind a serial URL."""

    DEVICE = "device"
    PTY = "pty"
    SOCKET = "socket"
    RFC2217 = "rfc2217"
    LOOP = "loop"
    OTHER = "other"


def kind_of(port: str) -> PortKind:
    """The kind of ``port``, a device path or a pyserial URL."""
    if "://" in port:
        scheme = port.partition("://")[0].lower()
        return {
            "socket": PortKind.SOCKET,
            "rfc2217": PortKind.RFC2217,
            "loop": PortKind.LOOP,
        }.get(scheme, PortKind.OTHER)
    try:
        status = os.stat(port)
    except OSError:
        return PortKind.DEVICE
    is_pty = stat.S_ISCHR(status.st_mode) and os.major(status.st_rdev) in _UNIX98_SLAVES
    return PortKind.PTY if is_pty else PortKind.DEVICE


def slave_path(port: str) -> str:
    """The path of a pty itself, where ``port`` may be a link to it."""
    return os.path.realpath(port)


def available_ports() -> list[str]:
    """Paths of the serial ports that this machine has, each with what is known of the hardware."""
    return sorted(
        port.device if port.description in ("n/a", "", None) else f"{port.device} ({port.description})"
        for port in list_ports.comports()
    )


def explain_open_error(port: str, error: Exception) -> CannotOpenError:
    """From what pyserial or the system raised to an error that says what to do."""
    code = _errno(error)
    if code == errno.ENOENT:
        present = available_ports()
        there = (
            "ports of this machine: " + ", ".join(present) if present else "this machine has no serial port at present"
        )
        return CannotOpenError(f"{port} does not exist; {there}")
    if code == errno.EACCES:
        return CannotOpenError(
            f"no permission for {port}{_owner(port)}: join the group that owns it (on Debian: "
            "sudo usermod -aG dialout $USER) and log in again"
        )
    if code in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY):
        return CannotOpenError(f"{port} is in use by {_holder(port)}; close it there first")
    if code == errno.ECONNREFUSED:
        return CannotOpenError(
            f"{port} refused the connection: nobody listens there; start the server or check the port"
        )
    if code in (errno.EIO, errno.ENXIO, errno.ENODEV):
        return CannotOpenError(f"{port} exists, but no hardware answers behind it: is the adapter plugged in?")
    if code in (errno.ENOTTY, errno.EISDIR, errno.EINVAL):
        return CannotOpenError(f"{port} is no serial port ({os.strerror(code)})")
    return CannotOpenError(f"{port} cannot be opened: {error}")


def _errno(error: Exception) -> int | None:
    if isinstance(error, OSError) and error.errno:
        return error.errno
    # pyserial wraps some errors in text only: "[Errno 111] Connection refused", "(25, 'Inappropriate ioctl ...')"
    match = re.search(r"(?:\[Errno |\()(\d+)[\],]", str(error))
    return int(match[1]) if match else None


def _owner(port: str) -> str:
    path = Path(port)
    try:
        return f" (owner {path.owner()}, group {path.group()})"
    except (OSError, KeyError):
        return ""


def _holder(port: str) -> str:
    holders = sorted(set(_lock_holders(port)))
    if not holders:
        return "another program"
    return ", ".join("this process" if pid == os.getpid() else f"{_command(pid)} (process {pid})" for pid in holders)


def _lock_holders(port: str) -> Iterator[int]:
    """Processes that have locked ``port`` (flock), from /proc/locks."""
    try:
        status = os.stat(port)
        lines = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return
    wanted = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    for line in lines:
        fields = line.split()
        if len(fields) > 5 and fields[1] == "FLOCK" and fields[5] == wanted and int(fields[4]) > 0:
            yield int(fields[4])


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "a program"
