"""What the two ends say to each other: vocabulary, records, messages and their JSON. Standard library only."""
