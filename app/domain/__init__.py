"""The rules of the work, pure: no disk, no network, no clock."""
