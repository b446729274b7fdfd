*** Settings ***
Documentation    Mode C: the reader chooses speed and mode, or is read out to at 300 baud.
Metadata         Interface    AMI-39
Metadata         Link    iec62056_21:mode_c

Resource         ../../resources/bench.resource
Resource         ../../resources/sign_on.resource


*** Test Cases ***    # robocop: off=DOC02
MODE_C_P1 The Chosen Speed Is Taken
    When The Meter Identifies Itself
    And The Reader Chooses    option 0Z0
    Then The Meter Answers    readout
    And The Readout Is Sound
    When The Reader Sends    NAK
    Then The Meter Answers    readout

MODE_C_P2 A Slower Speed May Be Chosen
    When The Meter Identifies Itself
    And The Reader Chooses    option 0SLOWER0
    Then The Meter Answers    readout
    When The Reader Sends    NAK
    Then The Meter Answers    readout

MODE_C_P3 A Reader That Does Not Choose Is Read Out To At 300 Baud
    When The Meter Identifies Itself
    And The Reader Says Nothing
    Then The Meter Answers    readout
    And The Readout Is Sound
    When The Reader Sends    NAK
    Then The Meter Answers    readout

MODE_C_P4 After A Readout The Meter Is Asked Again
    When The Meter Identifies Itself
    And The Reader Chooses    option 0Z0
    Then The Meter Answers    readout
    When The Reader Waits    10
    Then The Meter Identifies Itself

MODE_C_N1 A Speed That No Meter Has Is Not Taken
    [Documentation]    The meter reads out at 300 baud, or is silent; in no case has it changed its speed.
    When The Meter Identifies Itself
    And The Reader Sends    option 090
    Then The Meter Answers    nothing    readout
    When The Reader Goes To The Announced Speed
    And The Reader Sends    NAK
    Then The Meter Answers    nothing
    When The Reader Waits    10
    Then The Meter Identifies Itself
