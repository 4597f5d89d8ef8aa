"""What sellers and bookkeepers read: figures, movements of money, evidence."""
