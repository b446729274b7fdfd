*** Settings ***
Documentation    Droop of active power over frequency.
Metadata         Interface    AMI-43
Metadata         Link    inverter/modbus_tls inverter/modbus

Resource         ../../resources/bench.resource
Resource         ../../resources/der_type_tests.resource


*** Test Cases ***    # robocop: off=DOC02
DER_FW_OVER Frequency Droop Above Nominal
    When The Frequency Rises And Comes Back
    Then Active Power Follows The Droop
    And The Droop Is Quick Enough

DER_FW_UNDER Frequency Droop Below Nominal
    When The Frequency Falls While Half Of The Power Is Used
    Then Active Power Follows The Droop
    And The Droop Is Quick Enough
