import { createServer } from 'node:http';

/**
 * Answers as `production-1`; on `/ticks` with a stream that says something at once and then every second. nginx is told
 * not to gather it.
 */
const [port = ''] = process.argv.slice(2);

createServer((request, response) => {
  if (request.url !== '/ticks') {
    response.end('production-1');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  response.write('data: tick\n\n');
  const ticking = setInterval(() => response.write('data: tick\n\n'), 1000);
  response.on('close', () => clearInterval(ticking));
}).listen(Number(port), '127.0.0.1');
