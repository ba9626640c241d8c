"""What is drawn: each view takes a scene and returns controls. No disk, no network, no rules."""
