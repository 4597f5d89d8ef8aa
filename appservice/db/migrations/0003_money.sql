-- A purchase may have several payments: one that went back and another after it, or one too many.
DROP INDEX payment_of_purchase;
CREATE INDEX payments_by_purchase ON payments (purchase);

-- What became of a payment is JSON: fee, refunds, disputes, consent. Nothing is searched by it.
ALTER TABLE payments ADD COLUMN number INTEGER NOT NULL DEFAULT 1;
ALTER TABLE payments ADD COLUMN charge TEXT;
ALTER TABLE payments ADD COLUMN tax INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN duplicate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN fee TEXT;
ALTER TABLE payments ADD COLUMN refunds TEXT NOT NULL DEFAULT '[]';
ALTER TABLE payments ADD COLUMN disputes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE payments ADD COLUMN consent TEXT;

ALTER TABLE deliveries ADD COLUMN taken_back_at TEXT;
ALTER TABLE deliveries ADD COLUMN payment TEXT;
UPDATE deliveries SET payment = (
    SELECT payment_intent FROM payments WHERE payments.purchase = deliveries.purchase
) WHERE round = 1;

CREATE INDEX attempts_by_state ON attempts (state) WHERE state IN ('open', 'processing');

-- Every movement of money, once, for ever. Amounts are signed.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    movement TEXT NOT NULL,
    reference TEXT NOT NULL,
    purchase TEXT NOT NULL,
    offer TEXT NOT NULL,
    seller TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    UNIQUE (movement, reference)
) STRICT;

CREATE INDEX ledger_by_seller ON ledger (seller, happened_at);

CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- What was paid before the ledger was kept.
INSERT INTO ledger (movement, reference, purchase, offer, seller, amount, currency, happened_at)
SELECT 'paid', payments.payment_intent, purchases.id, offers.id, offers.seller, payments.amount,
    payments.currency, payments.paid_at
FROM payments
JOIN purchases ON purchases.id = payments.purchase
JOIN offers ON offers.id = purchases.offer;
