-- An unexplained change that our own write covered is kept as units of its own: the shown number alone cannot hold it below zero.
ALTER TABLE "channel_quantity" ADD COLUMN "covered_gap" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "late_gap" INTEGER NOT NULL DEFAULT 0;
