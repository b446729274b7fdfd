*** Settings ***
Documentation    4.3.1 Outsourced management of generation and storage: an aggregator's control acts by the utility's way or by its own.
Metadata         Process    4.3.1

Resource         resources/bench.resource
Resource         resources/signals.resource


*** Test Cases ***
The Headend's Signal Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:4.3.1/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Aggregator's Own Signal Reaches The Home
    [Documentation]    Past the utility.
    [Tags]    row:4.3.1/AMI-21/Aggr-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management System Follows The Gateway's Signal
    [Documentation]    The power analyser of the home sees the watts.
    [Tags]    row:4.3.1/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged
