"""What is logged shows no secret, to no handler, with or without a traceback."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bench.lab.redacted_logs import redacted_logs
from bench.lab.secrets import SecretStore

PLANTED = b"hunter2hunter2"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    logger = logging.getLogger("drivers.planted")
    logger.propagate = False
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def store() -> SecretStore:
    store = SecretStore()
    store.remember(PLANTED)
    return store


def test_message_arguments_and_traceback(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    with redacted_logs(store().redact):
        logger.warning("sent %s as %r", PLANTED.hex(), PLANTED)
        try:
            raise ValueError(f"wrong: {PLANTED.decode()}")
        except ValueError:
            logger.exception("no answer")
    lines = written.getvalue()
    assert PLANTED.decode() not in lines
    assert PLANTED.hex() not in lines
    assert "sent *** as b'***'" in lines
    assert "Traceback" in lines
    assert "ValueError: wrong: ***" in lines


def test_only_within_the_block(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    with redacted_logs(store().redact):
        pass
    logger.warning("it is %s", PLANTED.decode())
    assert PLANTED.decode() in written.getvalue()


def test_errors_and_what_led_to_them_are_redacted() -> None:
    error = RuntimeError(f"log-on failed with {PLANTED.decode()}", 7)
    error.__cause__ = KeyError(PLANTED.hex())
    error.__cause__.__context__ = error
    store().redact_error(error)
    assert error.args == ("log-on failed with ***", 7)
    assert error.__cause__.args == ("***",)
