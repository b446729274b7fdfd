"""SunSpec's refusals and labels in the words of a DER."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drivers.der import DerIdentity, SettingPendingError, SettingRefusedError, UnsupportedFunctionError
from drivers.modbus.codes import FunctionCode
from drivers.sunspec.errors import (
    CurvePendingError,
    CurveRefusedError,
    CurveSpaceError,
    MissingModelError,
    NotImplementedPointError,
    RefusedError,
)
from drivers.sunspec.model import Model


@contextmanager
def der_words(what: str) -> Iterator[None]:
    """Raise what SunSpec refuses within as `drivers.der.DerError`; ``what`` begins the message."""
    try:
        yield
    except RefusedError as error:
        if not FunctionCode(error.function).writes:
            raise
        raise SettingRefusedError(f"{what}: {error}") from error
    except CurveRefusedError as error:
        raise SettingRefusedError(f"{what}: {error}") from error
    except CurvePendingError as error:
        raise SettingPendingError(f"{what}: {error}") from error
    except (CurveSpaceError, MissingModelError, NotImplementedPointError) as error:
        raise UnsupportedFunctionError(f"{what}: {error}") from error


def identity_of(common: Model) -> DerIdentity:
    """What model 1 says."""
    return DerIdentity(*(common.text(path) for path in ("Mn", "Md", "SN", "Vr", "Opt")))
