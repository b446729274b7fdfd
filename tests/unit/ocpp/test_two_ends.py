"""Our charge point and our CSMS, end to end over loopback."""

from __future__ import annotations

import pytest

from drivers.clock import FreeClock
from drivers.ocpp.charge_point import StationIdentity, connect
from drivers.ocpp.csms import Admission, CsmsServer
from drivers.ocpp.errors import CallRefusedError, UpgradeRefusedError
from drivers.ocpp.rpc import Call, CallError
from drivers.ocpp.versions import Version

PASSWORD = b"0123456789abcdef"


@pytest.mark.parametrize("version", list(Version))
async def test_calls_go_both_ways(version: Version) -> None:
    clock = FreeClock()
    csms = CsmsServer(clock, admission=Admission({"CP1": PASSWORD}))
    csms.open()

    def act(action: str, payload: object) -> dict[str, str]:
        return {"status": "Accepted"}

    try:
        who = StationIdentity("CP1", PASSWORD)
        station = await connect(csms.url, who, clock, versions=[version], handler=act)
        answer = await station.call("Heartbeat")
        there = await csms.connected("CP1")
        assert there is not None
        assert there.session.version is version
        assert "currentTime" in answer
        assert await there.call("ClearCache") == {"status": "Accepted"}
        refused = await station.exchange(Call("x-1", "Nonsense", {}))
        assert refused == CallError("x-1", "NotImplemented", f"no action 'Nonsense' in {version.value}")
        with pytest.raises(CallRefusedError, match=r"Violation|ProtocolError"):
            await station.call("StatusNotification", {"nothing": 1})
        await station.close()
        assert await there.session.ended(1.0)
    finally:
        await csms.close()


@pytest.mark.parametrize(
    "who", [StationIdentity("CP1"), StationIdentity("CP1", b"wrong"), StationIdentity("CP2", PASSWORD)]
)
async def test_a_wrong_password_is_refused(who: StationIdentity) -> None:
    clock = FreeClock()
    csms = CsmsServer(clock, admission=Admission({"CP1": PASSWORD}))
    csms.open()
    try:
        with pytest.raises(UpgradeRefusedError) as refused:
            await connect(csms.url, who, clock)
        assert refused.value.status == 401
        assert csms.attempts[-1].outcome == "401"
    finally:
        await csms.close()
