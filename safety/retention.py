"""How long the evidence of reports is kept (KEEP_EVIDENCE_DAYS; 0 keeps it for ever)."""

from django.conf import settings
from django.core.files.storage import storages

from accounts.retention import cutoff
from safety.models import Report


def sweep() -> dict[str, int]:
    """What went, by kind."""
    return {"evidence": _sweep_evidence()}


def _sweep_evidence() -> int:
    """Of closed reports: who reported what, and the outcome, stay."""
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
