"""The centre's commands, one module for each family: what they are called, what they take, what they print."""
