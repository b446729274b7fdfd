*** Settings ***
Documentation    Sessions of ANSI C12.18: identification, negotiation, logon, password, wait, logoff, terminate.
Metadata         Interface    AMI-39
Metadata         Link    c1218

Resource         ../../resources/bench.resource
Resource         ../../resources/c1218_services.resource


*** Test Cases ***    # robocop: off=DOC02
C1218_IDENT_P1 The Meter Identifies Its Protocol
    When The Client Sends    identify
    Then The Meter Answers    OK
    And The Meter Says That It Speaks C12.18

C1218_IDENT_N1 Nothing Is Served Before The Identification
    When The Client Sends    logon reader
    Then The Meter Answers    ISSS
    When The Client Sends    read 0
    Then The Meter Answers    ISSS

C1218_NEG_P1 No More Is Agreed On Than Was Asked For
    When The Client Sends    identify
    And The Client Sends    negotiate 64 4
    Then The Meter Answers    OK
    And No More Is Agreed On Than    64    4

C1218_NEG_P2 An Agreed Speed Holds From The Next Packet On
    [Documentation]    19,200 baud; a meter that has it not stays as it is, and says so.
    When The Client Sends    identify
    And The Client Sends    negotiate 64 4 19200
    Then The Meter Answers    OK
    When The Client Sends    logon reader
    Then The Meter Answers    OK

C1218_NEG_N1 In A Session Nothing Is Negotiated
    When The Client Sends    identify
    And The Client Sends    logon reader
    And The Client Sends    negotiate 64 4
    Then The Meter Answers    ISSS

C1218_LOGON_P1 Logoff Ends What The Logon Began
    Given A Client That Has Logged On As    reader
    When The Client Sends    logoff
    Then The Meter Answers    OK
    When The Client Sends    read 23
    Then The Meter Answers    ISSS
    When The Client Sends    logon reader
    Then The Meter Answers    OK

C1218_LOGON_N1 In A Session There Is No Second Logon
    When The Client Sends    identify
    And The Client Sends    logon reader
    Then The Meter Answers    OK
    When The Client Sends    logon reader
    Then The Meter Answers    ISSS

C1218_SECURITY_N1 A Wrong Password Is Refused
    [Documentation]    One wrong try; the right one after it sets the count of tries back.
    When The Client Sends    identify
    And The Client Sends    logon reader
    And The Client Sends    security wrong
    Then The Meter Answers    ERR    ISC
    When The Client Sends    security reader
    Then The Meter Answers    OK

C1218_SECURITY_N2 Without A Logon There Is No Password
    When The Client Sends    identify
    And The Client Sends    security reader
    Then The Meter Answers    ISSS

C1218_WAIT_P1 Wait Keeps A Session Without Traffic
    [Documentation]    For 30 s instead of the channel traffic time-out.
    Given A Client That Has Logged On As    reader
    When The Client Sends    wait 30
    Then The Meter Answers    OK
    When The Line Is Silent For    20
    And The Client Sends    read 0
    Then The Meter Answers    OK

C1218_TERMINATE_P1 Terminate Ends Everything
    Given A Client That Has Logged On As    reader
    When The Client Sends    terminate
    Then The Meter Answers    OK
    When The Client Sends    read 0
    Then The Meter Answers    ISSS
    When The Client Sends    identify
    Then The Meter Answers    OK

C1218_SERVICE_N1 An Unknown Service Is Told To Be Unknown
    [Documentation]    The disconnect service of C12.21, and a code that no protocol has.
    When The Client Sends    identify
    And The Client Sends    22
    Then The Meter Answers    SNS
    When The Client Sends    E5 00
    Then The Meter Answers    SNS

C1218_SERVICE_N2 A Request That Is Too Short Is An Error
    When The Client Sends    identify
    And The Client Sends    logon reader
    And The Client Sends    30 00
    Then The Meter Answers    ERR
    When The Client Sends    read 0
    Then The Meter Answers    OK
