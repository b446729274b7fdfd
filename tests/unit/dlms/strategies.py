"""Hypothesis strategies for DLMS values and APDUs."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from drivers.dlms import apdu as a
from drivers.dlms import data as d
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.apdu.protection import SERVICE_TAGS
from drivers.dlms.enums import (
    ActionResult,
    ConfirmedError,
    ConfirmedService,
    Conformance,
    DataAccessResult,
    ErrorClass,
    ServiceFault,
    StateFault,
)
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis

INTEGERS = [
    d.U8, d.U16, d.U32, d.U64, d.I8, d.I16, d.I32, d.I64, d.Enum, d.Bcd,
    d.DeltaI8, d.DeltaI16, d.DeltaI32, d.DeltaU8, d.DeltaU16, d.DeltaU32,
]  # fmt: skip

BYTE = st.integers(0, 255)


def offset_of_failure(decoder: Callable[[bytes], object], data: bytes) -> int:
    """Where decoding failed, 0 where it did not. Any exception but DecodeError passes through."""
    try:
        decoder(data)
    except DecodeError as error:
        return error.offset
    return 0


def moments() -> st.SearchStrategy[d.Data]:
    year = st.integers(0, 0xFFFF)
    date_time = st.builds(
        d.DateTime, year, BYTE, BYTE, BYTE, BYTE, BYTE, BYTE, BYTE, st.integers(-0x8000, 0x7FFF), BYTE
    )
    return date_time | st.builds(d.Date, year, BYTE, BYTE, BYTE) | st.builds(d.Time, BYTE, BYTE, BYTE, BYTE)


def scalars() -> st.SearchStrategy[d.Data]:
    integers = st.one_of([st.builds(kind, st.integers(kind.low, kind.high)) for kind in INTEGERS])
    return st.one_of(
        st.just(d.NULL),
        st.just(d.DONT_CARE),
        st.booleans(),
        integers,
        st.builds(d.OctetString, st.binary(max_size=200)),
        st.builds(d.VisibleString, st.text(st.characters(max_codepoint=255), max_size=20)),
        st.builds(d.Utf8String, st.text(max_size=20)),
        st.builds(d.BitString, st.text("01", max_size=40)),
        st.builds(d.Float32, st.floats(width=32, allow_nan=False)),
        st.builds(d.Float64, st.floats(allow_nan=False)),
        moments(),
    )


def values() -> st.SearchStrategy[d.Data]:
    return st.recursive(
        scalars(),
        lambda inner: (
            st.builds(d.Structure, st.lists(inner, max_size=5)) | st.builds(d.Array, st.lists(inner, max_size=5))
        ),
        max_leaves=12,
    )


def obis() -> st.SearchStrategy[Obis]:
    return st.builds(Obis, st.binary(min_size=6, max_size=6))


def attributes() -> st.SearchStrategy[Attribute]:
    return st.builds(Attribute, st.integers(0, 0xFFFF), obis(), st.integers(-128, 127))


def methods() -> st.SearchStrategy[Method]:
    return st.builds(Method, st.integers(0, 0xFFFF), obis(), st.integers(-128, 127))


def _invoke() -> st.SearchStrategy[int]:
    return BYTE


def _number() -> st.SearchStrategy[int]:
    return st.integers(0, 0xFFFFFFFF)


def _optional(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | inner


def _tuples(inner: st.SearchStrategy[object], size: int | None = None) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(inner, max_size=3 if size is None else size).map(tuple)


def _texts() -> st.SearchStrategy[a.Ciphertext]:
    return st.builds(a.Ciphertext, BYTE, _number(), st.binary(max_size=40))


def _headers() -> st.SearchStrategy[a.GeneralHeader]:
    short = st.binary(max_size=12)
    return st.builds(a.GeneralHeader, short, short, short, short, short)


def _services() -> list[st.SearchStrategy[a.Apdu]]:
    small = values()
    blocks = st.builds(a.Block, st.booleans(), _number(), st.binary(max_size=40))
    selections = _optional(st.builds(a.Selection, BYTE, small))
    selected = _tuples(st.tuples(attributes(), selections))
    results = small | st.sampled_from(DataAccessResult)
    set_results = st.sampled_from(DataAccessResult)
    outcomes = st.builds(a.ActionOutcome, st.sampled_from(ActionResult), _optional(results))
    invoke, number = _invoke(), _number()
    return [
        st.builds(a.GetRequestNormal, invoke, attributes(), selections),
        st.builds(a.GetRequestNext, invoke, number),
        st.builds(a.GetRequestWithList, invoke, selected),
        st.builds(a.GetResponseNormal, invoke, results),
        st.builds(a.GetResponseWithDataBlock, invoke, st.booleans(), number, st.binary(max_size=40) | set_results),
        st.builds(a.GetResponseWithList, invoke, _tuples(results)),
        st.builds(a.SetRequestNormal, invoke, attributes(), selections, small),
        st.builds(a.SetRequestWithFirstBlock, invoke, attributes(), selections, blocks),
        st.builds(a.SetRequestWithBlock, invoke, blocks),
        st.builds(a.SetRequestWithList, invoke, selected, _tuples(small)),
        st.builds(a.SetRequestWithListAndFirstBlock, invoke, selected, blocks),
        st.builds(a.SetResponseNormal, invoke, set_results),
        st.builds(a.SetResponseDataBlock, invoke, number),
        st.builds(a.SetResponseLastDataBlock, invoke, set_results, number),
        st.builds(a.SetResponseLastDataBlockWithList, invoke, _tuples(set_results), number),
        st.builds(a.SetResponseWithList, invoke, _tuples(set_results)),
        st.builds(a.ActionRequestNormal, invoke, methods(), _optional(small)),
        st.builds(a.ActionRequestNextPblock, invoke, number),
        st.builds(a.ActionRequestWithList, invoke, _tuples(methods()), _tuples(small)),
        st.builds(a.ActionRequestWithFirstPblock, invoke, methods(), blocks),
        st.builds(a.ActionRequestWithListAndFirstPblock, invoke, _tuples(methods()), blocks),
        st.builds(a.ActionRequestWithPblock, invoke, blocks),
        st.builds(a.ActionResponseNormal, invoke, outcomes),
        st.builds(a.ActionResponseWithPblock, invoke, blocks),
        st.builds(a.ActionResponseWithList, invoke, _tuples(outcomes)),
        st.builds(a.ActionResponseNextPblock, invoke, number),
    ]


def _others() -> list[st.SearchStrategy[a.Apdu]]:
    conformance = st.integers(0, 0xFFFFFF).map(Conformance)
    size = st.integers(0, 0xFFFF)
    when = _optional(moments().filter(lambda value: isinstance(value, d.DateTime)))
    error = st.builds(ConfirmedError, st.sampled_from(ConfirmedService), st.sampled_from(ErrorClass), BYTE)
    key_info = st.one_of(
        st.none(),
        st.builds(a.IdentifiedKey, BYTE),
        st.builds(a.WrappedKey, BYTE, st.binary(max_size=40)),
        st.builds(a.AgreedKey, st.binary(max_size=2), st.binary(max_size=200)),
    )
    title = st.binary(max_size=8)
    return [
        st.builds(a.DataNotification, _number(), when, values()),
        st.builds(a.EventNotification, when, attributes(), values()),
        st.builds(
            a.InitiateRequest,
            conformance,
            size,
            _optional(st.binary(max_size=32)),
            st.booleans(),
            _optional(BYTE),
            BYTE,
        ),
        st.builds(a.InitiateResponse, conformance, size, _optional(BYTE), BYTE, size),
        st.builds(a.ConfirmedServiceError, error),
        st.builds(
            a.ExceptionResponse,
            st.sampled_from(StateFault),
            st.sampled_from([fault for fault in ServiceFault if fault is not ServiceFault.INVOCATION_COUNTER_ERROR]),
        ),
        st.builds(a.ServiceCiphered, st.sampled_from(sorted(SERVICE_TAGS)), _texts()),
        st.builds(a.GeneralGloCiphering, title, _texts()),
        st.builds(a.GeneralDedCiphering, title, _texts()),
        st.builds(a.GeneralCiphering, _headers(), key_info, _texts()),
        st.builds(a.GeneralSigning, _headers(), st.binary(max_size=40), st.binary(max_size=96)),
        st.builds(
            a.GeneralBlockTransfer,
            st.booleans(),
            st.booleans(),
            st.integers(0, 63),
            size,
            size,
            st.binary(max_size=40),
        ),
    ]


def apdus() -> st.SearchStrategy[a.Apdu]:
    """Any xDLMS APDU."""
    return st.one_of([*_services(), *_others()])
