"""Sound rows become data versions: committed, undone, compared, purged, none lost."""
