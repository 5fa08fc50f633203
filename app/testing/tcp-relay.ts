import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A loopback port in front of a server, which a test can take away and give back. */
export type TcpRelay = {
  port: number;
  /** Begins to listen. */
  up(): Promise<void>;
  /** Cuts every connection and refuses new ones. */
  down(): Promise<void>;
};

export function createTcpRelay(port: number, target: { host: string; port: number }): TcpRelay {
  const open = new Set<Socket>();
  let server: Server | null = null;
  const keep = (socket: Socket, other: Socket) => {
    open.add(socket);
    socket.on("error", () => other.destroy());
    socket.on("close", () => {
      open.delete(socket);
      other.destroy();
    });
  };
  return {
    port,
    async up() {
      server = createServer((near) => {
        const far = connect(target.port, target.host);
        keep(near, far);
        keep(far, near);
        near.pipe(far).pipe(near);
      });
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
    async down() {
      const closing = server;
      server = null;
      for (const socket of open) socket.destroy();
      if (closing) {
        closing.close();
        await once(closing, "close");
      }
    },
  };
}
