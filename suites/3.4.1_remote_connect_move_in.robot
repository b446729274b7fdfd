*** Settings ***
Documentation    3.4.1 Remote connect for move-in: at the ordered time the meter is read, held against the final
...              reading of the last supply, connected unless its load side is live, and read again.
Metadata         Process    3.4.1

Resource         resources/bench.resource
Resource         resources/remote_switch.resource
Resource         resources/switch_orders.resource

Test Teardown    Put Everything Back


*** Test Cases ***
Supply Comes On At The Ordered Time
    [Documentation]    The CIS orders at the MDMS (reading R3), the headend executes, the answer comes back.
    [Tags]    row:3.4.1/AMI-25/CIS-MDMS
    Given The Former Customer Has Moved Out
    When The CIS Orders It For In Five Minutes
    Then Nothing Happens Before The Time
    And The First Reading Is Of The Ordered Time
    And It Happens At Its Time
    And The Business Answer Comes In Time And Is True
    And The Second Reading Of The Order Is Not Lower
    And Nothing Is Suspected

Energy Since The Final Reading Is Reported Before The Connect
    [Documentation]    A difference between the final reading and reading 1 is possible tampering.
    [Tags]    row:3.4.1/AMI-25/CIS-MDMS
    Given The Former Customer Has Moved Out
    And Someone Bypasses The Open Switch
    When The CIS Orders It For In Five Minutes
    Then Possible Tampering Is Reported Before The Connect

A Connect Onto A Live Load Side Is Refused
    [Documentation]    Nothing closes, and the CIS is told why.
    [Tags]    row:3.4.1/AMI-25/CIS-MDMS
    Given The Former Customer Has Moved Out
    And The Load Side Is Live
    When The CIS Orders It For In Five Minutes
    Then The Order Ends As    refused    backfeed

A Connect Before Its Time Is Refused
    [Documentation]    An order that is no longer valid when its time comes; with the reason, and nothing closes.
    [Tags]    row:3.4.1/AMI-25/CIS-MDMS
    Given The Former Customer Has Moved Out
    When The CIS Orders It To Be Done Before Its Time
    Then The Order Is Refused Because It Is    invalid_value    expired    stale

The Meter Connects And Says So When It Is True
    [Documentation]    Acknowledgment and states never run ahead of the contacts.
    [Tags]    row:3.4.1/AMI-28/HE-Meter
    Given The Supply Is Off And A Load Waits
    When The Headend Reads Connects And Reads Again
    Then Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower

Control Modes 1 3 5 And 6 Wait For The Button
    [Documentation]    Ready for reconnection within t_act, closure only by hand.
    [Tags]    row:3.4.1/AMI-28/HE-Meter
    When The Headend Connects In Control Modes    1    3    5    6
    Then The Switch Waits For The Button

Control Modes 2 4 And 7 Close At Once
    [Documentation]    The witness sees the closure within t_act.
    [Tags]    row:3.4.1/AMI-28/HE-Meter
    When The Headend Connects In Control Modes    2    4    7
    Then The Switch Closes At Once

Nothing Closes While The Load Side Is Live
    [Documentation]    At half the nominal voltage always, and above the declared limit (points of control I-H3).
    [Tags]    row:3.4.1/AMI-28/HE-Meter
    When The Headend Connects While The Load Side Is Live
    Then Nothing Closes And The Refusal Says Why

A Harmless Voltage Hinders No Connect
    [Documentation]    At 5 V, and below the declared limit (points of control I-H3).
    [Tags]    row:3.4.1/AMI-28/HE-Meter
    When The Headend Connects While The Load Side Has A Harmless Voltage
    Then It Closes All The Same

The Crew's Tool Connects At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.4.1/AMI-39/Crew-Meter/d1    derived
    Given The Supply Is Off And A Load Waits
    When The Headend Reads Connects And Reads Again
    Then Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower

The Crew's Tool Connects Nothing Onto A Live Load Side
    [Documentation]    The interlock is the meter's own, whoever orders (reading R14b).
    [Tags]    row:3.4.1/AMI-39/Crew-Meter/d1    derived
    When The Headend Connects While The Load Side Is Live
    Then Nothing Closes And The Refusal Says Why

The MDMS Has The Headend Connect
    [Documentation]    The hop on which the order goes on (readings R3, R12).
    [Tags]    row:3.4.1/AMI-10/MDMS-HE/d1    derived
    Given The Former Customer Has Moved Out
    When The MDMS Orders It For In Five Minutes
    Then Nothing Happens Before The Time
    And It Happens At Its Time
    And The Business Answer Comes In Time And Is True
