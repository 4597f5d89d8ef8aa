"""Matrix: everything that matrix-ppv says to a homeserver, and how it understands what comes back."""
