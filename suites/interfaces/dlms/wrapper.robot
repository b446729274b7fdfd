*** Settings ***
Documentation    The wrapper of DLMS/COSEM on TCP: header, wPorts, lengths, and messages in a stream of bytes.
Metadata         Interface    AMI-28
Metadata         Link    dlms:wrapper

Resource         ../../resources/bench.resource
Resource         ../../resources/wrapper.resource


*** Test Cases ***    # robocop: off=DOC02
WRAPPER_B1 The Answer Goes From The Asked To The Asker
    When The Client Sends    AARQ
    Then The Meter Answers    AARE accepted
    And The Header Of The Answer Is Right

WRAPPER_B2 Another Version Is Not Served
    When The Client Sends    AARQ    of version 2
    Then The Meter Answers    nothing    disconnected
    When The Client Connects Anew
    And The Client Sends    AARQ
    Then The Meter Answers    AARE accepted

WRAPPER_B3 An Unknown Logical Device Does Not Answer
    When The Client Sends    AARQ    to an unknown wPort
    Then The Meter Answers    nothing    disconnected    AARE refused

WRAPPER_B4 Half A Message Is Not Served
    When The Client Sends    AARQ    with a length too large by 4
    Then The Meter Answers    nothing    disconnected
    When The Client Connects Anew
    And The Client Sends    AARQ
    Then The Meter Answers    AARE accepted

WRAPPER_B5 Two Messages In One Segment Are Both Answered
    When The Client Sends    AARQ and GET
    Then The Meter Answers    AARE accepted; value

WRAPPER_B6 A Message In Two Segments Is Put Together
    When The Client Sends    AARQ    in two segments
    Then The Meter Answers    AARE accepted
