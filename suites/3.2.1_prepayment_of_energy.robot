*** Settings ***
Documentation    3.2.1 Prepayment of energy: what is paid in and what is used up is counted exactly; a customer is
...              told before the credit ends, and then the meter does what is configured.
Metadata         Process    3.2.1

Resource         resources/bench.resource
Resource         resources/prepaid.resource
Resource         resources/prepaid_notices.resource
Resource         resources/payments.resource
Resource         resources/credit_at_home.resource
Resource         resources/own_message.resource


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

The Home Follows An Account That The Utility Keeps
    [Documentation]    At the meter's gateway: each state of the credit, and each alarm until its receipt.
    [Tags]    row:3.2.1/AMI-32/Meter-CEMS
    When The Credit Is Used Up At The Utility And Paid In Again
    Then The Home Finds Each State Of The Account
    And Each Alarm Stays Until Its Receipt Has Come

Emergency Credit Defers The End
    [Documentation]    Taken by the customer's system.
    [Tags]    row:3.2.1/AMI-32/Meter-CEMS    extension
    When The Customer Takes The Emergency Credit
    Then It Lasts Below A Credit Of 0

A Customer Pays At The Portal
    [Documentation]    The payment counts once, and is acknowledged with validated metering information.
    [Tags]    row:3.2.1/AMI-30/Cust-CIS
    When An Amount Is Paid In Twice Under One Id
    Then It Counts Once And Is Acknowledged

A Customer Cannot Pay What Cannot Be
    [Documentation]    Nothing, less than nothing, and for a meter that is not the customer's.
    [Tags]    row:3.2.1/AMI-30/Cust-CIS
    When Impossible Payments Are Made
    Then Nothing Is Paid

The CIS Has The Headend Pay In
    [Documentation]    The payment counts once, and is acknowledged.
    [Tags]    row:3.2.1/AMI-25/CIS-HE
    When An Amount Is Paid In Twice Under One Id
    Then It Counts Once And Is Acknowledged

A Payment Waits For A Meter Without Supply
    [Documentation]    The CIS learns that it failed; the same payment counts once when it can.
    [Tags]    row:3.2.1/AMI-25/CIS-HE
    When An Amount Is Paid In While The Meter Has No Supply
    Then It Is Refused Then And Counts Once Later

The MDMS Chooses What Happens On Non-Payment
    [Documentation]    Entire load, partial load, limit of demand.
    [Tags]    row:3.2.1/AMI-10/MDMS-HE
    When The MDMS Orders Each Action In Turn
    Then Each Action Is Set And Answered

The Headend Knows When A Customer Is Cut Off
    [Documentation]    Readings, meter status and disconnect status.
    [Tags]    row:3.2.1/AMI-10/MDMS-HE
    When The MDMS Orders A Disconnect And The Credit Is Used Up
    Then The Headend Says That The Supply Is Off

Billing Gets Readings And Paid Amounts
    [Documentation]    Exactly, and each once.
    [Tags]    row:3.2.1/AMI-24/MDMS-Billing
    When The MDMS Hands Readings And Paid Amounts Over
    Then Billing Holds Them Once

The Crew's Tool Pays In At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.2.1/AMI-39/Crew-Meter/d1    derived
    When Energy Is Used And A Token Paid In Twice Around A Power Cut
    Then The Credit Is Exact

The Crew's Tool Has The Entire Load Disconnected Without Credit
    [Documentation]    Configured at the optical port as the action.
    [Tags]    row:3.2.1/AMI-39/Crew-Meter/d2    derived
    When The Credit Is Used Up    disconnect    mode=4
    Then The Supply Goes Off
    And A Top-Up Brings It Back As The Control Mode Allows

The Crew's Tool Has The Demand Limited Without Credit
    [Documentation]    Configured at the optical port as the action.
    [Tags]    row:3.2.1/AMI-39/Crew-Meter/d2    derived
    When The Credit Is Used Up    limit_demand
    Then Only The Demand Is Limited

The Crew's Tool Has The Critical Circuits Kept Without Credit
    [Documentation]    Configured at the optical port as the action.
    [Tags]    row:3.2.1/AMI-39/Crew-Meter/d2    derived
    When The Credit Is Used Up    partial_load
    Then Only What Is Not Critical Goes Off

The Headend Cuts Off Without Payment
    [Documentation]    The order that no printed row carries to the meter (reading R12).
    [Tags]    row:3.2.1/AMI-28/HE-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
