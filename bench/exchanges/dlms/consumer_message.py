"""3.5.4 on AMI-27 where the meter is itself the home's gateway: the headend writes the message for the customer.

The home finds the text (0.0.96.13.0) by the customer's client, and in the telegrams of port P1.
"""

from __future__ import annotations

from bench.exchanges.dlms_exchange import CONSUMER
from bench.exchanges.dlms_write import DlmsWrite
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import Data, OctetString
from drivers.dlms.object_names import CONSUMER_MESSAGE

_DATA, _VALUE = 1, 2
_TEXTS = (b"Planned outage from 14:00 to 15:30", b"Planned outage from 16:00 to 17:30")


class ConsumerMessage(DlmsWrite):
    """The text that the customer is shown."""

    rows = ("3.5.4/AMI-27/HE-ESI",)
    predicates = frozenset({"notifies"})
    onlooker = CONSUMER
    shown = Attribute(_DATA, CONSUMER_MESSAGE, _VALUE)

    def another(self, present: Data | None) -> Data:
        """A text other than ``present``."""
        first, second = map(OctetString, _TEXTS)
        return second if present == first else first
