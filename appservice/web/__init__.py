"""What others call us by: the homeserver, Stripe, buyers' browsers and operators. One file for each caller."""
