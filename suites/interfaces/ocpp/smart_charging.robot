*** Settings ***
Documentation    OCPP 1.6: charging profiles and their composite schedule.
Metadata         Interface    AMI-33
Metadata         Link    ocpp

Resource         ../../resources/bench.resource
Resource         ../../resources/ocpp_station.resource

Test Setup       The Station Speaks    ocpp1.6
Test Teardown    The CSMS Ends


*** Test Cases ***    # robocop: off=DOC02
TC_066_CS The Composite Schedule Of Three Purposes
    Given A Transaction Runs
    And The CSMS Has The Station Keep    10 A for the station
    And The CSMS Has The Station Keep    6, 10, 8, 25 and 8 A by default
    And The CSMS Has The Station Keep    8, 6 and 12 A for the transaction
    Then The Composite Schedule Of    400    0 s: 8 A, 50 s: 6 A, 140 s: 10 A, 260 s: 8 A, 300 s: 10 A

TC_072_CS The Higher Stack Level Holds
    Given The Station Is Connected
    And The CSMS Has The Station Keep    7 and 9 A by default, one level higher
    And The CSMS Has The Station Keep    6, 8 and 10 A by default
    Then The Composite Schedule Of    350    0 s: 7 A, 100 s: 9 A, 150 s: 8 A, 200 s: 10 A

TC_067_CS A Profile Is Cleared By Its Number
    Given The Station Is Connected
    And The CSMS Has The Station Keep    10 A for the station
    And The CSMS Has The Station Keep    6, 8 and 10 A by default
    When The CSMS Asks For    no profile 4 any more
    Then The Station Answers    Accepted
    And The Composite Schedule Of    300    0 s: 10 A
    When The CSMS Asks For    no profile 77 any more
    Then The Station Answers    Unknown

TC_058_1_CS A Profile For A Transaction Needs One
    Given The Station Is Connected
    When The CSMS Asks For    12 A for a transaction
    Then The Station Answers    Rejected    PropertyConstraintViolation

TC_028_CS A Remote Stop Of Another Transaction Is Refused
    Given A Transaction Runs
    When The CSMS Asks For    a remote stop of an unknown transaction
    Then The Station Answers    Rejected


*** Keywords ***
A Transaction Runs
    [Documentation]    For a vehicle that charges, begun by the CSMS.
    The Station Is Connected
    A Vehicle Is Plugged In
    The CSMS Asks For    a remote start
    The Station Tells    StatusNotification Charging

The CSMS Has The Station Keep
    [Documentation]    A profile, which the station takes.
    [Arguments]    ${profile}
    The CSMS Asks For    ${profile}
    The Station Answers    Accepted
