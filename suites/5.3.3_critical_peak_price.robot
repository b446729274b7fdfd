*** Settings ***
Documentation    5.3.3 Demand response, critical peak price: a price reaches the home, which reacts by its rule.
Metadata         Process    5.3.3

Resource         resources/appliances.resource
Resource         resources/bench.resource
Resource         resources/signals.resource


*** Test Cases ***
The Headend's Critical Price Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:5.3.3/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management System Follows The Critical Price
    [Documentation]    The power analyser of the home sees the watts.
    [Tags]    row:5.3.3/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management Has An Appliance Draw Less
    [Documentation]    Status and response information come back (for a critical peak).
    [Tags]    row:5.3.3/AMI-35/CEMS-Appl
    When The Appliance Is Commanded And Released
    Then It Acknowledges And Acts In Time
    And What It Says Of Itself Is True
    And It Comes Back When It Is Released
