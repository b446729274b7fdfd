*** Settings ***
Documentation    Low level security: the password of a client of the local port.
Metadata         Interface    AMI-39
Metadata         Link    dlms:mode_e dlms:hdlc dlms:wrapper

Resource         ../../resources/bench.resource
Resource         ../../resources/apdus.resource


*** Test Cases ***
APPL_OPEN_B3 A Wrong Password Is Refused, And The Reason Is Told
    [Documentation]    One wrong try; the right one after it sets the count of tries back.
    When The Client Sends An AARQ With A Wrong Password
    Then The Meter Answers    AARE refused
    And It Says    authentication-failure
    Given A Client With A Password
    When The Client Sends An AARQ
    Then The Meter Answers    AARE accepted
