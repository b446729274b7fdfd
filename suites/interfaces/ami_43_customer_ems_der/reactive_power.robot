*** Settings ***
Documentation    Functions of reactive power.
Metadata         Interface    AMI-43
Metadata         Link    inverter/modbus_tls inverter/modbus

Resource         ../../resources/bench.resource
Resource         ../../resources/der_type_tests.resource


*** Test Cases ***    # robocop: off=DOC02
DER_CPF Constant Power Factor
    When The Power Factor Is Held In Changing Sun
    Then Reactive Power Is Within The Band

DER_CRP Constant Reactive Power
    When A Reactive Power Is Held In Changing Sun
    Then Reactive Power Is Within The Band

DER_VV Volt-Var
    When The Voltage Moves Along Two Volt-Var Curves
    Then Volt-Var Is Within The Band
    And Volt-Var Is Quick Enough

DER_VV_VREF Volt-Var With An Autonomous Reference
    When The Voltage Stays High With An Autonomous Reference
    Then Volt-Var Is Within The Band

DER_VV_IMBALANCE Volt-Var With Unlike Phases
    When The Phases Have Unlike Voltages
    Then Volt-Var Is Within The Band

DER_WV Watt-Var
    When Active Power Changes Along The Watt-Var Curve
    Then Reactive Power Is Within The Band

DER_PRI Priority Of Reactive Power
    When Reactive Power Has Priority At Full Power
    Then Reactive Power Is Within The Band
    And Active Power Gives Way
