"""Looking at prompts and answers by the rules of the place."""
