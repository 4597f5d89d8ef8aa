"""The seller's desk: what the studio's pages show, and what is done there."""
