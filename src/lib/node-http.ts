// What programs of ours need of `node:http`. An import of that names all it exports, and naming its `WebSocket` loads a
// whole HTTP client, which no one here uses: it doubles what a process of Node needs to start.
import type * as NodeHttp from 'node:http';

const http = process.getBuiltinModule('node:http');

export const createServer: typeof NodeHttp.createServer = http.createServer;
export const request: typeof NodeHttp.request = http.request;
export const STATUS_CODES: typeof NodeHttp.STATUS_CODES = http.STATUS_CODES;
