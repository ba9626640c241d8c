"""Two hundred misspellings, and the rule that made them: what the search is measured with."""
