"""Says how matrix-ppv is set up. Imports nothing else of ours."""
