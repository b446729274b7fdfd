"""What systems tell each other of prepaid accounts (white paper 3.2.1): payments, balances, action without credit.

Amounts are whole hundred-thousandths of the currency unit. The nouns are this project's.
"""

from __future__ import annotations

from drivers.cim.payloads import Part, Reading
from drivers.cim.vocabulary import WithoutCredit


class Payment(Part, frozen=True):
    """An amount that a customer has paid in for ``meter``. ``payment`` is its id: it counts once."""

    payment: str
    meter: str
    amount: int


class GetPrepayments(Part, frozen=True):
    """The prepaid accounts of these meters."""

    meters: tuple[str, ...]


class PrepaidBalance(Part, frozen=True):
    """The account of a meter as the meter has it: credit, for how long it lasts (s), what is done without it.

    ``payment``: the one that this answers. ``output_state``, ``control_state`` and ``auxiliary_state`` are what the
    meter says of its switch and of the relay of the circuits that are not critical.
    """

    meter: str
    credit: int
    remaining: int
    action: WithoutCredit
    limit: int
    output_state: bool
    control_state: int
    auxiliary_state: bool
    time_stamp: str
    payment: str = ""
    readings: tuple[Reading, ...] = ()


class PrepaymentAction(Part, frozen=True):
    """What ``meter`` is to do without credit; ``limit``: the power (W) that it then allows, for a limit of demand."""

    meter: str
    action: WithoutCredit
    limit: int = 0
