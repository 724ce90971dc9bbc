import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a NATS server that can be shut for one client while others go on. */
export interface Door {
  url: string;
  /** Ends the connections through it, and takes no others. */
  shut(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export const openDoor = async (serverPort: number): Promise<Door> => {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (!isOpen) return client.destroy();
    const toServer = keep(connect(serverPort, '127.0.0.1'));
    client.pipe(toServer).pipe(client);
    client.on('close', () => toServer.destroy());
    toServer.on('close', () => client.destroy());
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const shut = async (): Promise<void> => {
    isOpen = false;
    await Promise.all([...sockets].map((socket) => once(socket.destroy(), 'close')));
  };
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut,
    open: async () => {
      isOpen = true;
    },
    close: async () => {
      await shut();
      server.close();
      await once(server, 'close');
    },
  };
};
