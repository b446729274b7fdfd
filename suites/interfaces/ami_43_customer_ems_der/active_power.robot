*** Settings ***
Documentation    Functions of active power.
Metadata         Interface    AMI-43
Metadata         Link    inverter/modbus_tls inverter/modbus

Resource         ../../resources/bench.resource
Resource         ../../resources/der_type_tests.resource


*** Test Cases ***    # robocop: off=DOC02
DER_LAP Limit Active Power
    When Active Power Is Limited
    Then Active Power Is Within The Band

DER_VW Volt-Watt
    When The Voltage Rises Along The Volt-Watt Curve
    Then Active Power Is Within The Band
    And The Response Is Quick Enough
