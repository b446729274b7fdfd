*** Settings ***
Documentation    5.3 Demand response, manage in-home DG: start, stop and limit within the DER's own protection.
Metadata         Process    5.3.dr.12

Resource         resources/bench.resource
Resource         resources/managed_der.resource


*** Test Cases ***
The DER Starts Stops And Keeps Limits
    [Documentation]    As the energy management says.
    When The Energy Management Starts Stops And Limits The DER
    Then The DER Does As It Is Told

No Start Overrides The Protection Of The DER
    [Documentation]    Whatever the energy management says.
    When The Energy Management Starts The DER On A Bad Grid
    Then The DER's Protection Comes First
