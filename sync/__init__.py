"""The agreement between tablets and the centre, and the two ends that keep it. Knows nothing of `app`."""
