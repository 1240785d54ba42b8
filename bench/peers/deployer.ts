import { emptyRouteTable, withStable } from '../../src/core/route-table.ts';
import { edgeFolder, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { processEdges } from '../../src/edge/edges.ts';
import { treeOf } from '../process-figures.ts';
import type { Peer } from './peer.ts';

const ref = { integration: 'bench', environment: 'production' };

export const deployer: Peer = {
  name: 'Deployer',
  program: null,
  async start({ folder, upstream, port, cert, key }) {
    const edges = processEdges({ home: folder });
    const signal = AbortSignal.timeout(60_000);
    await edges.ensure(ref, { port, cert, key, workers: 1 }, signal);
    const table = withStable(emptyRouteTable, 'production-1');
    await edges.put(ref, { table, backends: { 'production-1': [upstream] } }, signal);
    const record = await readEdgeRecord(edgeFolder(folder, ref));
    if (record === null) throw new Error('the edge has no record');
    return {
      url: `https://localhost:${port}`,
      pids: treeOf(record.pid, new Set([record.pid])),
      close: () => edges.stop(ref, AbortSignal.timeout(60_000)),
    };
  },
};
