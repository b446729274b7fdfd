*** Settings ***
Documentation    OCPP 2.0.1: cards, transactions and meter values of a charging station, with and without its CSMS.
Metadata         Interface    AMI-33
Metadata         Link    ocpp

Resource         ../../resources/bench.resource
Resource         ../../resources/ocpp_transactions.resource

Test Setup       The Station Speaks    ocpp2.0.1
Test Teardown    The CSMS Ends


*** Test Cases ***    # robocop: off=DOC02
TC_C_56_CS A Card That Nobody Knows Starts Nothing
    Given The Station Is Connected
    And The CSMS Does Not Know The Card
    And A Vehicle Is Plugged In
    When The Card Is Held To The Reader
    Then The Station Tells    Authorize
    And The Station Does Not Tell    TransactionEvent

OCPP_TRANSACTION_N1 Without Its CSMS A Station Lets Nobody Charge Whom It Does Not Know
    Given The Station Is Connected
    And A Vehicle Is Plugged In
    When The CSMS Goes Away For    1
    And The Card Is Held To The Reader
    And The CSMS Comes Back
    Then The Station Does Not Tell    TransactionEvent    10

TC_F_01_CS A Remote Start Begins A Transaction
    Given The Station Is Connected
    And A Vehicle Is Plugged In
    When The CSMS Asks For    a remote start
    Then The Station Answers    Accepted
    And The Station Tells    TransactionEvent Started RemoteStart
    And The Station Tells    TransactionEvent Updated ChargingStateChanged
    And Every Message Of The Station Fits Its Schema

TC_F_08_CS A Remote Stop Ends The Transaction
    Given A Transaction Runs
    When The CSMS Asks For    a remote stop
    Then The Station Answers    Accepted
    And The Station Tells    TransactionEvent Ended RemoteStop
    And The Transaction Ended For    Remote

TC_E_40_CS What Happens Without A Link Is Told Afterwards In Order
    Given A Transaction Runs
    When The CSMS Goes Away For    150
    And The CSMS Comes Back
    Then The Events Of The Transaction Follow Each Other

TC_E_43_CS A Transaction Without A Link Is Told Afterwards As Such
    Given The Station Knows The Card By Itself
    When The CSMS Goes Away For    1
    And Somebody Charges For    70
    And The CSMS Comes Back
    Then The Station Tells    TransactionEvent Ended
    And The Transaction Was Offline From Start To End

TC_J_01_CS Clock-Aligned Values Are Of Whole Intervals
    Given The Station Is Connected
    And Time Passes    7
    When The CSMS Asks For    values every minute of the clock
    Then The Station Answers    Accepted
    And The Station Tells    MeterValues Sample.Clock    130
    And The Values Are Of Whole Intervals Of    60

TC_J_07_CS The Start Of A Transaction Bears The Meter's Value
    Given The Station Is Connected
    And A Vehicle Is Plugged In
    When The CSMS Asks For    a remote start
    Then The Station Tells    TransactionEvent Started
    And The Start Bears A Value Of The Context    Transaction.Begin

OCPP_TRANSACTION_B1 A Message That Is Not Answered Is Sent Again
    Given The Station Is Connected
    And A Vehicle Is Plugged In
    And The CSMS Leaves The First Start Unanswered
    When The CSMS Asks For    a remote start
    And Time Passes    240
    Then The Start Is Told Again


*** Keywords ***
The Station Knows The Card By Itself
    [Documentation]    By its local list.
    The Station Is Connected
    The CSMS Asks For    a local list with the card
    The Station Answers    Accepted

Somebody Charges For
    [Documentation]    With the card, so many seconds.
    [Arguments]    ${seconds}
    A Vehicle Is Plugged In
    The Card Is Held To The Reader
    Time Passes    ${seconds}
    The Card Is Held To The Reader
    The Plug Is Pulled

A Transaction Runs
    [Documentation]    For a vehicle that charges, begun by the CSMS.
    The Station Is Connected
    A Vehicle Is Plugged In
    The CSMS Asks For    a remote start
    The Station Tells    TransactionEvent Updated ChargingStateChanged
