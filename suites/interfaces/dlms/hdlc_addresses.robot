*** Settings ***
Documentation    Addresses of HDLC: whom the meter answers, from where, and to whom it owes silence.
Metadata         Interface    AMI-28 AMI-39
Metadata         Link    dlms:hdlc dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/hdlc_line.resource


*** Test Cases ***    # robocop: off=DOC02
HDLC_ADDRESS_P1 Every Declared Address Length Is Served
    [Documentation]    PIXIT address_lengths; without it the one length that the device file gives.
    Then Each Declared Address Length Is Served From The Address That Was Asked

HDLC_ADDRESS_N1 A Client Address Of Two Bytes Is Met With Silence
    When The Client Sends    SNRM    defect=from an address of 2 bytes
    Then The Meter Is Silent
    And The Meter Still Connects

HDLC_ADDRESS_N4 What Is Meant For Another Device Is Met With Silence
    When The Client Sends    SNRM    defect=to another logical device
    Then The Meter Is Silent
    And What Is Meant For Another Physical Device Is Met With Silence
    And The Meter Still Connects

HDLC_ADDRESS_N7 An Address Of Three Or Five Bytes Is None
    When The Client Sends    SNRM    defect=to an address of 3 bytes
    Then The Meter Is Silent
    When The Client Sends    SNRM    defect=to an address of 5 bytes
    Then The Meter Is Silent
    And The Meter Still Connects

HDLC_ADDRESS_B1 Nobody Answers For All Stations
    [Documentation]    On a bus with several meters all of them would.
    When The Client Sends    SNRM    defect=to all stations
    Then The Meter Is Silent
    And The Meter Still Connects
