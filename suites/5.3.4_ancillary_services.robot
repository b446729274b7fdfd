*** Settings ***
Documentation    5.3.4 Demand response, ancillary services: a control of generation reaches the home.
Metadata         Process    5.3.4

Resource         resources/appliances.resource
Resource         resources/bench.resource
Resource         resources/der_grid_services.resource
Resource         resources/managed_generation.resource
Resource         resources/random_delays.resource
Resource         resources/services_by_signal.resource
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

The Energy Management Has An Appliance Draw Less
    [Documentation]    Status and response information come back (for a service).
    [Tags]    row:5.3.4/AMI-35/CEMS-Appl
    When The Appliance Is Commanded And Released
    Then It Acknowledges And Acts In Time
    And What It Says Of Itself Is True
    And It Comes Back When It Is Released

A DER Supports The Voltage
    [Documentation]    By volt-var, within 1.5 times the accuracy that IEEE 1547 asks for.
    [Tags]    row:5.3.4/AMI-43/CEMS-DER
    When Voltage Support Is Selected
    Then The DER Injects Or Absorbs As It Should
    And The Service Comes In Time And Goes When Cancelled

A DER Gives Fixed Reactive Power
    [Documentation]    Within 1.0 times the accuracy, and never more than it has.
    [Tags]    row:5.3.4/AMI-43/CEMS-DER
    When Fixed Reactive Power Is Selected
    Then The DER Injects Or Absorbs As It Should
    And The Service Comes In Time And Goes When Cancelled
    And More Than It Can Is Refused

A DER Supports The Frequency
    [Documentation]    Droop of 5 %, dead band of 36 mHz, response time of 5 s.
    [Tags]    row:5.3.4/AMI-43/CEMS-DER
    When Frequency Droop Is Selected
    Then The DER Generates Less Or More As It Should
    And The Service Comes In Time And Goes When Cancelled

Load Management Calls For Voltage Support
    [Documentation]    By headend, gateway and energy management.
    [Tags]    row:5.3.4/AMI-12/LMS-HE
    When Voltage Support Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

Load Management Calls For Fixed Reactive Power
    [Documentation]    By headend, gateway and energy management.
    [Tags]    row:5.3.4/AMI-12/LMS-HE
    When Fixed Reactive Power Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

Load Management Calls For Frequency Support
    [Documentation]    By headend, gateway and energy management.
    [Tags]    row:5.3.4/AMI-12/LMS-HE
    When Frequency Support Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

The Headend Calls For Voltage Support
    [Documentation]    By gateway and energy management.
    [Tags]    row:5.3.4/AMI-27/HE-ESI
    When Voltage Support Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

The Headend Calls For Fixed Reactive Power
    [Documentation]    By gateway and energy management.
    [Tags]    row:5.3.4/AMI-27/HE-ESI
    When Fixed Reactive Power Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

The Headend Calls For Frequency Support
    [Documentation]    By gateway and energy management.
    [Tags]    row:5.3.4/AMI-27/HE-ESI
    When Frequency Support Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

The Gateway Calls For Voltage Support
    [Documentation]    By the energy management.
    [Tags]    row:5.3.4/AMI-31/ESI-CEMS
    When Voltage Support Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

The Gateway Calls For Fixed Reactive Power
    [Documentation]    By the energy management.
    [Tags]    row:5.3.4/AMI-31/ESI-CEMS
    When Fixed Reactive Power Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

The Gateway Calls For Frequency Support
    [Documentation]    By the energy management.
    [Tags]    row:5.3.4/AMI-31/ESI-CEMS
    When Frequency Support Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

Services Do Not All Begin At Once
    [Documentation]    Each begins at random within the range that its signal states.
    [Tags]    row:5.3.4/AMI-31/ESI-CEMS
    When Services Are Called For With A Random Delay
    Then Their Starts Are Spread
