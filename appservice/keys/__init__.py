"""Where key-encryption keys are held."""
