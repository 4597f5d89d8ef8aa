-- Sellers' own accounts at the payment processor.
CREATE TABLE seller_accounts (
    seller TEXT PRIMARY KEY,
    account TEXT NOT NULL UNIQUE,
    ready INTEGER NOT NULL
) STRICT;
