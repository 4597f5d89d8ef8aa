"""Looking whether all that matrix-ppv depends on is well: one short check a thing, none waits for another."""
