*** Settings ***
Documentation    3.2.1 Prepayment of energy: what is paid in and what is used up is counted exactly; a customer is told before
...              the credit ends, and then the meter does what is configured.
Metadata         Process    3.2.1

Resource         resources/bench.resource
Resource         resources/prepaid.resource
Resource         resources/prepaid_notices.resource


*** Test Cases ***
A Top-Up Is Counted Exactly And Once
    [Documentation]    Over energy at two rates, the same token again, and a power cut.
    [Tags]    row:3.2.1/AMI-28/HE-Meter
    When Energy Is Used And A Token Paid In Twice Around A Power Cut
    Then The Credit Is Exact

Without Credit The Entire Load Is Disconnected
    [Documentation]    Configured as the action; after a top-up the button closes.
    [Tags]    row:3.2.1/AMI-28/HE-Meter
    When The Credit Is Used Up    disconnect    mode=4
    Then The Supply Goes Off
    And A Top-Up Brings It Back As The Control Mode Allows

A Top-Up Restores The Supply By Itself Where The Mode Says So
    [Documentation]    In a control mode with local reconnection.
    [Tags]    row:3.2.1/AMI-28/HE-Meter
    When The Credit Is Used Up    disconnect    mode=5
    Then The Supply Goes Off
    And A Top-Up Brings It Back As The Control Mode Allows

Without Credit The Demand Is Limited
    [Documentation]    Configured as the action.
    [Tags]    row:3.2.1/AMI-28/HE-Meter
    When The Credit Is Used Up    limit_demand
    Then Only The Demand Is Limited

Without Credit The Critical Circuits Stay On
    [Documentation]    Partial load, by the auxiliary relay.
    [Tags]    row:3.2.1/AMI-28/HE-Meter
    When The Credit Is Used Up    partial_load
    Then Only What Is Not Critical Goes Off

Nobody Is Cut Off In Friendly Hours
    [Documentation]    But when they end.
    [Tags]    row:3.2.1/AMI-28/HE-Meter
    When The Credit Is Used Up In Friendly Hours
    Then The Supply Stays On Until They End

The Customer Is Warned And Lost Receipts Repeat The Notice
    [Documentation]    At the configured threshold, before the credit ends.
    [Tags]    row:3.2.1/AMI-32/Meter-CEMS
    When The Credit Is Used Up And First Receipts Are Lost
    Then A Warning Comes At The Threshold And A Notice At The End
    And A Lost Receipt Repeats The Notice

Remaining Credit And Hours Are Shown Under Time Of Use
    [Documentation]    At the prices of the rate that runs and of the one to come.
    [Tags]    row:3.2.1/AMI-32/Meter-CEMS
    When The Customer Looks An Hour Before A Rate Begins
    Then Credit And Remaining Hours Are Right

Emergency Credit Defers The End
    [Documentation]    Taken by the customer's system.
    [Tags]    row:3.2.1/AMI-32/Meter-CEMS    extension
    When The Customer Takes The Emergency Credit
    Then It Lasts Below A Credit Of 0
