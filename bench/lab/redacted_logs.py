"""Logs without secrets: drivers, and the libraries below them, log what they send and what went wrong."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any


@contextmanager
def redacted_logs(redact: Callable[[str], str]) -> Iterator[None]:
    """Within the block every log record of this process, with its traceback, passes ``redact`` as it is made.

    So no handler, whoever has installed it (Robot, pytest, a user), gets to see a secret.
    """
    make = logging.getLogRecordFactory()

    def make_redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        with suppress(TypeError, ValueError):  # arguments that do not fit: the handler says so
            record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
        return record

    logging.setLogRecordFactory(make_redacted)
    try:
        yield
    finally:
        if logging.getLogRecordFactory() is make_redacted:
            logging.setLogRecordFactory(make)
