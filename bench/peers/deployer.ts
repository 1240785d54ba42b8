import { emptyRouteTable, withStable } from '../../src/core/switching/route-table.ts';
import { edgeFolder, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { processEdges } from '../../src/edge/edges.ts';
import type { Peer } from './peer.ts';

const ref = { integration: 'bench', environment: 'production' };

export const deployer: Peer = {
  name: 'Deployer',
  program: null,
  async start({ folder, upstream, port, cert, key }) {
    const edges = processEdges({ home: folder });
    const signal = AbortSignal.timeout(60_000);
    await edges.ensure(ref, { port, cert, key, workers: 1 }, signal);
    let table = emptyRouteTable;
    const backends: Record<string, readonly string[]> = {};
    async function switchTo(address: string, deployment: number): Promise<void> {
      const id = `production-${deployment}`;
      table = withStable(table, id);
      backends[id] = [address];
      await edges.put(ref, { table, backends }, AbortSignal.timeout(60_000));
    }
    await switchTo(upstream, 1);
    const record = await readEdgeRecord(edgeFolder(folder, ref));
    if (record === null) throw new Error('the edge has no record');
    return {
      url: `https://localhost:${port}`,
      pids: [record.pid],
      switchedBy: 'route table',
      switchTo,
      async close() {
        await edges.stop(ref, AbortSignal.timeout(60_000));
      },
    };
  },
};
