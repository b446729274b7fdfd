"""Both ends of an HDLC connection, frame by frame: negotiation, segments, windows, losses, refusals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.dlms.hdlc import (
    LARGEST,
    Connected,
    DatagramReceived,
    Disconnected,
    Event,
    Frame,
    FrameRejected,
    HdlcParameters,
    HdlcPrimary,
    HdlcSecondary,
    Kind,
    Malformed,
    MessageReceived,
    PeerNotReady,
    PrimaryState,
    Repeated,
    ServerAddress,
    client_address,
    parse,
)

SERVER = ServerAddress(1, 17)
CLIENT = client_address(16)


class Line:
    """Carries contents between a primary and a secondary that answers each message with ``answer(message)``."""

    def __init__(
        self,
        proposal: HdlcParameters | None = LARGEST,
        limits: HdlcParameters = LARGEST,
        answer: Callable[[bytes], bytes | None] = lambda message: b"re: " + message,
        keep: Callable[[], bool] = lambda: True,
    ) -> None:
        self.primary = HdlcPrimary(16, SERVER.encode(), proposal)
        self.secondary = HdlcSecondary(CLIENT, SERVER.encode(), limits)
        self.answer = answer
        self.keep = keep
        self.at_primary: list[Event] = []
        self.at_secondary: list[Event] = []
        self.frames: list[Frame] = []

    def run(self) -> None:
        """Until nobody has anything to say."""
        while True:
            down = [content for content in self.primary.outgoing() if self.keep()]
            for content in down:
                self.frames.append(parse(content))
                for event in self.secondary.receive(parse(content)):
                    self.at_secondary.append(event)
                    if isinstance(event, MessageReceived):
                        answer = self.answer(event.message)
                        if answer is None:
                            self.secondary.nothing()
                        else:
                            self.secondary.send(answer)
            up = [content for content in self.secondary.outgoing() if self.keep()]
            for content in up:
                self.frames.append(parse(content))
                self.at_primary += self.primary.receive(content)
            if not down and not up:
                return

    def connect(self) -> Line:
        self.primary.connect()
        self.run()
        return self

    def exchange(self, message: bytes) -> list[bytes]:
        self.primary.send(message)
        self.run()
        return self.received()

    def received(self) -> list[bytes]:
        return [event.message for event in self.at_primary if isinstance(event, MessageReceived)]


def test_snrm_and_ua_agree_on_the_smaller_parameters() -> None:
    line = Line(limits=HdlcParameters(256, 512, 3, 4)).connect()
    assert line.at_primary == [Connected(HdlcParameters(512, 256, 4, 3))]
    assert line.secondary.parameters == HdlcParameters(256, 512, 3, 4)


def test_snrm_without_parameters_means_128_bytes_and_window_1() -> None:
    line = Line(proposal=None).connect()
    assert line.frames[0].information == b""
    assert line.primary.parameters == line.secondary.parameters == HdlcParameters()


def test_a_message_is_answered() -> None:
    assert Line().connect().exchange(b"hello") == [b"re: hello"]


def test_a_long_message_is_cut_into_segments_both_ways() -> None:
    line = Line(limits=HdlcParameters(128, 128, 1, 1)).connect()
    message = bytes(range(256)) * 4
    assert line.exchange(message) == [b"re: " + message]
    segments = [frame for frame in line.frames if frame.kind is Kind.I]
    assert max(len(frame.information) for frame in segments) == 128
    assert [frame.segmented for frame in segments if frame.source == CLIENT] == [True] * 8 + [False]


def test_a_window_of_seven_is_acknowledged_by_one_frame() -> None:
    line = Line(limits=HdlcParameters(100, 100, 7, 7)).connect()
    line.frames.clear()
    line.exchange(bytes(1400 - 3))
    answers = [frame for frame in line.frames if frame.kind is Kind.RR]
    assert len(answers) == 3  # one after the client's first window, two polls for the rest of the answer
    assert [frame.poll_final for frame in line.frames[:7]] == [False] * 6 + [True]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.booleans(), max_size=60),
    st.integers(0, 900),
    st.sampled_from([HdlcParameters(64, 64, 1, 1), HdlcParameters(64, 64, 3, 2), HdlcParameters(128, 128, 7, 7)]),
)
def test_whatever_frames_are_lost_each_message_arrives_once(
    losses: list[bool], size: int, limits: HdlcParameters
) -> None:
    line = Line(limits=limits).connect()
    pending = iter(losses)
    line.keep = lambda: not next(pending, False)
    messages = [bytes([number]) * size for number in range(3)]
    for count, message in enumerate(messages, 1):
        line.exchange(message)
        for _ in range(80):
            if len(line.received()) == count:
                break
            line.primary.time_out()
            line.run()
    assert line.received() == [b"re: " + message for message in messages]
    assert [event.message for event in line.at_secondary if isinstance(event, MessageReceived)] == messages


def test_a_duplicate_request_is_answered_again_and_not_delivered_again() -> None:
    line = Line().connect()
    line.primary.send(b"switch off")
    (request,) = line.primary.outgoing()
    for _ in range(2):
        for event in line.secondary.receive(parse(request)):
            line.at_secondary.append(event)
            line.secondary.send(b"done")
    answers = [parse(content) for content in line.secondary.outgoing()]
    assert line.at_secondary == [Connected(LARGEST), MessageReceived(b"switch off"), Repeated()]
    assert [answer.information for answer in answers] == [b"\xe6\xe7\x00done"] * 2
    assert [answer.sent_number for answer in answers] == [0, 0]


def test_a_poll_is_held_while_the_answer_is_being_made() -> None:
    line = Line().connect()
    line.primary.send(b"question")
    (request,) = line.primary.outgoing()
    line.secondary.receive(parse(request))
    line.primary.time_out()
    (poll,) = line.primary.outgoing()
    line.secondary.receive(parse(poll))
    assert line.secondary.outgoing() == []
    line.secondary.send(b"answer")
    assert [parse(content).kind for content in line.secondary.outgoing()] == [Kind.I]


def test_a_message_without_an_answer_gives_the_turn_back() -> None:
    line = Line(answer=lambda message: None).connect()
    assert line.exchange(b"unconfirmed") == []
    assert line.at_primary[-1] == PeerNotReady()


def test_disc_is_answered_by_ua_and_then_by_dm() -> None:
    line = Line().connect()
    line.primary.disconnect()
    line.run()
    assert line.at_primary[-1] == Disconnected(by_peer=False)
    assert line.at_secondary[-1] == Disconnected(by_peer=True)
    assert line.primary.state is PrimaryState.DISCONNECTED
    assert [parse(content).kind for content in _said(line.secondary, 0x53)] == [Kind.DM]


def _said(secondary: HdlcSecondary, control: int, information: bytes = b"", segmented: bool = False) -> list[bytes]:
    secondary.receive(Frame(SERVER.encode(), CLIENT, control, information, segmented))
    return secondary.outgoing()


def test_an_i_frame_before_snrm_is_answered_by_dm() -> None:
    secondary = HdlcSecondary(CLIENT, SERVER.encode())
    assert [parse(content).kind for content in _said(secondary, 0x10, b"\xe6\xe6\x00x")] == [Kind.DM]


def test_dm_is_reported_as_disconnected_by_the_peer() -> None:
    primary = HdlcPrimary(16, SERVER.encode())
    primary.connect()
    assert primary.receive(Frame(CLIENT, SERVER.encode(), 0x1F).content()) == [Disconnected(by_peer=True)]


def test_a_new_snrm_starts_the_connection_anew() -> None:
    line = Line().connect()
    line.exchange(b"hello")
    line.primary.connect()
    line.run()
    assert line.at_secondary[-1] == Connected(LARGEST, again=True)
    assert line.exchange(b"again")[-1] == b"re: again"


@pytest.mark.parametrize(
    ("control", "information", "reason"),
    [(0xB7, b"", 0x01), (0x10, bytes(200), 0x04), (0x71, b"", 0x08)],
    ids=["unknown control field", "information too long", "acknowledges what was not sent"],
)
def test_what_makes_no_sense_is_rejected_until_the_next_snrm(control: int, information: bytes, reason: int) -> None:
    secondary = HdlcSecondary(CLIENT, SERVER.encode(), HdlcParameters())
    _said(secondary, 0x93)
    (reject,) = _said(secondary, control, information)
    assert parse(reject).kind is Kind.FRMR
    assert parse(reject).information[0] == control
    assert parse(reject).information[2] == reason
    assert [parse(content).kind for content in _said(secondary, 0x11)] == [Kind.FRMR]
    assert [parse(content).kind for content in _said(secondary, 0x93)] == [Kind.UA]
    assert [parse(content).kind for content in _said(secondary, 0x11)] == [Kind.RR]


def test_frmr_ends_the_connection_at_the_primary() -> None:
    line = Line().connect()
    frmr = Frame(CLIENT, SERVER.encode(), 0x97, b"\x10\x00\x01").content()
    assert line.primary.receive(frmr) == [FrameRejected(b"\x10\x00\x01")]
    assert line.primary.state is PrimaryState.DISCONNECTED


def test_frames_of_other_stations_are_passed_over() -> None:
    line = Line().connect()
    line.primary.send(b"hello")
    line.primary.outgoing()
    for destination, source in ((client_address(17), SERVER.encode()), (CLIENT, ServerAddress(2, 17).encode())):
        assert line.primary.receive(Frame(destination, source, 0x30, b"\xe6\xe7\x00x").content()) == []


@pytest.mark.parametrize("llc", ["e6e700", "e7e700", "0000", ""])
def test_a_message_without_the_llc_header_of_a_client_is_not_delivered(llc: str) -> None:
    secondary = HdlcSecondary(CLIENT, SERVER.encode())
    _said(secondary, 0x93)
    events = secondary.receive(Frame(SERVER.encode(), CLIENT, 0x10, bytes.fromhex(llc) + b"\xc0"))
    assert [type(event) for event in events] == [Malformed]
    assert [parse(content).kind for content in secondary.outgoing()] == [Kind.RR]


def test_segments_without_an_end_are_rejected() -> None:
    secondary = HdlcSecondary(CLIENT, SERVER.encode())
    _said(secondary, 0x93)
    kinds: list[Kind] = []
    for number in range(40):
        control = (number & 7) << 1 | 0x10
        kinds += [parse(content).kind for content in _said(secondary, control, bytes(2030), segmented=True)]
    assert Kind.FRMR in kinds


def test_a_broken_snrm_is_ignored() -> None:
    secondary = HdlcSecondary(CLIENT, SERVER.encode())
    assert _said(secondary, 0x93, b"\x81\x80\xff") == []
    assert not secondary.connected


def test_rnr_is_answered_without_information() -> None:
    line = Line().connect()
    line.primary.send(b"hello")
    (request,) = line.primary.outgoing()
    line.secondary.receive(parse(request))
    line.secondary.send(b"answer")
    line.secondary.outgoing()
    assert [parse(content).kind for content in _said(line.secondary, 0x15)] == [Kind.RR]
    assert [parse(content).kind for content in _said(line.secondary, 0x11)] == [Kind.I]


def test_a_datagram_to_everybody_is_delivered_without_a_connection() -> None:
    everybody = ServerAddress(0x7F, 0x7F).encode()
    secondary = HdlcSecondary(CLIENT, SERVER.encode())
    (event,) = secondary.receive(Frame(everybody, CLIENT, Kind.UI, b"\xe6\xe6\x00set clock"))
    assert event == DatagramReceived(b"set clock", broadcast=True)
    assert secondary.outgoing() == []


def test_what_the_secondary_pushes_arrives_as_a_datagram() -> None:
    line = Line().connect()
    line.secondary.send_datagram(b"alarm")
    line.run()
    assert line.at_primary[-1] == DatagramReceived(b"alarm")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40), st.booleans()), max_size=30))
def test_no_sequence_of_frames_makes_a_secondary_raise(hostile: list[tuple[int, bytes, bool]]) -> None:
    secondary = HdlcSecondary(CLIENT, SERVER.encode(), HdlcParameters())
    _said(secondary, 0x93)
    for control, information, segmented in hostile:
        for content in _said(secondary, control, information, segmented):
            parse(content)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40), st.booleans()), max_size=30))
def test_no_sequence_of_frames_makes_a_primary_raise(hostile: list[tuple[int, bytes, bool]]) -> None:
    line = Line().connect()
    line.primary.send(b"hello")
    for control, information, segmented in hostile:
        line.primary.receive(Frame(CLIENT, SERVER.encode(), control, information, segmented).content())
        line.primary.time_out()
        line.primary.outgoing()
