/** One worker at a time for something that may take long: the lease is renewed while the work runs, so that a killed one is replaced soon. */
import { acquireLease, releaseLease, renewLease } from "#app/data/lease.server.ts";
import type { House } from "./house.server.ts";

/** Does nothing where another worker is at it. */
export async function underLease(house: House, name: string, work: () => Promise<void>): Promise<void> {
  const lease = await acquireLease(house.db.plain, name, house.newId(), house.pace.leaseMs);
  if (lease === null) return;
  const heartbeat = setInterval(() => {
    renewLease(house.db.plain, lease, house.pace.leaseMs).catch((error: unknown) =>
      house.log.warn("a lease was not renewed", { lease: name, error: String(error) }),
    );
  }, house.pace.leaseRenewMs);
  try {
    await work();
  } finally {
    clearInterval(heartbeat);
    await releaseLease(house.db.plain, lease);
  }
}
