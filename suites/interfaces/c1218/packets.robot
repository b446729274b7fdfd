*** Settings ***
Documentation    The data link of ANSI C12.18: packets, acknowledgements, repetitions, toggles, long messages.
Metadata         Interface    AMI-39
Metadata         Link    c1218

Resource         ../../resources/bench.resource
Resource         ../../resources/c1218_packets.resource


*** Test Cases ***    # robocop: off=DOC02
C1218_PACKET_N1 A Wrong CRC Is Rejected
    When The Client Sends    identify    with a wrong CRC
    Then The Meter Answers    NAK
    When The Client Sends    identify
    Then The Meter Answers    ACK; OK

C1218_PACKET_N2 A Packet That Comes Again Is Acknowledged And Not Served
    When The Client Sends    identify
    Then The Meter Answers    ACK; OK
    When The Client Repeats Its Packet
    Then The Meter Answers    ACK

C1218_PACKET_N3 A Response That Nobody Acknowledges Is Sent Three Times
    When The Client Sends And Does Not Acknowledge    identify
    Then The Meter Answers    ACK; OK; OK; OK

C1218_PACKET_N4 A Rejected Response Is Sent Again
    When The Client Sends And Rejects The First Response    identify
    Then The Meter Answers    ACK; OK; OK

C1218_PACKET_N5 A Packet That Breaks Off Is Rejected
    When The Client Sends    identify    broken off
    Then The Meter Answers    NAK
    When The Client Sends    identify
    Then The Meter Answers    ACK; OK

C1218_PACKET_N6 An Impossible Length Is Rejected
    When The Client Sends    identify    with length 0
    Then The Meter Answers    NAK
    When The Client Sends    identify
    Then The Meter Answers    ACK; OK

C1218_PACKET_N7 A Packet Out Of Order Is Not Served
    [Documentation]    It was received well, so it is acknowledged; what it is the end of never began.
    When The Client Sends The Last Of Two Packets Only    identify
    Then The Meter Answers    ACK    NAK
    When The Client Sends    identify
    Then The Meter Answers    ACK; OK

C1218_PACKET_P1 A Request In Two Packets Is Put Together
    When The Client Sends    identify
    Then The Meter Answers    ACK; OK
    When The Client Sends In Two Packets    logon reader
    Then The Meter Answers    ACK; OK

C1218_PACKET_P2 The Packets Of A Response Count Down
    When The Client Sends    identify
    And The Client Sends    negotiate 32 20
    Then The Meter Answers    ACK; OK
    When The Client Sends    logon reader
    And The Client Sends    read 0
    Then The Packets Of The Response Count Down
    And No Packet Is Longer Than    32

C1218_PACKET_P3 The Toggle Tells New Packets From Repeated Ones
    When The Client Sends    identify
    And The Client Sends    negotiate 32 20
    And The Client Sends    logon reader
    And The Client Sends    read 0
    Then The Toggle Changes From Packet To Packet

C1218_PACKET_P4 A Session Without Traffic Ends
    [Documentation]    Channel traffic time-out: 6 s.
    When The Client Sends    identify
    And The Client Sends    logon reader
    Then The Meter Answers    ACK; OK
    When The Line Is Silent For    10
    And The Client Sends    read 0
    Then The Meter Answers    ACK; ISSS    nothing

C1218_PACKET_P5 A Wake-up Byte Before A Packet Is Passed Over
    When The Client Sends    identify    behind a wake-up byte
    Then The Meter Answers    ACK; OK
