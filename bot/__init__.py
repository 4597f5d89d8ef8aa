"""What matrix-ppv decides: the rules of offers, purchases and deliveries. No socket, file or clock."""
