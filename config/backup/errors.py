class BackupError(Exception):
    """A backup or restore failed. The message tells the operator the reason and what to do."""
