"""Opening missions, posting people, keeping compartments and markings, and laying down what the mission does."""

from missions.services.compartments import (
    confirm_member,
    keep_owners,
    open_compartment,
    propose_member,
    read_out,
    renew_member,
)
from missions.services.markings import set_marking
from missions.services.postings import (
    confirm_ceiling,
    end_posting,
    extend_posting,
    open_mission,
    open_posting,
    set_ceiling,
)
from missions.services.posture import delegate, lift_prohibition, prohibit, revoke_delegation, set_posture

__all__ = [
    "confirm_ceiling",
    "confirm_member",
    "delegate",
    "end_posting",
    "extend_posting",
    "keep_owners",
    "lift_prohibition",
    "open_compartment",
    "open_mission",
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
