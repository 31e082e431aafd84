"""Host policy, reports, the act log, and the filters that every list applies.

A host is one canonical name without port; its policy covers its subdomains. Nobody caches it.

* `policy`  questions about hosts, and the conditions of every list
* `hosts`   block, limit, allow, and back
* `log`     acts and reports
"""

from actors.moderation.hosts import (
    BlockEffect,
    allow,
    at_or_below,
    block,
    effect_of_block,
    hosts,
    limit,
    note_software,
    unblock,
)
from actors.moderation.log import act, act_lines, acts, open_reports, record_report, resolve_report
from actors.moderation.policy import (
    BLOCKED,
    LIMITED,
    OPEN,
    PARTNER,
    POLICIES,
    blocked_hosts,
    is_blocked,
    not_blocked,
    partners_if_only,
    policy_for,
    visible,
)
from actors.moderation.tables import Act, Host, Report

__all__ = [
    "BLOCKED",
    "LIMITED",
    "OPEN",
    "PARTNER",
    "POLICIES",
    "Act",
    "BlockEffect",
    "Host",
    "Report",
    "act",
    "act_lines",
    "acts",
    "allow",
    "at_or_below",
    "block",
    "blocked_hosts",
    "effect_of_block",
    "hosts",
    "is_blocked",
    "limit",
    "not_blocked",
    "note_software",
    "open_reports",
    "partners_if_only",
    "policy_for",
    "record_report",
    "resolve_report",
    "unblock",
    "visible",
]
