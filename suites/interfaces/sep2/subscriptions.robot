*** Settings ***
Documentation    IEEE 2030.5 at a client that subscribes: it is told of changes, and need not wait for its next poll.
Metadata         Interface    AMI-31 AMI-43
Metadata         Link         inverter/sep2:client cems/sep2:client

Resource         ../../resources/bench.resource
Resource         ../../resources/sep2_subscriptions.resource


*** Test Cases ***    # robocop: off=DOC02
SEP2_SUBSCRIPTION_P1 A Device Subscribes To What It Follows
    When The Server Can Be Subscribed To
    Then The Device That Subscribes    subscribes once to each list of controls

SEP2_SUBSCRIPTION_P2 A Notification Is Acted On At Once
    When The Server Tells Of A New Control
    Then The Device That Subscribes    acts at once

SEP2_SUBSCRIPTION_P3 A Subscription That Its Server Has Ended Is Made Anew
    When The Server Ends The Subscription
    Then The Device That Subscribes    subscribes anew

SEP2_SUBSCRIPTION_P4 A Subscription Ends With Its Program
    When The Device Loses A Program That It Subscribed To
    Then The Device That Subscribes    ends its subscription

SEP2_SUBSCRIPTION_N1 A Notification Of Somebody Else Is Refused
    When Somebody Else Tells Of A New Control
    Then The Device That Subscribes    refuses
