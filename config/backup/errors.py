class BackupError(Exception):
    """Why a backup or a restore was refused, and what the operator can do, in words for them."""
