"""The tablet's end: what to send when, and what to make of the answer. It knows the disk only through a port."""
