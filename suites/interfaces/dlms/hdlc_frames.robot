*** Settings ***
Documentation    Frames of HDLC: what is a frame, what is none and is met with silence, and how modes change.
Metadata         Interface    AMI-28 AMI-39
Metadata         Link    dlms:hdlc dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/hdlc_line.resource


*** Test Cases ***    # robocop: off=DOC02
HDLC_FRAME_P1 SNRM And DISC Change The Mode
    [Documentation]    Into normal response mode and back; in disconnected mode a poll is answered by DM.
    When The Client Sends    SNRM
    Then The Meter Answers    UA
    When The Client Sends    RR 0
    Then The Meter Answers    RR 0
    When The Client Sends    DISC
    Then The Meter Answers    UA
    When The Client Sends    RR 0
    Then The Meter Answers    DM

HDLC_FRAME_P2 A Frame That Broke Off Is Given Up
    [Documentation]    Were it not, the next frame's opening flag would complete the DISC.
    Given The Meter Still Connects
    When The Client Sends    DISC    defect=without its closing flag
    Then The Meter Is Silent
    When The Client Sends    RR 0
    Then The Meter Answers    RR 0

HDLC_FRAME_P3 An Unused Connection Is Gone After The Inactivity Time-out
    Given The Meter Still Connects
    When The Client Is Silent For A Share Of The Inactivity Time-out    0.8
    And The Client Sends    RR 0
    Then The Meter Answers    RR 0
    When The Client Is Silent For A Share Of The Inactivity Time-out    1.1
    And The Client Sends    RR 0
    Then The Meter Answers    DM    nothing

HDLC_FRAME_N1 Without Flags There Is No Frame
    When The Client Sends    SNRM    defect=without its opening flag
    Then The Meter Is Silent
    When The Client Sends    SNRM    defect=without its closing flag
    Then The Meter Is Silent
    And The Meter Still Connects

HDLC_FRAME_N2 A Frame That Is Too Short Is Met With Silence
    When The Client Sends    SNRM    defect=too short
    Then The Meter Is Silent
    And The Meter Still Connects

HDLC_FRAME_N3 Another Format Type Is Met With Silence
    When The Client Sends    SNRM    defect=of another format type
    Then The Meter Is Silent
    And The Meter Still Connects

HDLC_FRAME_N4 A Wrong Length Is Met With Silence
    When The Client Sends    SNRM    defect=with a length too small by 1
    Then The Meter Is Silent
    When The Client Sends    SNRM    defect=with a length too large by 1
    Then The Meter Is Silent
    And The Meter Still Connects

HDLC_FRAME_N5 An Undefined Control Field Is Rejected Or Ignored
    Given The Meter Still Connects
    When The Client Sends    0xFF
    Then The Meter Answers    FRMR    nothing
    And The Meter Still Connects

HDLC_FRAME_N7 A Wrong Header Check Sequence Is Met With Silence
    When The Client Sends    SNRM    proposal 128 1    defect=with a wrong header check
    Then The Meter Is Silent
    And The Meter Still Connects

HDLC_FRAME_N8 A Wrong Frame Check Sequence Is Met With Silence
    When The Client Sends    SNRM    defect=with a wrong frame check
    Then The Meter Is Silent
    And The Meter Still Connects

HDLC_FRAME_B1 A Rejection Lasts Until SNRM Or DISC
    [Documentation]    A meter that ignores what it does not know has no such state; the case is then not applicable.
    Given The Meter Still Connects
    When The Client Sends    0xFF
    Then The Meter Answers With FRMR Or The Case Does Not Apply
    When The Client Sends    RR 0
    Then The Meter Answers    FRMR
    When The Client Sends    DISC
    Then The Meter Answers    UA    DM
