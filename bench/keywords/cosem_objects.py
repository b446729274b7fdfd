"""Keywords about the objects of a DLMS meter: are they what their classes and the object list say?"""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.cosem_view import NoObjectListError, View, refused, view_of
from bench.judgement.observation import Json
from bench.keywords.apdu_conversation import ApduConversation
from drivers.dlms.apdu import Attribute
from drivers.dlms.classes import CLASSES, kind_of
from drivers.dlms.data import OctetString
from drivers.dlms.enums import DataAccessResult

_TEMPORARY = (DataAccessResult.TEMPORARY_FAILURE, DataAccessResult.HARDWARE_FAULT)


@library(scope="TEST", auto_keywords=False)
class CosemObjects(ApduConversation):
    """Reads what the object list offers, and holds it against the classes."""

    @keyword("No Object Is Listed Twice")
    def none_twice(self) -> None:
        """Class and logical name of every entry of the client's object list are there once.

        Example: | No Object Is Listed Twice |
        """
        names: list[Json] = [str(item) for item in self._view().objects]
        self.fact("objects are listed", len(names), "at_least", limit=1)
        self.fact("entries of the object list", names, "unique")

    @keyword("Every Object Tells Its Own Logical Name")
    def own_names(self) -> None:
        """The first attribute of every listed object, where it may be read, is the logical name it is listed under.

        Example: | Every Object Tells Its Own Logical Name |
        """
        view = self._view()
        first = [item for item in view.attributes(view.objects, readable=True) if item.index == 1]
        wrong: list[Json] = [
            f"{item.class_id}/{item.instance} says {value!r:.60}"
            for item, value in self.run(view.read(first))
            if value != OctetString(item.instance)
        ]
        self.fact("logical names were read", len(first), "at_least", limit=1)
        self.fact("objects that tell another logical name", wrong, "empty")

    @keyword("What The Object List Grants Is Read, And Nothing Else")
    def as_granted(self) -> None:
        """Every attribute that the object list lets the client read has a value (or a temporary failure); every other
        one is refused.

        Example: | What The Object List Grants Is Read, And Nothing Else |
        """
        view = self._view()
        granted = self.run(view.read(view.attributes(view.objects, readable=True)))
        withheld = self.run(view.read(view.attributes(view.objects, readable=False)))
        lacking: list[Json] = [
            f"{_words(item)}: {value.name}"
            for item, value in granted
            if isinstance(value, DataAccessResult) and value not in _TEMPORARY
        ]
        told: list[Json] = [_words(item) for item, value in withheld if not refused(value)]
        self.fact("attributes that may be read and are refused", lacking, "empty")
        self.fact("attributes that may not be read and are told", told, "empty")

    @keyword("Every Object Of The Class Is As The Class Is Defined")
    def as_defined(self, class_id: int) -> None:
        """Every attribute of every listed object of the class has the type that the class is defined with. A meter
        that lists no object of the class skips the test.

        Example: | Every Object Of The Class Is As The Class Is Defined | 8 |
        """
        view = self._view()
        objects = view.of_class(class_id)
        if not objects:
            raise SkipExecution(f"the client sees no object of class {class_id} ({CLASSES[class_id][0]})")
        found = self.run(view.read(view.attributes(objects, readable=True)))
        values = [(item, value) for item, value in found if not isinstance(value, DataAccessResult)]
        wrong: list[Json] = []
        for item, value in values:
            kind = kind_of(item.class_id, item.index)
            said = kind(value) if kind is not None else ""
            if said:
                wrong.append(f"{_words(item)}: {said}")
        self.fact("attributes were read", len(values), "at_least", limit=1)
        self.fact("attributes of another type", wrong, "empty")

    def _view(self) -> View:
        """What the client sees; a list that is none fails the test."""
        try:
            return self.session.run(view_of(self.client))
        except NoObjectListError as error:
            self.fact(f"the object list is one ({error})", False, "always")
            raise


def _words(attribute: Attribute) -> str:
    return f"{attribute.class_id}/{attribute.instance}/{attribute.index}"
