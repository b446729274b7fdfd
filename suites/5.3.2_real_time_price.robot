*** Settings ***
Documentation    5.3.2 Demand response, real-time price: a price reaches the home, which reacts by its rule.
Metadata         Process    5.3.2

Resource         resources/bench.resource
Resource         resources/signals.resource


*** Test Cases ***
The Headend's Price Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:5.3.2/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management System Follows The Price
    [Documentation]    The power analyser of the home sees the watts.
    [Tags]    row:5.3.2/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged
