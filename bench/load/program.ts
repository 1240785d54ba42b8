/**
 * The component that is switched: answers at once, ticks on `/ticks`, echoes on sockets. Its worker writes one message
 * after another into a file, with its name, as fast as a queue would hand them out.
 */
export function benchProgram(says: string): string {
  return `import { createServer } from 'node:http';
const says = ${JSON.stringify(says)};
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname !== '/ticks') return response.end(says);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const tick = setInterval(() => response.write('data: ' + says + '\\n\\n'), 200);
  const end = setTimeout(() => { clearInterval(tick); response.end('data: end\\n\\n'); }, Number(searchParams.get('ms')));
  response.on('close', () => { clearInterval(tick); clearTimeout(end); });
});
server.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n');
  socket.on('data', (bytes) => socket.write(says + ': ' + bytes));
  socket.on('end', () => socket.end());
  socket.on('error', () => {});
});
server.listen(Number(process.env.PORT), process.env.HOST);
`;
}

/** Appends `<process id> <milliseconds>` to the file named by `MESSAGES`, a hundred times a second. */
export const workerProgram = `import { appendFileSync } from 'node:fs';
setInterval(() => appendFileSync(process.env.MESSAGES, process.pid + ' ' + Date.now() + '\\n'), 10);
`;

/** A worker is started anew for each of its turns, so nobody else may take a message between its first and its last. */
export function takenByWrongWorker(text: string): { readonly messages: number; readonly wrong: number } {
  const messages = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([worker = '', at = '']) => ({ worker, at: Number(at) }));
  const turns = [...Map.groupBy(messages, ({ worker }) => worker)].map(([worker, taken]) => ({
    worker,
    from: taken[0]?.at ?? 0,
    to: taken.at(-1)?.at ?? 0,
  }));
  const wrong = messages.filter(({ worker, at }) =>
    turns.some((turn) => turn.worker !== worker && turn.from < at && at < turn.to),
  );
  return { messages: messages.length, wrong: wrong.length };
}
