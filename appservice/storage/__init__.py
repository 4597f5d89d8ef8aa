"""Where ciphertexts are kept."""
