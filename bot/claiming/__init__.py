"""The goods in the buyer's browser, for whoever cannot be reached in a chat."""
