*** Settings ***
Documentation    3.4.2 Remote connect for reinstatement: as for move-in, but only once a payment is confirmed or an
...              agreement recorded, at most once, and not against a newer order to disconnect.
Metadata         Process    3.4.2

Resource         resources/bench.resource
Resource         resources/remote_switch.resource
Resource         resources/switch_orders.resource
Resource         resources/reinstatement.resource

Test Teardown    Put Everything Back


*** Test Cases ***
A Confirmed Payment Brings The Supply Back
    [Documentation]    The CIS hears of it, and orders the connect at the MDMS, which has the headend execute it.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Is Disconnected For Non-Payment
    When The Payment Is Confirmed
    Then The Supply Is Back In Time

A Recorded Agreement Brings The Supply Back
    [Documentation]    Without any payment.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Is Disconnected For Non-Payment
    When An Agreement Is Recorded
    Then The Supply Is Back In Time

A Payment That Is Not Confirmed Brings Nothing Back
    [Documentation]    It is announced, and nobody confirms it.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Is Disconnected For Non-Payment
    When The Payment Is Only Announced
    Then The Supply Stays Off

A Rejected Payment Brings Nothing Back
    [Documentation]    It was announced, and the bank rejects it.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Is Disconnected For Non-Payment
    When The Payment Is Rejected
    Then The Supply Stays Off

A Payment Counts Only Once
    [Documentation]    Its confirmation comes again after the customer was disconnected anew.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Has Paid And Was Disconnected Again
    When The Same Confirmation Comes Again
    Then The Supply Does Not Come Back Again

A Newer Order To Disconnect Prevails
    [Documentation]    It was given after the connect and before its time.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Has Been Disconnected
    When The CIS Orders It And Then A Disconnect
    Then Only The Newer Order Counts

Supply Comes On At The Ordered Time
    [Documentation]    The CIS orders at the MDMS (reading R3), the headend executes, the answer comes back.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Has Been Disconnected
    When The CIS Orders It For In Five Minutes
    Then Nothing Happens Before The Time
    And The First Reading Is Of The Ordered Time
    And It Happens At Its Time
    And The Business Answer Comes In Time And Is True
    And The Second Reading Of The Order Is Not Lower
    And Nothing Is Suspected

Energy Since The Final Reading Is Reported Before The Connect
    [Documentation]    A difference between the final reading and reading 1 is possible tampering.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Has Been Disconnected
    And Someone Bypasses The Open Switch
    When The CIS Orders It For In Five Minutes
    Then Possible Tampering Is Reported Before The Connect

A Connect Onto A Live Load Side Is Refused
    [Documentation]    Nothing closes, and the CIS is told why.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Has Been Disconnected
    And The Load Side Is Live
    When The CIS Orders It For In Five Minutes
    Then The Order Ends As    refused    backfeed

A Connect Before Its Time Is Refused
    [Documentation]    An order that is no longer valid when its time comes; with the reason, and nothing closes.
    [Tags]    row:3.4.2/AMI-25/CIS-MDMS
    Given The Customer Has Been Disconnected
    When The CIS Orders It To Be Done Before Its Time
    Then The Order Is Refused Because It Is    invalid_value    expired    stale

The Meter Connects And Says So When It Is True
    [Documentation]    Acknowledgment and states never run ahead of the contacts.
    [Tags]    row:3.4.2/AMI-28/HE-Meter
    Given The Supply Is Off And A Load Waits
    When The Headend Reads Connects And Reads Again
    Then Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower

Control Modes 1 3 5 And 6 Wait For The Button
    [Documentation]    Ready for reconnection within t_act, closure only by hand.
    [Tags]    row:3.4.2/AMI-28/HE-Meter
    When The Headend Connects In Control Modes    1    3    5    6
    Then The Switch Waits For The Button

Control Modes 2 4 And 7 Close At Once
    [Documentation]    The witness sees the closure within t_act.
    [Tags]    row:3.4.2/AMI-28/HE-Meter
    When The Headend Connects In Control Modes    2    4    7
    Then The Switch Closes At Once

Nothing Closes While The Load Side Is Live
    [Documentation]    At half the nominal voltage always, and above the declared limit (points of control I-H3).
    [Tags]    row:3.4.2/AMI-28/HE-Meter
    When The Headend Connects While The Load Side Is Live
    Then Nothing Closes And The Refusal Says Why

A Harmless Voltage Hinders No Connect
    [Documentation]    At 5 V, and below the declared limit (points of control I-H3).
    [Tags]    row:3.4.2/AMI-28/HE-Meter
    When The Headend Connects While The Load Side Has A Harmless Voltage
    Then It Closes All The Same

The MDMS Has The Headend Connect At The Ordered Time
    [Documentation]    The hop that the table leaves out (readings R12, R20).
    [Tags]    row:3.4.2/AMI-10/MDMS-HE/d1    derived
    Given The Customer Has Been Disconnected
    When The CIS Orders It For In Five Minutes
    Then Nothing Happens Before The Time
    And It Happens At Its Time
    And The Business Answer Comes In Time And Is True

The Crew's Tool Connects At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.4.2/AMI-39/Crew-Meter/d1    derived
    Given The Supply Is Off And A Load Waits
    When The Headend Reads Connects And Reads Again
    Then Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower
