*** Settings ***
Documentation    Opening an association: AARQ and AARE, and what must not open one.
Metadata         Interface    AMI-28 AMI-39
Metadata         Link    dlms:wrapper dlms:hdlc dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/apdus.resource


*** Test Cases ***    # robocop: off=DOC02
APPL_IDLE_N1 Without An Association Nothing Is Served
    Given A Client Without Authentication
    When The Client Sends    GET 1/0.0.42.0.0.255/2
    Then The Meter Answers    exception    nothing    disconnected
    When The Client Sends An AARQ
    Then The Meter Answers    AARE accepted

APPL_OPEN_1 Every Declared Client Associates
    Then Every Declared Client Associates

APPL_OPEN_3 A Wrong Answer To The Challenge Opens Nothing
    Given A Client With High Level Security
    When The Client Answers The Challenge Wrongly
    Then The Meter Answers    refused    exception    nothing    disconnected
    When The Client Sends    GET 1/0.0.42.0.0.255/2
    Then The Meter Answers    exception    nothing    disconnected

APPL_OPEN_4 Another Protocol Version Is Refused
    Given A Client Without Authentication
    When The Client Sends An AARQ    with protocol version 2 only
    Then The Meter Answers    AARE refused
    And It Says    provider: no-common-acse-version    no-reason-given
    When The Client Sends An AARQ    with protocol version 1
    Then The Meter Answers    AARE accepted

APPL_OPEN_5 Another Application Context Is Refused
    Given A Client Without Authentication
    When The Client Sends An AARQ    with an unknown application context
    Then The Meter Answers    AARE refused
    And It Says    application-context-name-not-supported
    When The Client Sends An AARQ    with short names
    Then The Meter Answers    AARE refused
    And It Says    application-context-name-not-supported

APPL_OPEN_6 A Title Of Another Length Is Refused, What Is Not Used Is Passed Over
    Given A Client Without Authentication
    When The Client Sends An AARQ    with a title of 7 bytes
    Then The Meter Answers    AARE refused
    When The Client Sends An AARQ    with a title of 9 bytes
    Then The Meter Answers    AARE refused
    When The Client Sends An AARQ    with fields that the profile does not use
    Then The Meter Answers    AARE accepted

APPL_OPEN_7 The Mechanism Must Be Named, And Rightly
    Given A Client With High Level Security
    When The Client Sends An AARQ    without a mechanism
    Then The Meter Answers    AARE refused
    And It Says    authentication-mechanism-name-required    authentication-mechanism-name-not-recognised
    ...    authentication-required    authentication-failure
    When The Client Sends An AARQ    with an unknown mechanism
    Then The Meter Answers    AARE refused
    And It Says    authentication-mechanism-name-not-recognised    authentication-failure

APPL_OPEN_9 A Dedicated Key Without Ciphering Is Refused
    Given A Client Without Authentication
    When The Client Sends An AARQ    with a dedicated key
    Then The Meter Answers    AARE refused

APPL_OPEN_11 A Quality Of Service Is Passed Over
    Given A Client Without Authentication
    When The Client Sends An AARQ    with a quality of service
    Then The Meter Answers    AARE accepted

APPL_OPEN_12 An Older DLMS Version Is Refused
    Given A Client Without Authentication
    When The Client Sends An AARQ    with DLMS version 5
    Then The Meter Answers    AARE refused

APPL_OPEN_13 No More Is Agreed On Than Was Proposed
    Given A Client Without Authentication
    When The Client Sends An AARQ    with no service
    Then The Meter Answers    AARE refused
    When The Client Sends An AARQ    with GET only
    Then The Meter Answers    AARE accepted
    And No Service Is Agreed On But    GET

APPL_OPEN_B1 An AARQ That Is Cut Off Opens Nothing
    Given A Client Without Authentication
    When The Client Sends An AARQ    cut off
    Then The Meter Answers    AARE refused    exception    nothing    disconnected
    When The Client Sends    GET 1/0.0.42.0.0.255/2
    Then The Meter Answers    exception    nothing    disconnected

APPL_OPEN_B2 A Client That Nobody Declared Is Refused
    Given A Client That Nobody Declared
    When The Client Sends An AARQ
    Then The Meter Answers    AARE refused    nothing    disconnected

APPL_REL_P1 After Its Release An Association Is Gone
    Given An Associated Client
    When The Client Sends    GET 1/0.0.42.0.0.255/2
    Then The Meter Answers    value
    When The Client Releases The Association
    Then The Meter Answers    RLRE
    When The Client Sends    GET 1/0.0.42.0.0.255/2
    Then The Meter Answers    exception    nothing    disconnected

APPL_REL_B1 After A Release A New Association Opens
    Given A Client Without Authentication
    When The Client Sends An AARQ
    Then The Meter Answers    AARE accepted
    When The Client Releases The Association
    Then The Meter Answers    RLRE
    When The Client Sends An AARQ
    Then The Meter Answers    AARE accepted
