"""What a person can do, one method per intention: asks the domain, writes to disk, then shows it."""
