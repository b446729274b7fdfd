*** Settings ***
Documentation    5.3.3 Demand response, critical peak price: a price reaches the home, which reacts by its rule.
Metadata         Process    5.3.3

Resource         resources/appliances.resource
Resource         resources/bench.resource
Resource         resources/der_responses.resource
Resource         resources/home_prices.resource
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

A Critical Peak Of Load Management Starts The Home's Actions
    [Documentation]    Announced, started and ended at random within what it says; loads off, storage up.
    [Tags]    row:5.3.3/AMI-12/LMS-HE
    When A Critical Peak Is Announced
    Then The Home Acts From Its Start To Its End

A Critical Peak Of Load Management Has The Storage Discharge
    [Documentation]    Over Modbus to the inverter.
    [Tags]    row:5.3.3/AMI-43/CEMS-DER
    When A Critical Peak Is Announced
    Then The Home's Storage Does What The Rule Says

A Cancelled Critical Peak Is Not Followed
    [Documentation]    Before it begins, and from the cancellation on.
    [Tags]    row:5.3.3/AMI-12/LMS-HE
    When Critical Peaks Are Cancelled
    Then The Home Does Not Act Or Acts No More

A Critical Peak For Some Is Followed By Those Only
    [Documentation]    A local subset as well as all.
    [Tags]    row:5.3.3/AMI-12/LMS-HE
    When A Critical Peak Is For Some Homes And For All
    Then Only Those Homes Act

The Energy Management Has A DER Respond
    [Documentation]    Status and response information come back.
    [Tags]    row:5.3.3/AMI-43/CEMS-DER
    When The DER Is Commanded In Response To A Price
    Then It Responds And Tells So
