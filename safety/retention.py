"""Delete the evidence of closed reports after KEEP_EVIDENCE_DAYS; 0 means to keep it forever."""

from django.conf import settings
from django.core.files.storage import storages

from accounts.retention import cutoff
from safety.models import Report


def sweep() -> dict[str, int]:
    """Delete old evidence; return from how many reports it was deleted."""
    return {"evidence": _sweep_evidence()}


def _sweep_evidence() -> int:
    """Delete the evidence of closed reports. The reports themselves and their outcomes are kept."""
    before = cutoff(settings.KEEP_EVIDENCE_DAYS)
    if before is None:
        return 0
    closed = Report.objects.filter(closed_at__lt=before).exclude(evidence={})
    emptied = 0
    for report in closed.order_by("pk").iterator():
        for name in report.evidence.get("pictures", {}):
            storages["evidence"].delete(name)
        emptied += Report.objects.filter(pk=report.pk).update(evidence={})
    return emptied
