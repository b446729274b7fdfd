*** Settings ***
Documentation    Disturbances that the DER has to stand.
Metadata         Interface    AMI-43
Metadata         Link    inverter/modbus_tls inverter/modbus

Resource         ../../resources/bench.resource
Resource         ../../resources/der_type_tests.resource


*** Test Cases ***    # robocop: off=DOC02
DER_LVRT Low-Voltage Ride-Through
    When The Voltage Leaves Its Normal Range    low
    Then The DER Rides Through
    And Power Is Restored In Time

DER_HVRT High-Voltage Ride-Through
    When The Voltage Leaves Its Normal Range    high
    Then The DER Rides Through

DER_FRT Frequency Ride-Through
    When The Frequency Leaves Its Normal Range
    Then The DER Rides Through

DER_ROCOF Rate Of Change Of Frequency
    When The Frequency Changes Quickly
    Then The DER Rides Through

DER_PCRT Phase-Change Ride-Through
    When The Phase Angle Jumps
    Then The DER Rides Through
