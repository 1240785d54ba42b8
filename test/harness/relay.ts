import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** A TCP port behind which a database is that listens on a Unix socket, until a test takes the way there down. */
export interface Relay extends AsyncDisposable {
  /** The connection string by way of the port. */
  readonly url: string;
  /** Ends what is connected, and refuses whoever comes, as a host does whose database has ended. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function openRelay(connectionString: string): Promise<Relay> {
  const { username, password, pathname, searchParams } = new URL(connectionString);
  const socketPath = join(searchParams.get('host') ?? '', `.s.PGSQL.${searchParams.get('port')}`);
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const server = connect(socketPath);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const listen = async (port: number): Promise<number> => {
    await once(relay.listen(port, '127.0.0.1'), 'listening');
    const address = relay.address();
    if (address === null || typeof address === 'string') throw new Error('the relay has no port');
    return address.port;
  };
  const port = await listen(0);

  async function goAway(): Promise<void> {
    if (!relay.listening) return;
    const closed = once(relay, 'close');
    relay.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    url: `postgresql://${username}:${password}@127.0.0.1:${port}${pathname}`,
    goAway,
    async comeBack() {
      await listen(port);
    },
    [Symbol.asyncDispose]: goAway,
  };
}
