*** Settings ***
Documentation    3.5.1 Outage detection: a meter that loses its supply tells of it soon; a momentary interruption is
...              reported as such; the outage management has one entry for each meter, and no false alarm stays there.
Metadata         Process    3.5.1

Resource         resources/bench.resource
Resource         resources/outages.resource


*** Test Cases ***
A Meter Without Supply Tells Of It
    [Documentation]    By a last gasp, once the declared hold-off is over.
    [Tags]    row:3.5.1/AMI-28/Meter-HE
    When The Supply Goes And Stays Away
    Then Its Last Gasp Tells Of Each Outage Once
    And The Last Gasp Leaves After The Hold-Off And In Time

A Momentary Interruption Is Reported As Momentary
    [Documentation]    With start and duration, once the supply is back.
    [Tags]    row:3.5.1/AMI-28/Meter-HE
    When The Supply Is Interrupted For A Moment
    Then Each Interruption Is Reported Once As Momentary
    And The Report Comes In Time

A Ping Verifies An Outage
    [Documentation]    What the headend returns.
    [Tags]    row:3.5.1/AMI-28/Meter-HE
    When The Meter Is Pinged With And Without Supply
    Then It Answers With Supply Only

An Outage Reaches The Outage Management
    [Documentation]    One entry, in time, which ends when the supply is back.
    [Tags]    row:3.5.1/AMI-11/HE-OMS
    Given The Meter Tells Its Headend
    When The Supply Is Lost For Minutes
    Then The OMS Has One Entry In Time
    And The Entry Ends With The Outage

A Momentary Interruption Reaches The Outage Management
    [Documentation]    As such.
    [Tags]    row:3.5.1/AMI-11/HE-OMS
    Given The Meter Tells Its Headend
    When The Supply Is Interrupted Once
    Then The OMS Has One Momentary Interruption In Time

A False Alarm Is Contradicted By A Ping
    [Documentation]    The meter answers and has lost no supply.
    [Tags]    row:3.5.1/AMI-11/HE-OMS
    When The Headend Tells Of An Outage That Is None, And The OMS Pings
    Then The Ping Contradicts The Alarm

A Hundred Outages At Once Give A Hundred Entries
    [Documentation]    One for each meter.
    [Tags]    row:3.5.1/AMI-11/HE-OMS
    When A Hundred Meters Lose Their Supply At Once
    Then Each Meter Has One Entry In Time

The Crew's Tool Verifies An Outage At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.5.1/AMI-39/Crew-Meter/d1    derived
    When The Meter Is Pinged With And Without Supply
    Then It Answers With Supply Only
