"""The client's end of an HDLC connection as a state machine without I/O (IEC 62056-46, 6.4.4: unbalanced, NRM).

Contents of frames (`drivers.dlms.hdlc_frame`) go in by `receive`, events come out of it; contents to be sent come
out of `outgoing`. The primary has the *turn* until it sends a frame with the P bit, and again when one with the F
bit arrives. Time is its owner's affair: `time_out` says that the answer did not come.
"""

from __future__ import annotations

from enum import Enum

from drivers.dlms.hdlc_address import client_address
from drivers.dlms.hdlc_events import (
    Connected,
    DatagramReceived,
    Disconnected,
    Event,
    FrameRejected,
    Malformed,
    MessageReceived,
    PeerNotReady,
)
from drivers.dlms.hdlc_frame import POLL_FINAL, Frame, FrameError, Kind, i_control, parse, s_control
from drivers.dlms.hdlc_parameters import LARGEST, HdlcParameters, decode_parameters
from drivers.dlms.hdlc_window import COMMAND_LLC, RESPONSE_LLC, MessageTooLongError, ReceiveWindow, SendWindow


class PrimaryState(Enum):
    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTING = "disconnecting"


class HdlcPrimary:
    """One connection from ``client_sap`` to ``server_address`` (encoded). ``proposal`` is what the SNRM asks for.

    ``proposal=None`` sends an SNRM without parameters: 128 bytes, window 1.
    """

    def __init__(self, client_sap: int, server_address: bytes, proposal: HdlcParameters | None = LARGEST) -> None:
        self.state = PrimaryState.DISCONNECTED
        self.parameters = HdlcParameters()
        self.awaiting = False
        """A message was sent whose answer has not arrived."""
        self._proposal = proposal
        self._own = client_address(client_sap)
        self._server = server_address
        self._outgoing: list[bytes] = []
        self._turn = True
        self._send = SendWindow(1)
        self._receive = ReceiveWindow()

    @property
    def in_message(self) -> bool:
        """Some segments of a message have arrived, and not its last."""
        return self._receive.in_message

    # -- what the layer above wants ------------------------------------------------------------------------------

    def connect(self) -> None:
        """Queue the SNRM; `Connected` or `Disconnected` follows."""
        self.state = PrimaryState.CONNECTING
        self._outgoing.clear()
        self._say_mode()

    def disconnect(self) -> None:
        """Queue the DISC; `Disconnected` follows."""
        self.state = PrimaryState.DISCONNECTING
        self._outgoing.clear()
        self._say_mode()

    def send(self, message: bytes) -> None:
        """Queue a message. RuntimeError when not connected."""
        if self.state is not PrimaryState.CONNECTED:
            raise RuntimeError("the HDLC connection is not open")
        self._send.queue(COMMAND_LLC + message, self.parameters.information_tx)
        self.awaiting = True
        if self._turn:
            self._speak()

    def send_datagram(self, message: bytes) -> None:
        """Queue a message in a UI frame, which nobody acknowledges."""
        self._outgoing.append(self._frame(Kind.UI, COMMAND_LLC + message))

    def poll(self) -> None:
        """Ask for more after `PeerNotReady`."""
        if self.state is PrimaryState.CONNECTED and self._turn:
            self._speak()

    def time_out(self) -> None:
        """The answer did not come: ask again. A message is never sent twice unless the server says it lacks it."""
        if self.state in (PrimaryState.CONNECTING, PrimaryState.DISCONNECTING):
            self._say_mode()
        elif self.state is PrimaryState.CONNECTED:
            self._turn = False
            self._outgoing.append(self._supervisory())

    def give_up(self) -> None:
        """Stop waiting for an answer; the next message may be sent at once."""
        self._turn = True
        self.awaiting = False

    def outgoing(self) -> list[bytes]:
        """Contents to be sent now."""
        ready, self._outgoing = self._outgoing, []
        return ready

    # -- what arrives --------------------------------------------------------------------------------------------

    def receive(self, content: bytes) -> list[Event]:
        """Take one frame. Frames that are not for this connection are passed over."""
        try:
            frame = parse(content)
        except FrameError as error:
            return [Malformed(str(error))]
        if frame.destination != self._own or frame.source != self._server:
            return []
        match frame.kind:
            case Kind.UA:
                return self._accepted(frame)
            case Kind.DM:
                return self._gone(by_peer=self.state is not PrimaryState.DISCONNECTING)
            case Kind.FRMR:
                self._turn = True
                self.state = PrimaryState.DISCONNECTED
                return [FrameRejected(frame.information)]
            case Kind.UI:
                return self._datagram(frame)
            case Kind.I | Kind.RR | Kind.RNR | Kind.REJ:
                return self._numbered(frame) if self.state is PrimaryState.CONNECTED else []
        return [Malformed(f"control field {frame.control:#04x} from a secondary")]

    def _accepted(self, frame: Frame) -> list[Event]:
        if self.state is PrimaryState.DISCONNECTING:
            return self._gone(by_peer=False)
        if self.state is not PrimaryState.CONNECTING:
            return []
        try:
            answer = decode_parameters(frame.information)
        except FrameError as error:
            return [Malformed(str(error))]
        self.parameters = (self._proposal or HdlcParameters()).agree(answer)
        self._send = SendWindow(self.parameters.window_tx)
        self._receive = ReceiveWindow()
        self.state = PrimaryState.CONNECTED
        self.awaiting = False
        self._turn = True
        return [Connected(self.parameters)]

    def _gone(self, by_peer: bool) -> list[Event]:
        if self.state is PrimaryState.DISCONNECTED:
            return []
        self.state = PrimaryState.DISCONNECTED
        self._turn = True
        self.awaiting = False
        return [Disconnected(by_peer)]

    def _datagram(self, frame: Frame) -> list[Event]:
        if frame.poll_final:
            self._turn = True
        if frame.information[:3] != RESPONSE_LLC:
            return [Malformed("UI frame without the LLC header of a server")]
        return [DatagramReceived(frame.information[3:])]

    def _numbered(self, frame: Frame) -> list[Event]:
        if not self._send.acknowledge(frame.received_number):
            return [Malformed(f"N(R) {frame.received_number} acknowledges what was not sent")]
        events: list[Event] = []
        if frame.kind is Kind.I:
            events = self._information(frame)
        if frame.poll_final:
            self._turn = True
            events += self._take_turn(frame.kind)
        return events

    def _information(self, frame: Frame) -> list[Event]:
        if frame.sent_number != self._receive.next_number:
            return []
        try:
            message = self._receive.take(frame.sent_number, frame.information, frame.segmented)
        except MessageTooLongError:
            return [Malformed("segments without an end")]
        if message is None:
            return []
        if message[:3] != RESPONSE_LLC:
            return [Malformed("message without the LLC header of a server")]
        self.awaiting = False
        return [MessageReceived(message[3:])]

    def _take_turn(self, kind: Kind) -> list[Event]:
        """The secondary has ended its burst: repeat what it lacks, send what waits, fetch what it still has."""
        if kind is Kind.RNR:
            return [PeerNotReady()]
        self._send.rewind()
        if self._send.has_unsent or self._receive.in_message or (self.awaiting and kind is Kind.I):
            self._speak()
            return []
        return [PeerNotReady()] if self.awaiting else []

    # -- what is said --------------------------------------------------------------------------------------------

    def _speak(self) -> None:
        burst = self._send.burst()
        for index, (number, segment) in enumerate(burst):
            last = index == len(burst) - 1
            control = i_control(number, self._receive.next_number, last)
            self._outgoing.append(Frame(self._server, self._own, control, segment.data, segment.more).content())
        if not burst:
            self._outgoing.append(self._supervisory())
        self._turn = False

    def _supervisory(self) -> bytes:
        return Frame(self._server, self._own, s_control(Kind.RR, self._receive.next_number, True)).content()

    def _say_mode(self) -> None:
        if self.state is PrimaryState.DISCONNECTING:
            self._outgoing.append(self._frame(Kind.DISC | POLL_FINAL))
        else:
            self._outgoing.append(
                self._frame(Kind.SNRM | POLL_FINAL, self._proposal.encode() if self._proposal else b"")
            )
        self._turn = False

    def _frame(self, control: int, information: bytes = b"") -> bytes:
        return Frame(self._server, self._own, control, information).content()
