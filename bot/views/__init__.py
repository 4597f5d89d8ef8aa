"""What people see and do of their own in the browser: the seller's desk, and the library of buyers."""
