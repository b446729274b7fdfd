*** Settings ***
Documentation    The data services with logical names: GET, SET, ACTION, lists, blocks, and requests that are wrong.
Metadata         Interface    AMI-28 AMI-39
Metadata         Link    dlms:wrapper dlms:hdlc dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/data_services.resource


*** Test Cases ***    # robocop: off=DOC02
APPL_OPEN_14 Answers Fit The Client's PDU Size
    Given A Client Without Authentication
    When The Client Sends An AARQ    with PDUs of 11 bytes
    Then The Meter Answers    AARE refused
    When The Client Sends An AARQ    with PDUs of 64 bytes
    Then The Meter Answers    AARE accepted
    When The Client Asks For The Object List
    Then The Answer Is No Longer Than    64

APPL_DATA_LN_N1 A GET With An Error Is Refused
    [Documentation]    A choice that GET does not have, an unknown object, a known one with the class of another.
    Given An Associated Client
    When The Client Sends    C0 05 C1 00 01 00 00 2A 00 00 FF 02 00
    Then The Meter Answers    exception    refused    nothing
    When The Client Sends    GET 1/0.0.99.255.255.255/2
    Then The Meter Answers    refused
    And It Says    object-undefined    object-unavailable    scope-of-access-violated
    When The Client Sends    GET 3/0.0.42.0.0.255/2
    Then The Meter Answers    refused
    And It Says    object-class-inconsistent    object-undefined    object-unavailable

APPL_DATA_LN_N3 A SET With An Error Is Refused
    [Documentation]    Another type, an attribute that nobody may write.
    Given An Associated Client
    When The Client Writes Another Type
    Then The Meter Answers    refused
    And It Says    type-unmatched    other-reason
    When The Client Sends    SET 1/0.0.42.0.0.255/2 09 01 41
    Then The Meter Answers    refused
    And It Says    read-write-denied    scope-of-access-violated    object-unavailable

APPL_DATA_LN_N4 An Unknown Service Is Told To Be Unknown
    [Documentation]    The read service of short names, and a tag that no service has.
    Given A Client Without Authentication
    When The Client Sends An AARQ
    And The Client Sends    05 01 02 FA 00
    Then The Meter Answers    exception    confirmed-service-error
    When The Client Sends    EF 01 C1
    Then The Meter Answers    exception    confirmed-service-error

APPL_DATA_LN_B1 A List Reads As Its Members
    Given A Client Without Authentication
    When The Client Sends An AARQ
    Then A List Of Attributes Reads As Each Of Them Alone
    ...    1/0.0.42.0.0.255/2    8/0.0.1.0.0.255/3    8/0.0.1.0.0.255/1    1/0.0.42.0.0.255/9

APPL_DATA_LN_B2 A Long Value Comes In Numbered Blocks
    Given A Client Without Authentication
    When The Client Sends An AARQ    with PDUs of 64 bytes
    Then The Object List Comes In Blocks
    When The Client Asks For The Object List
    And The Client Asks For Block    7
    Then The Meter Answers    refused    exception

APPL_DATA_LN_B3 What Was Written Is Read
    Given An Associated Client
    And The Writable Attribute Is Noted
    When The Client Writes    conformance
    Then The Meter Answers    success
    And The Writable Attribute Holds    conformance
    And The Writable Attribute Is Put Back

APPL_DATA_LN_B4 Blocks Of A Written Value Must Come In Order
    [Documentation]    With a wrong number nothing is written; in order, the whole is.
    Given An Associated Client
    And The Writable Attribute Is Noted
    When The Client Writes In Blocks    a text that takes more than two blocks of twenty bytes    second=5
    Then The Meter Answers    refused    exception
    And The Writable Attribute Holds
    When The Client Writes In Blocks    a text that takes more than two blocks of twenty bytes
    Then The Meter Answers    success
    And The Writable Attribute Holds    a text that takes more than two blocks of twenty bytes
    And The Writable Attribute Is Put Back

APPL_DATA_LN_B8 A Written List Is Answered In Its Order
    Given An Associated Client
    And The Writable Attribute Is Noted
    Then A List Is Answered In Its Order

APPL_DATA_LN_B5 An Unknown Method Is Refused
    Given An Associated Client
    When The Client Sends    ACTION 8/0.0.1.0.0.255/99
    Then The Meter Answers    refused    exception

APPL_DATA_LN_B6 An Answer Carries The Invoke Id Of Its Request
    Given A Client Without Authentication
    When The Client Sends An AARQ
    And The Client Sends    C0 01 C7 00 01 00 00 2A 00 00 FF 02 00
    Then The Meter Answers    value
    And The Answer Carries The Invoke Id    C7
    When The Client Sends    C0 01 42 00 01 00 00 2A 00 00 FF 02 00
    Then The Answer Carries The Invoke Id    42

APPL_DATA_LN_B7 One Entry Of A Profile Is One Entry
    Given An Associated Client
    Then One Entry Of The Profile Is One Entry
