"""What the measurements of sync share: a pile of records, a slow link, a crowd of tablets."""
