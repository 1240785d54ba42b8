import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Pool } from 'undici';

const [port = '', upstream = '', cert = '', key = ''] = process.argv.slice(2);
const pool = new Pool(`http://${upstream}`);

createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
  const { method = 'GET', url = '/' } = request;
  void pool.stream(
    { method, path: url, headers: { host: request.headers.host ?? '' }, opaque: response },
    ({ statusCode, headers }) => response.writeHead(statusCode, headers),
  );
}).listen(Number(port), '127.0.0.1');
