from safety.models.report import About, Outcome, Reason, Report
from safety.models.staff_act import AppendOnlyError, StaffAct
from safety.models.suspension import FOREVER, Suspension

__all__ = [
    "FOREVER",
    "About",
    "AppendOnlyError",
    "Outcome",
    "Reason",
    "Report",
    "StaffAct",
    "Suspension",
]
