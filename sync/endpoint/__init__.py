"""The centre's end: one database, one address for tablets, one transaction for each exchange."""
