"""Who may do what in a mission, one room for each thing laid down."""

from missions.policies.compartments import confirm_member, open_compartment, propose_member, read_out, renew_member
from missions.policies.markings import set_marking
from missions.policies.postings import confirm_ceiling, end_posting, extend_posting, open_posting, set_ceiling
from missions.policies.posture import delegate, lift_prohibition, prohibit, revoke_delegation, set_posture

__all__ = [
    "confirm_ceiling",
    "confirm_member",
    "delegate",
    "end_posting",
    "extend_posting",
    "lift_prohibition",
    "open_compartment",
    "open_posting",
    "prohibit",
    "propose_member",
    "read_out",
    "renew_member",
    "revoke_delegation",
    "set_ceiling",
    "set_marking",
    "set_posture",
]
