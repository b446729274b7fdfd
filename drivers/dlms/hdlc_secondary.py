"""The server's end of an HDLC connection as a state machine without I/O (IEC 62056-46, 6.4.4: unbalanced, NRM).

One `HdlcSecondary` serves one pair of addresses; who has several clients has several of them. Frames go in by
`receive`, events come out of it. The layer above answers a `MessageReceived` with `send` or `nothing`; until then
the poll is held, so that the answer goes out as soon as it is there. Time is the owner's affair.
"""

from __future__ import annotations

from drivers.dlms.hdlc_address import ServerAddress
from drivers.dlms.hdlc_events import (
    Connected,
    DatagramReceived,
    Disconnected,
    Event,
    Malformed,
    MessageReceived,
    Repeated,
)
from drivers.dlms.hdlc_frame import POLL_FINAL, Frame, FrameError, Kind, i_control, s_control
from drivers.dlms.hdlc_parameters import LARGEST, HdlcParameters, decode_parameters
from drivers.dlms.hdlc_window import COMMAND_LLC, RESPONSE_LLC, MessageTooLongError, ReceiveWindow, SendWindow

_REJECT_UNDEFINED = 0x01  # W: control field not defined
_REJECT_TOO_LONG = 0x04  # Y: information longer than agreed
_REJECT_NUMBER = 0x08  # Z: N(R) acknowledges what was not sent


class HdlcSecondary:
    """The connection of ``client`` to ``server`` (encoded addresses); ``limits`` bound the negotiation."""

    __slots__ = (
        "_client",
        "_limits",
        "_outgoing",
        "_owed",
        "_poll_held",
        "_receive",
        "_rejected",
        "_send",
        "_server",
        "connected",
        "parameters",
    )

    def __init__(self, client: bytes, server: bytes, limits: HdlcParameters = LARGEST) -> None:
        self.connected = False
        self.parameters = HdlcParameters()
        self._client = client
        self._server = server
        self._limits = limits
        self._outgoing: list[bytes] = []
        self._reset()

    def _reset(self) -> None:
        self._send = SendWindow(self.parameters.window_tx)
        self._receive = ReceiveWindow()
        self._poll_held = False
        self._owed = 0
        self._rejected: bytes | None = None
        self._outgoing.clear()

    # -- what the layer above wants ------------------------------------------------------------------------------

    def send(self, *messages: bytes) -> None:
        """Answer a message, with one or several. Nothing happens when the connection is gone."""
        if not self.connected:
            return
        self._owed = max(0, self._owed - 1)
        for message in messages:
            self._send.queue(RESPONSE_LLC + message, self.parameters.information_tx)
        self._answer_poll()

    def nothing(self) -> None:
        """The message that was received has no answer."""
        self._owed = max(0, self._owed - 1)
        if self.connected and not self._owed:
            self._answer_poll()

    def send_datagram(self, message: bytes) -> None:
        """Send a message in a UI frame (F = 0)."""
        self._outgoing.append(Frame(self._client, self._server, Kind.UI, RESPONSE_LLC + message).content())

    def drop(self) -> None:
        """Leave NRM without a word: inactivity time-out, power cut."""
        self.connected = False
        self.parameters = HdlcParameters()
        self._reset()

    def outgoing(self) -> list[bytes]:
        """Contents to be sent now."""
        if not self._outgoing:
            return []
        ready, self._outgoing = self._outgoing, []
        return ready

    # -- what arrives --------------------------------------------------------------------------------------------

    def receive(self, frame: Frame) -> list[Event]:
        """Take one frame whose addresses are those of this connection (a UI frame may be to everybody)."""
        kind = frame.kind
        if kind is Kind.SNRM:
            return self._set_mode(frame)
        if kind is Kind.UI:
            return self._datagram(frame)
        if not self.connected:
            if frame.poll_final:
                self._say(Kind.DM)
            return []
        if kind is Kind.DISC:
            self.drop()
            self._say(Kind.UA)
            return [Disconnected(by_peer=True)]
        if self._rejected is not None:
            if frame.poll_final:
                self._say(Kind.FRMR, self._rejected)
            return []
        if kind in (Kind.I, Kind.RR, Kind.RNR, Kind.REJ):
            return self._numbered(frame)
        return self._reject(frame, _REJECT_UNDEFINED, f"control field {frame.control:#04x} from a primary")

    def _set_mode(self, frame: Frame) -> list[Event]:
        try:
            proposal = decode_parameters(frame.information)
        except FrameError as error:
            return [Malformed(str(error))]
        again = self.connected
        self.parameters = self._limits.agree(proposal)
        self.connected = True
        self._reset()
        self._say(Kind.UA, self.parameters.encode())
        return [Connected(self.parameters, again)]

    def _datagram(self, frame: Frame) -> list[Event]:
        if frame.information[:3] != COMMAND_LLC:
            return [Malformed("UI frame without the LLC header of a client")]
        broadcast = ServerAddress.decode(frame.destination).is_broadcast
        return [DatagramReceived(frame.information[3:], broadcast)]

    def _numbered(self, frame: Frame) -> list[Event]:
        if not self._send.acknowledge(frame.received_number):
            return self._reject(frame, _REJECT_NUMBER, "N(R) acknowledges what was not sent")
        events: list[Event] = []
        if frame.kind is Kind.I:
            if len(frame.information) > self.parameters.information_rx:
                return self._reject(frame, _REJECT_TOO_LONG, "information longer than agreed")
            events = self._information(frame)
        if frame.poll_final and self._rejected is None:
            self._poll_held = True
            if frame.kind is Kind.RNR:
                self._supervisory()
            elif not self._owed or self._send.rewind():
                self._answer_poll()
        return events

    def _information(self, frame: Frame) -> list[Event]:
        if frame.sent_number != self._receive.next_number:
            again = frame.sent_number == (self._receive.next_number - 1) & 7
            return [Repeated()] if again else []
        try:
            message = self._receive.take(frame.sent_number, frame.information, frame.segmented)
        except MessageTooLongError:
            return self._reject(frame, _REJECT_TOO_LONG, "segments without an end")
        if message is None:
            return []
        if message[:3] != COMMAND_LLC:
            return [Malformed("message without the LLC header of a client")]
        self._owed += 1
        return [MessageReceived(message[3:])]

    # -- what is said --------------------------------------------------------------------------------------------

    def _answer_poll(self) -> None:
        """Give the turn back: with what waits to be sent, or with RR."""
        if not self._poll_held:
            return
        self._send.rewind()
        burst = self._send.burst()
        if not burst:
            self._supervisory()
            return
        for index, (number, segment) in enumerate(burst):
            control = i_control(number, self._receive.next_number, index == len(burst) - 1)
            self._outgoing.append(Frame(self._client, self._server, control, segment.data, segment.more).content())
        self._poll_held = False

    def _supervisory(self) -> None:
        self._say(s_control(Kind.RR, self._receive.next_number, True) & ~POLL_FINAL)
        self._poll_held = False

    def _reject(self, frame: Frame, reason: int, why: str) -> list[Event]:
        """FRMR (IEC 62056-46, 6.4.3.9): until the next SNRM or DISC nothing else is said."""
        numbers = self._receive.next_number << 5 | self._send.next_number << 1
        self._rejected = bytes((frame.control, numbers, reason))
        if frame.poll_final:
            self._say(Kind.FRMR, self._rejected)
        return [Malformed(why)]

    def _say(self, control: int, information: bytes = b"") -> None:
        content = Frame(self._client, self._server, control | POLL_FINAL, information).content()
        self._outgoing.append(content)
