"""What can be wrong with a SunSpec map or with what is asked of it. Each message says where and what to do.

Addresses are those on the wire, from 0. A refusal of a request is a `drivers.modbus.errors.ModbusExceptionError` too;
silence is the transport's.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.modbus.errors import ModbusExceptionError


class SunSpecError(Exception):
    """Base of everything that is found wrong here."""


class DefinitionError(SunSpecError):
    """A model definition cannot be read, or there is none of that model."""


class ValueRangeError(SunSpecError, ValueError):
    """A value cannot be written into its point: wrong type, out of range, finer than the scale factor."""


class UnknownPointError(SunSpecError, KeyError):
    """A name that is none of the model's."""

    def __str__(self) -> str:
        return str(self.args[0])


class ReadOnlyPointError(SunSpecError):
    """The model's definition lets nobody write this point."""


class DeviceError(SunSpecError):
    """Something is wrong with the device, or it does not have what was asked for."""


# -- the map --------------------------------------------------------------------------------------------------------


class MapError(DeviceError):
    """The map breaks a rule of its structure. ``address`` is where; ``model`` the last model that was in order."""

    def __init__(self, message: str, address: int, model: int | None = None) -> None:
        super().__init__(message)
        self.address = address
        self.model = model


class NoMapError(MapError):
    """No ``SunS`` at any of the addresses where a map may begin. ``tried`` says what was found at each."""

    def __init__(self, tried: Sequence[tuple[int, str]]) -> None:
        found = "; ".join(f"at {address}: {what}" for address, what in tried)
        super().__init__(
            f"no SunSpec map ({found}); check the unit id, and give the base address where the device has another",
            tried[0][0] if tried else 0,
        )
        self.tried = tuple(tried)


class TruncatedMapError(MapError):
    """The map stops before its end model (0xFFFF): the device refuses the next header, or the registers of a model."""


class WildMapError(MapError):
    """What stands where a model's header should be cannot be one, or the map does not come to an end."""


class ModelLengthError(MapError):
    """A model's L is not the length that its definition and counts come to."""


class RefusedError(MapError, ModbusExceptionError):
    """The device answered a read or a write of the map with a Modbus exception; ``code`` is its code."""

    def __init__(self, message: str, address: int, model: int | None, function: int, code: int) -> None:
        Exception.__init__(self, message)  # the bases' own words are others
        self.address, self.model = address, model
        self.function, self.code = function, code


class DeadlineError(DeviceError):
    """The map was not read to its end in time."""


class MissingModelError(DeviceError):
    """The device does not have a model that is needed."""

    def __init__(self, models: Sequence[int], present: Sequence[int]) -> None:
        wanted = " or ".join(str(model) for model in models)
        super().__init__(f"the device has no model {wanted}; it has {', '.join(map(str, present)) or 'none'}")
        self.models = tuple(models)


# -- values ---------------------------------------------------------------------------------------------------------


class ScaleFactorError(DeviceError):
    """A point has a value, and its scale factor is not implemented or out of -10 to 10."""


class NotImplementedPointError(DeviceError):
    """A point that is needed holds the value for *not implemented*."""


# -- curves ---------------------------------------------------------------------------------------------------------


class CurveError(DeviceError):
    """Something about curves of a model. ``model`` is its id, ``address`` where it begins."""

    def __init__(self, message: str, model: int, address: int) -> None:
        super().__init__(message)
        self.model = model
        self.address = address


class CurveSpaceError(CurveError):
    """No writable curve, or fewer points than are needed."""


class CurveRefusedError(CurveError):
    """The device answered the request to adopt with FAILED."""


class CurvePendingError(CurveError):
    """The device did not finish adopting in time."""
