import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Pool } from 'undici';

const [port = '', upstream = '', cert = '', key = ''] = process.argv.slice(2);
const pool = new Pool(`http://${upstream}`);

createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
  const { method = 'GET', url = '/' } = request;
  const answered = pool.stream(
    { method, path: url, headers: { host: request.headers.host ?? '' }, opaque: response },
    ({ statusCode, headers }) => response.writeHead(statusCode, headers),
  );
  // The client has gone, as all of them do when a round of load ends.
  answered.catch(() => response.destroy());
}).listen(Number(port), '127.0.0.1');
