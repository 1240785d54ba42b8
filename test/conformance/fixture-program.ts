/**
 * The program that every fixture component of the conformance suite runs, steered by its environment:
 *
 * - `PORT`: serves HTTP there. `/` who answers; `/env` its environment; `/kept` lines of `kept` in its `DATA_DIR`;
 * `/peer/<path>` what the component at   `PEER_URL` answers to that path; `/slow` an answer after 500 ms; `/crash` ends
 * it; `/sick` makes `/live` and   `/ready` answer 503 from then on; `/say/<text>` writes a line.
 * - `READY_AFTER_MS`: `/ready` answers 503 until then. `EXIT_CODE`: ends with it at once, after two lines of output.
 * - `EXIT_AFTER_MS`: ends so long after it listens.
 * - `DRAIN_MS`: how long it takes to end after SIGTERM. `IGNORE_TERM`: it never does.
 */
export const fixtureProgram: string = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { PORT, HOST, NAME, PEER_URL, READY_AFTER_MS, EXIT_CODE, EXIT_AFTER_MS, DRAIN_MS, IGNORE_TERM } = process.env;
const startedAt = Date.now();
let sick = false;

console.log(NAME + ' started');
if (EXIT_CODE !== undefined) {
  console.error('cannot go on');
  process.exit(Number(EXIT_CODE));
}

const routes = {
  '/': () => ({ name: NAME, pid: process.pid, deployment: process.env.DEPLOYER_DEPLOYMENT }),
  '/env': () => process.env,
  '/kept': () => ({ lines: readFileSync(process.env.DATA_DIR + '/kept', 'utf8').trim().split('\\n') }),
  '/slow': () => new Promise((resolve) => setTimeout(resolve, 500, { name: NAME, slow: true })),
  '/crash': () => process.exit(7),
  '/sick': () => ((sick = true), {}),
};

const server = createServer(async (request, response) => {
  const path = request.url;
  if (path === '/ready' || path === '/live') {
    response.statusCode = sick || Date.now() - startedAt < Number(READY_AFTER_MS ?? 0) ? 503 : 200;
    return response.end();
  }
  try {
    const answer = await answerTo(path);
    response.setHeader('connection', 'close');
    response.end(JSON.stringify(answer));
  } catch (error) {
    response.statusCode = 502;
    response.end(String(error));
  }
});

async function answerTo(path) {
  if (path.startsWith('/say/')) return console.log(decodeURIComponent(path.slice(5))), {};
  if (path.startsWith('/peer')) return (await fetch(PEER_URL + path.slice(5))).json();
  return routes[path]();
}

server.on('listening', () => {
  if (EXIT_AFTER_MS !== undefined) setTimeout(() => process.exit(9), Number(EXIT_AFTER_MS));
});
if (PORT !== undefined) server.listen(Number(PORT), HOST);
else setInterval(() => {}, 1000);

process.on('SIGTERM', () => {
  console.log(NAME + ' stopping');
  if (IGNORE_TERM !== undefined) return;
  server.close();
  setTimeout(() => {
    console.log(NAME + ' stopped');
    process.exit(0);
  }, Number(DRAIN_MS ?? 0));
});
`;
