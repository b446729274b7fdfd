*** Settings ***
Documentation    3.5.4 Scheduled outage notification: a text about an outage reaches the home.
Metadata         Process    3.5.4

Resource         resources/bench.resource
Resource         resources/signals.resource


*** Test Cases ***
The Headend's Text Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:3.5.4/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

