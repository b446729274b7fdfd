*** Settings ***
Documentation    Programming mode: password, refusal, block check, break and time-out.
Metadata         Interface    AMI-39
Metadata         Link    iec62056_21:mode_c

Resource         ../../resources/bench.resource
Resource         ../../resources/sign_on.resource


*** Test Cases ***    # robocop: off=DOC02
PROGRAMMING_P1 Programming Mode Asks For The Password
    Given The Meter Has A Programming Mode
    When The Meter Identifies Itself
    And The Reader Chooses    option 0Z1
    Then The Meter Answers    command P0

PROGRAMMING_N1 Without The Password Nothing Is Told
    Given The Meter Has A Programming Mode
    When The Meter Identifies Itself
    And The Reader Chooses    option 0Z1
    And The Reader Sends    command R1 1.8.0()
    Then The Meter Answers    answer    NAK    command B0    nothing
    And No Value Is Told

PROGRAMMING_N2 A Wrong Block Check Is Answered By NAK
    Given The Meter Has A Programming Mode
    When The Meter Identifies Itself
    And The Reader Chooses    option 0Z1
    And The Reader Sends    command R1 1.8.0() with a wrong block check
    Then The Meter Answers    NAK

PROGRAMMING_P2 A Break Ends Programming Mode
    Given The Meter Has A Programming Mode
    When The Meter Identifies Itself
    And The Reader Chooses    option 0Z1
    And The Reader Sends    break
    And The Reader Waits    2
    Then The Meter Identifies Itself

PROGRAMMING_P3 Programming Mode Ends By Itself
    [Documentation]    After 60 s to 120 s without a command.
    Given The Meter Has A Programming Mode
    When The Meter Identifies Itself
    And The Reader Chooses    option 0Z1
    And The Reader Waits    125
    Then The Meter Identifies Itself
