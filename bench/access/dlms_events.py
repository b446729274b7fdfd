"""What a DLMS meter logs, as its device file declares it (PIXIT items ``event_table`` and ``event_logs``).

Event codes are companion-specific, so a probe asks for an event by what it means, and the device file says in which log
it stands under which code:

    [[pixit.event_table]]
    code = 62
    meaning = "remote_disconnection"
    log = "switch"

``log`` is a name of `drivers.dlms.object_names.ObjectNames.logs`; empty: the log that the event is about. Where a log
says who acted and what came of it, ``event_logs`` names these columns:

    [pixit.event_logs.switch]
    originator = "0.0.128.10.2.255"
    outcome = "0.0.128.11.2.255"

The meanings that probes ask for: ``power_down``, ``power_up``, ``clock_updated``, ``clock_adjusted_old``,
``clock_adjusted_new``, ``clock_invalid``, ``alarm_register_cleared``, ``error_register_cleared``, ``firmware_ready``,
``firmware_activated``, ``firmware_refused``, ``terminal_cover_opened``, ``cover_opened``, ``magnet_detected``,
``tilted``, ``login``, ``login_failed``, ``locked_out``, ``decryption_failed``, ``replay_refused``,
``configuration_changed``, ``key_changed``, ``ready_for_reconnection``, ``remote_disconnection``, ``remote_connection``,
``refused_load_side_live``, ``refused_dwell``, ``refused_by_mode``, ``order_set``, ``order_cancelled``, ``order_stale``,
``limit_exceeded``, ``limit_changed``, ``switch_failed``, ``manual_disconnection``, ``manual_connection``,
``local_disconnection``, ``local_reconnection``, ``switch_moved_uncommanded``, ``momentary_interruption``,
``log_cleared``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from bench.access.dlms_clients import ClientsError
from bench.lab.device import Device
from bench.lab.strict import Strict
from drivers.metering import LoggedEvent


class EventTable(Strict):
    """``[[pixit.event_table]]``: one kind of event."""

    code: int
    meaning: str
    log: str = ""


class EventLogTable(Strict):
    """``[pixit.event_logs.LOG]``: logical names of the columns that say who acted and what came of it, where there are
    such columns. ``done`` is what the latter holds for an action that was carried out."""

    originator: str = ""
    outcome: str = ""
    done: int = 0


@dataclass(frozen=True)
class DeclaredEvents:
    """The events and logs that the device file declares."""

    events: tuple[EventTable, ...]
    logs: Mapping[str, EventLogTable]

    def find(self, meaning: str) -> EventTable | None:
        """The event of that meaning, None when the device has none."""
        return next((event for event in self.events if event.meaning == meaning), None)

    def meaning_of(self, entry: LoggedEvent) -> str:
        """What an entry of a log means; its code where the device file does not say."""
        known = (event.meaning for event in self.events if event.code == entry.code and event.log in ("", entry.log))
        return next(known, f"code {entry.code}")

    def originator(self, entry: LoggedEvent) -> object | None:
        """Who acted, by the client SAP that the log names; None where it names nobody."""
        table = self.logs.get(entry.log)
        return entry.others.get(table.originator) if table is not None and table.originator else None

    def was_done(self, entry: LoggedEvent) -> bool | None:
        """Whether the entry says that the action was carried out; None where the log does not say."""
        table = self.logs.get(entry.log)
        if table is None or not table.outcome or table.outcome not in entry.others:
            return None
        return entry.others[table.outcome] == table.done


def declared_events(device: Device | None) -> DeclaredEvents:
    """The events that the device file declares. Raises ClientsError."""
    pixit: Mapping[str, object] = device.pixit if device is not None else {}
    events, logs = pixit.get("event_table", []), pixit.get("event_logs", {})
    assert isinstance(events, list)
    assert isinstance(logs, Mapping)
    try:
        return DeclaredEvents(
            tuple(EventTable.model_validate(entry) for entry in events),
            {name: EventLogTable.model_validate(table) for name, table in logs.items()},
        )
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise ClientsError(f"pixit.event_table or pixit.event_logs: {wrong}") from None
