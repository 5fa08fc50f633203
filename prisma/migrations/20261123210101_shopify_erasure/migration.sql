-- Erasing a shop's data at its platform's wish (shop/redact): proof that it was done, and the rights for it.

-- CreateTable
CREATE TABLE "erasure_note" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "subject_hash" TEXT NOT NULL,
    "row_count" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "erasure_note_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "erasure_note_subject_hash_idx" ON "erasure_note"("subject_hash");

GRANT SELECT, INSERT ON "erasure_note" TO inventorysync_erasure;
GRANT SELECT ON "erasure_note" TO inventorysync_worker;
