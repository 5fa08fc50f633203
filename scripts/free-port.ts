import { createServer } from "node:net";

/** Whether nobody listens on this port of the loopback address. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** The wanted port if it is free, otherwise one that the system picks. */
export async function portOrAnother(wanted?: number): Promise<number> {
  if (wanted && (await portIsFree(wanted))) return wanted;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      if (address === null || typeof address === "string") return reject(new Error("The probe has no port."));
      probe.close(() => resolve(address.port));
    });
  });
}
