from safety.models.report import About, Outcome, Reason, Report
from safety.models.staff_act import NeverChanged, StaffAct
from safety.models.suspension import FOR_GOOD, Suspension

__all__ = [
    "FOR_GOOD",
    "About",
    "NeverChanged",
    "Outcome",
    "Reason",
    "Report",
    "StaffAct",
    "Suspension",
]
