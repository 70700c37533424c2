// A port that nobody uses now.

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Asks the kernel for a free TCP port on `address`. */
export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
