"""Negotiation of HDLC parameters in SNRM and UA (IEC 62056-46, 6.4.4.4.3; ISO/IEC 13239, 5.5.3.1.2).

The information field of both frames: format 0x81, group 0x80, length, then parameters as (id, length, value).
What a frame does not name has its default: 128 bytes of information, window 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.hdlc_frame import FrameError

MAX_INFORMATION = 2030
MIN_INFORMATION = 16
"""Below this a frame carries hardly more than itself; a smaller proposal is taken as this. A choice of ours."""
DEFAULT_INFORMATION = 128
MAX_WINDOW = 7

_FORMAT, _GROUP = 0x81, 0x80
_INFORMATION_TX, _INFORMATION_RX, _WINDOW_TX, _WINDOW_RX = 5, 6, 7, 8


@dataclass(frozen=True, slots=True)
class HdlcParameters:
    """Limits of one end as it sees them: bytes of information a frame (16..2030) and frames a window (1..7)."""

    information_tx: int = DEFAULT_INFORMATION
    information_rx: int = DEFAULT_INFORMATION
    window_tx: int = 1
    window_rx: int = 1

    def __post_init__(self) -> None:
        for size in (self.information_tx, self.information_rx):
            if not MIN_INFORMATION <= size <= MAX_INFORMATION:
                raise ValueError(f"information field of {size} bytes: must be {MIN_INFORMATION}..{MAX_INFORMATION}")
        for window in (self.window_tx, self.window_rx):
            if not 1 <= window <= MAX_WINDOW:
                raise ValueError(f"window of {window} frames: must be 1..{MAX_WINDOW}")

    def encode(self) -> bytes:
        """The information field that proposes or confirms these parameters."""
        body = b"".join(
            (
                _size(_INFORMATION_TX, self.information_tx),
                _size(_INFORMATION_RX, self.information_rx),
                bytes((_WINDOW_TX, 4, 0, 0, 0, self.window_tx)),
                bytes((_WINDOW_RX, 4, 0, 0, 0, self.window_rx)),
            )
        )
        return bytes((_FORMAT, _GROUP, len(body))) + body

    def agree(self, proposal: HdlcParameters) -> HdlcParameters:
        """What holds at this end when the other proposes ``proposal`` (its tx is our rx): the smaller of each."""
        return HdlcParameters(
            information_tx=min(self.information_tx, proposal.information_rx),
            information_rx=min(self.information_rx, proposal.information_tx),
            window_tx=min(self.window_tx, proposal.window_rx),
            window_rx=min(self.window_rx, proposal.window_tx),
        )


LARGEST = HdlcParameters(MAX_INFORMATION, MAX_INFORMATION, MAX_WINDOW, MAX_WINDOW)


def _size(identifier: int, value: int) -> bytes:
    width = 1 if value < 0x100 else 2
    return bytes((identifier, width)) + value.to_bytes(width, "big")


def decode_parameters(information: bytes) -> HdlcParameters:
    """From the information field of SNRM or UA (empty: defaults). Values out of range are brought into it.

    Raises FrameError when the field is no parameter group. A group of user data (0xF0) is passed over.
    """
    if not information:
        return HdlcParameters()
    if len(information) < 3 or information[0] != _FORMAT or information[1] != _GROUP:
        raise FrameError("parameter field does not begin with 81 80")
    body = information[3 : 3 + information[2]]
    if len(body) != information[2]:
        raise FrameError("parameter group shorter than its length says")
    values: dict[int, int] = {}
    position = 0
    while position < len(body):
        if position + 2 > len(body) or not 1 <= body[position + 1] <= 4:
            raise FrameError("parameter without a value")
        end = position + 2 + body[position + 1]
        if end > len(body):
            raise FrameError("parameter value runs over the group")
        values[body[position]] = int.from_bytes(body[position + 2 : end], "big")
        position = end
    return HdlcParameters(
        information_tx=_in_range(values.get(_INFORMATION_TX, DEFAULT_INFORMATION), MIN_INFORMATION, MAX_INFORMATION),
        information_rx=_in_range(values.get(_INFORMATION_RX, DEFAULT_INFORMATION), MIN_INFORMATION, MAX_INFORMATION),
        window_tx=_in_range(values.get(_WINDOW_TX, 1), 1, MAX_WINDOW),
        window_rx=_in_range(values.get(_WINDOW_RX, 1), 1, MAX_WINDOW),
    )


def _in_range(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))
