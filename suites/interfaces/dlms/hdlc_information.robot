*** Settings ***
Documentation    I frames: numbers, acknowledgement, segments, flow control, and what happens outside a connection.
Metadata         Interface    AMI-28 AMI-39
Metadata         Link    dlms:hdlc dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/hdlc_line.resource


*** Test Cases ***    # robocop: off=DOC02
HDLC_INFO_P1 I Frames Are Numbered And Acknowledged
    Given The Meter Still Connects
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    I 0 1
    And The Answer Carries An AARE
    When The Client Sends    I 1 1    GET
    Then The Meter Answers    I 1 2
    When The Client Sends    I 2 2    GET
    Then The Meter Answers    I 2 3
    When The Client Sends    RR 3
    Then The Meter Answers    RR 3

HDLC_INFO_B1 Long Messages Go In Segments Both Ways
    When The Client Sends    SNRM    proposal 32 1
    Then The Meter Answers    UA
    When The Client Sends The AARQ In Two Segments
    Then No Frame Carries More Than    32
    When The Client Fetches The Rest
    Then The Whole Answer Is An AARE

HDLC_INFO_N1 A Longer Information Field Than Agreed Is Not Served
    When The Client Sends    SNRM    proposal 24 1
    Then The Meter Answers    UA
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    FRMR    nothing    RR 0
    And The Meter Still Connects

HDLC_INFO_N2 A Wrong N(R) Is Not Taken
    Given The Meter Still Connects
    When The Client Sends    I 0 3    AARQ
    Then The Meter Answers    FRMR    nothing    RR 0
    And The Meter Still Connects

HDLC_INFO_N3 A Wrong N(S) Is Not Taken
    Given The Meter Still Connects
    When The Client Sends    I 5 0    AARQ
    Then The Meter Answers    RR 0    REJ 0    FRMR    nothing
    And The Meter Still Connects
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    I 0 1

HDLC_INFO_B2 What Comes Again Is Not Served Again
    [Documentation]    The answer may be repeated; there is no second one.
    Given The Meter Still Connects
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    I 0 1
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    I 0 1    RR 1    REJ 1
    When The Client Sends    RR 1
    Then The Meter Answers    RR 1

HDLC_INFO_B3 A Client That Is Not Ready Is Sent Nothing
    Given The Meter Still Connects
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    I 0 1
    When The Client Sends    RNR 0
    Then The Meter Answers    RR 1
    When The Client Sends    RR 0
    Then The Meter Answers    I 0 1

HDLC_INFO_B4 What Is Not Acknowledged Is Sent Again
    Given The Meter Still Connects
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    I 0 1
    When The Client Sends    RR 0
    Then The Meter Answers    I 0 1
    When The Client Sends    RR 1
    Then The Meter Answers    RR 1

HDLC_INFO_B5 Nothing Is Said Without A Poll
    Given The Meter Still Connects
    When The Client Sends    I 0 0    AARQ    poll=${False}
    Then The Meter Is Silent
    When The Client Sends    RR 0
    Then The Meter Answers    I 0 1

HDLC_INFO_B6 Another LLC Header Is Not Served
    Given The Meter Still Connects
    When The Client Sends    I 0 0    AARQ behind e6 e7 00
    Then The Meter Answers    RR 1    FRMR    nothing
    When The Client Sends    RR 0
    Then The Meter Answers    RR 1    FRMR    nothing

HDLC_NDMOP_N1 An I Frame In Disconnected Mode Is Not Served
    Given The Meter Is In Disconnected Mode
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    DM
    And The Meter Still Connects

HDLC_NDMOP_B1 DISC In Disconnected Mode Is Answered By DM
    Given The Meter Is In Disconnected Mode
    When The Client Sends    DISC
    Then The Meter Answers    DM

HDLC_NDMOP_B2 UI Frames Have No Answer
    Given The Meter Is In Disconnected Mode
    When The Client Sends    UI    AARQ
    Then The Meter Is Silent
    And The Meter Still Connects
