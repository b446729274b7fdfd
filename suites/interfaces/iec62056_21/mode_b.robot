*** Settings ***
Documentation    Mode B: the meter changes to the announced speed without being told.
Metadata         Interface    AMI-39
Metadata         Link    iec62056_21:mode_b

Resource         ../../resources/bench.resource
Resource         ../../resources/sign_on.resource


*** Test Cases ***
MODE_B_P1 The Readout Comes At The Announced Speed
    [Documentation]    What is repeated at that speed shows that the meter is there.
    When The Meter Identifies Itself
    And The Announced Mode Is That Of The Port
    And The Reader Goes To The Announced Speed
    And The Reader Sends    NAK
    Then The Meter Answers    readout
    And The Readout Is Sound
