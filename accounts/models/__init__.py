from accounts.models.block import Block
from accounts.models.export import Export
from accounts.models.follow import Follow
from accounts.models.notification import Notification
from accounts.models.report import About, Outcome, Reason, Report
from accounts.models.staff_act import NeverChanged, StaffAct
from accounts.models.suspension import FOR_GOOD, Suspension
from accounts.models.user import User

__all__ = [
    "FOR_GOOD",
    "About",
    "Block",
    "Export",
    "Follow",
    "NeverChanged",
    "Notification",
    "Outcome",
    "Reason",
    "Report",
    "StaffAct",
    "Suspension",
    "User",
]
