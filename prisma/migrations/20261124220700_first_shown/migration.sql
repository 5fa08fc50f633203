-- What a number showed before our first write, put back by the seller: it stands until the rules are followed again.
ALTER TABLE "channel_quantity" ADD COLUMN "put_back" INTEGER;
