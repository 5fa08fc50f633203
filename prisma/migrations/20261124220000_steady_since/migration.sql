-- An order that is first seen when it is already cancelled fell and rose between two looks that found the same number. Only the first of
-- them tells that it is so; the newest alone may contain the fall.

-- AlterTable
ALTER TABLE "channel_quantity" ADD COLUMN "steady_since" TIMESTAMPTZ(3);
