*** Settings ***
Documentation    5.3.4 Demand response, ancillary services: a control of generation reaches the home.
Metadata         Process    5.3.4

Resource         resources/bench.resource
Resource         resources/managed_generation.resource
Resource         resources/signals.resource


*** Test Cases ***
The Headend's Service Signal Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:5.3.4/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management System Follows The Service Signal
    [Documentation]    The power analyser of the home sees the watts.
    [Tags]    row:5.3.4/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

Load Management's Call Travels To The Watts
    [Documentation]    By headend, gateway and energy management; answers travel back.
    [Tags]    row:5.3.4/AMI-12/LMS-HE
    When The Home's Generation Is Limited
    Then The Home Feeds In What The Limit Allows
    And The Home's Answers Come Back
