*** Settings ***
Documentation    3.1.3 Net metering and feed-in tariffs: what is drawn and what is fed in are counted apart, each in the
...              rate of its time, and reach the MDMS and Billing apart.
Metadata         Process    3.1.3

Resource         resources/bench.resource
Resource         resources/net_metering.resource
Resource         resources/own_message.resource


*** Test Cases ***
The MDMS Gets Both Directions
    [Documentation]    As the meter recorded them.
    [Tags]    row:3.1.3/AMI-10/MDMS-HE
    Given A Generator Feeds In At Times
    When The MDMS Asks For Both Directions
    Then The Headend Hands On Both Directions

Each Direction Counts In Its Own Register
    [Documentation]    Import, export and both within one interval: nothing is added up or netted.
    [Tags]    row:3.1.3/AMI-28/HE-Meter
    Given A Generator Feeds In At Times
    When The Headend Reads Both Directions
    Then Each Register Holds What Flowed In Its Direction
    And No Register Moves Against Its Direction
    And Net Is Import Less Export

The Rate Changes At Its Time For Import
    [Documentation]    Energy goes to the rate of its time only, and to the registers of its direction.
    [Tags]    row:3.1.3/AMI-28/HE-Meter
    When Power Is Drawn While The Rate Changes
    Then Each Rate Takes Over At Its Time

The Rate Changes At Its Time For Export
    [Documentation]    The same for what is fed in.
    [Tags]    row:3.1.3/AMI-28/HE-Meter
    When Power Is Fed In While The Rate Changes
    Then Each Rate Takes Over At Its Time

Billing Gets Both Directions
    [Documentation]    From which it can net, or pay for what was fed in.
    [Tags]    row:3.1.3/AMI-24/MDMS-Billing
    Given The MDMS Collects While A Generator Feeds In
    Then MDMS And Billing Hold Both Directions

The Crew's Tool Reads Both Directions
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.1.3/AMI-39/Crew-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
