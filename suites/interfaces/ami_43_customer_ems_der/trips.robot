*** Settings ***
Documentation    Trips by voltage and frequency.
Metadata         Interface    AMI-43
Metadata         Link    inverter/modbus_tls inverter/modbus

Resource         ../../resources/bench.resource
Resource         ../../resources/der_type_tests.resource


*** Test Cases ***    # robocop: off=DOC02
DER_LV_TRIP Under-Voltage Trips
    When The Grid Passes Each Threshold Of    low voltage
    Then The Supply Ends In Time Beyond Each Threshold
    And The Supply Goes On Short Of Each Threshold

DER_HV_TRIP Over-Voltage Trips
    When The Grid Passes Each Threshold Of    high voltage
    Then The Supply Ends In Time Beyond Each Threshold
    And The Supply Goes On Short Of Each Threshold

DER_LF_TRIP Under-Frequency Trips
    When The Grid Passes Each Threshold Of    low frequency
    Then The Supply Ends In Time Beyond Each Threshold
    And The Supply Goes On Short Of Each Threshold

DER_HF_TRIP Over-Frequency Trips
    When The Grid Passes Each Threshold Of    high frequency
    Then The Supply Ends In Time Beyond Each Threshold
    And The Supply Goes On Short Of Each Threshold
