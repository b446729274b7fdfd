*** Settings ***
Documentation    5.3.2 Demand response, real-time price: a price reaches the home, which reacts by its rule.
Metadata         Process    5.3.2

Resource         resources/appliances.resource
Resource         resources/bench.resource
Resource         resources/der_responses.resource
Resource         resources/home_prices.resource
Resource         resources/price_signals.resource
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

The Energy Management Has An Appliance Draw Less
    [Documentation]    Status and response information come back (for a price).
    [Tags]    row:5.3.2/AMI-35/CEMS-Appl
    When The Appliance Is Commanded And Released
    Then It Acknowledges And Acts In Time
    And What It Says Of Itself Is True
    And It Comes Back When It Is Released

Prices Arrive At The Gateway Once Exactly And In Order
    [Documentation]    With start, duration, unit and multiplier, as the home finds them.
    [Tags]    row:5.3.2/AMI-27/HE-ESI
    When Prices Are Given For Times To Come
    Then Each Arrives Once Exactly And In Order

The Gateway Drops A Superseded Price
    [Documentation]    The newer one holds.
    [Tags]    row:5.3.2/AMI-27/HE-ESI
    When A High Price Is Replaced By A Low One
    Then The High Price Is Dropped

The Energy Management Drops A Superseded Price
    [Documentation]    The power analyser of the home sees it.
    [Tags]    row:5.3.2/AMI-31/ESI-CEMS
    When A High Price Is Replaced By A Low One
    Then The High Price Is Dropped

The Energy Management Does Not Act On An Expired Price
    [Documentation]    The power analyser of the home sees it.
    [Tags]    row:5.3.2/AMI-31/ESI-CEMS
    When A High Price Comes Too Late
    Then The Home Does Nothing

Load Management's Prices Reach The Home's Loads
    [Documentation]    Through headend, gateway and energy management, by either path and by both.
    [Tags]    row:5.3.2/AMI-12/LMS-HE
    When Load Management Gives A Low Price And Two High Ones
    Then The Home's Loads Do What Its Rule Says
    And Each Hop Acknowledges

Load Management's Prices Reach The Home's Storage
    [Documentation]    Through headend, gateway and energy management, over Modbus to the inverter.
    [Tags]    row:5.3.2/AMI-43/CEMS-DER
    When Load Management Gives A Low Price And Two High Ones
    Then The Home's Storage Does What The Rule Says

The Energy Management Has A DER Respond
    [Documentation]    Status and response information come back.
    [Tags]    row:5.3.2/AMI-43/CEMS-DER
    When The DER Is Commanded In Response To A Price
    Then It Responds And Tells So

An Aggregator's Own Signal Reaches The Home
    [Documentation]    By the gateway, past distribution management and headend (readings R5, R21).
    [Tags]    row:5.3.2/AMI-21/Aggr-ESI/d1    derived
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged
