*** Settings ***
Documentation    SNRM and UA: what the two ends agree on, and that they keep to it.
Metadata         Interface    AMI-28 AMI-39
Metadata         Link    dlms:hdlc dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/hdlc_line.resource


*** Test Cases ***    # robocop: off=DOC02
HDLC_NDM2NRM_P1 The Information Field Is As Long As Agreed
    When The Client Sends    SNRM
    Then The Meter Answers    UA
    And The Agreed Information Field Is At Most    128
    When The Client Sends    SNRM    proposal 2030 1
    Then The Agreed Information Field Is At Most    2030
    When The Client Sends    SNRM    proposal 40 1
    Then The Meter Answers    UA
    And The Agreed Information Field Is At Most    40
    When The Client Sends    I 0 0    AARQ
    Then No Frame Carries More Than    40

HDLC_NDM2NRM_P2 The Window Is As Large As Agreed
    When The Client Sends    SNRM
    Then The Meter Answers    UA
    And The Agreed Window Is At Most    1
    When The Client Sends    SNRM    proposal 128 4
    Then The Meter Answers    UA
    And The Agreed Window Is At Most    4
    When The Client Sends    SNRM    proposal 128 1
    Then The Meter Answers    UA
    And The Agreed Window Is At Most    1

HDLC_NDM2NRM_B1 A Broken Parameter Group Opens Nothing
    [Documentation]    The group says that it is longer than it is; another format identifier.
    When The Client Sends    SNRM    81 80 12 05 01 80
    Then The Meter Answers    nothing    DM    FRMR
    When The Client Sends    SNRM    82 80 03 05 01 80
    Then The Meter Answers    nothing    DM    FRMR
    And The Meter Still Connects

HDLC_NDM2NRM_B2 A Second SNRM Begins Anew
    Given The Meter Still Connects
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    I 0 1
    When The Client Sends    SNRM
    Then The Meter Answers    UA
    When The Client Sends    RR 0
    Then The Meter Answers    RR 0
    When The Client Sends    I 0 0    AARQ
    Then The Meter Answers    I 0 1
