*** Settings ***
Documentation    3.5.4 Scheduled outage notification: a text about an outage reaches the home.
Metadata         Process    3.5.4

Resource         resources/bench.resource
Resource         resources/outage_notices.resource
Resource         resources/signals.resource
Resource         resources/consumer_message.resource


*** Test Cases ***
A Scheduled Outage Is Shown In The Home
    [Documentation]    From the OMS by the headend and the gateway, with its times.
    [Tags]    row:3.5.4/AMI-11/OMS-HE
    When The OMS Has The Customer Told Of A Scheduled Outage
    Then The Home Shows It By The Customer's Clock

A Failure Is Shown The Same Way
    [Documentation]    Unplanned.
    [Tags]    row:3.5.4/AMI-11/OMS-HE
    When The OMS Has The Customer Told Of A Failure
    Then The Home Shows It By The Customer's Clock

A Notice Is Changed And Cancelled
    [Documentation]    The home shows what holds.
    [Tags]    row:3.5.4/AMI-11/OMS-HE
    When The Outage Is Put Off And Then Cancelled
    Then The Home Shows What Holds

A Notice Expires
    [Documentation]    With the outage.
    [Tags]    row:3.5.4/AMI-11/OMS-HE
    When The Outage Of A Notice Comes And Goes
    Then The Notice Is Gone

A Customer Without A Display Is Written To
    [Documentation]    By the CIS.
    [Tags]    row:3.5.4/AMI-11/OMS-HE
    When The OMS Has A Customer Told Who Has No Display
    Then The Customer Is Written To

The Headend's Text Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:3.5.4/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Headend's Text Stands At The Meter's Customer Port
    [Documentation]    Where the meter is itself the home's gateway.
    [Tags]    row:3.5.4/AMI-27/HE-ESI
    When The Headend Writes Changes And Takes Back A Text
    Then Port P1 Shows What Holds

An Appliance's Screen Shows An Outage
    [Documentation]    With its times, and no longer than it lasts.
    [Tags]    row:3.5.4/AMI-34/ESI-Appl/d1    derived
    When The Gateway Tells An Appliance Of An Outage
    Then The Appliance Shows It By The Customer's Clock Until It Is Over

An Appliance's Screen Shows What Holds
    [Documentation]    A notice that was changed, and then taken back.
    [Tags]    row:3.5.4/AMI-34/ESI-Appl/d1    derived
    When The Gateway Puts The Outage Off And Takes It Back
    Then The Appliance Shows What Holds

The Gateway's Text Reaches The Energy Management
    [Documentation]    The hop to the customer that the paper leaves out (reading R12).
    [Tags]    row:3.5.4/AMI-31/ESI-CEMS/d1    derived
    When A Signal Is Given For A Time To Come
    Then It Is Acknowledged
