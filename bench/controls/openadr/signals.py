"""Controls whose probes need not know how a signal travels: those over 2030.5 (`bench.controls.sep2`) serve a VEN too.

Its exchange gives them a VTN for the server, and counts what a VEN answers as the response that it stands for.
"""

from __future__ import annotations

import dataclasses

from bench.controls.sep2 import (
    a_h1_under_attack,
    a_h2_preemption,
    a_h3_retry,
    a_h4_recovery,
    a_h5_endurance,
    a_l1_answer_time,
    a_l2_malformed_input,
    a_l3_power_loss,
    a_l4_link_loss,
    a_m1_flood,
    a_m2_sessions,
    a_m3_safe_state,
    a_m4_command_time,
    a_m5_notification_time,
    a_m6_lockout,
    c_l1_secrets,
    c_l2_anonymous_surface,
    c_l3_default_credentials,
    c_l4_errors,
    i_h2_stale_signals,
    i_h3_interlocks,
    i_h4_log,
    i_h6_command_chain,
    i_h8_oscillation,
    i_h10_time_attack,
    i_h12_false_price,
    i_l1_corrupt_frames,
    i_l3_fidelity,
    i_l4_unauthenticated,
    i_m1_roles,
    i_m4_truthful_answer,
    i_m5_trace,
    i_m6_transactions,
)

_SERVING = (
    a_h1_under_attack,
    a_h2_preemption,
    a_h3_retry,
    a_h4_recovery,
    a_h5_endurance,
    a_l1_answer_time,
    a_l2_malformed_input,
    a_l3_power_loss,
    a_l4_link_loss,
    a_m1_flood,
    a_m2_sessions,
    a_m3_safe_state,
    a_m4_command_time,
    a_m5_notification_time,
    a_m6_lockout,
    c_l1_secrets,
    c_l2_anonymous_surface,
    c_l3_default_credentials,
    c_l4_errors,
    i_h10_time_attack,
    i_h12_false_price,
    i_h2_stale_signals,
    i_h3_interlocks,
    i_h4_log,
    i_h6_command_chain,
    i_h8_oscillation,
    i_l1_corrupt_frames,
    i_l3_fidelity,
    i_l4_unauthenticated,
    i_m1_roles,
    i_m4_truthful_answer,
    i_m5_trace,
    i_m6_transactions,
)

PROBES = tuple(dataclasses.replace(module.PROBE, link="openadr") for module in _SERVING)
