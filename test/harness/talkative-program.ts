// Says as many numbered lines as it is told, on both of its outputs, and keeps its log short: `<log> <lines> <bytes>`.
import { rotateHeldLog } from '../../src/lib/log-rotation.ts';

const [log = '', lines = '', bytes = ''] = process.argv.slice(2);

for (let n = 0; n < Number(lines); n += 1) {
  (n % 2 === 0 ? process.stdout : process.stderr).write(`${String(n).padEnd(44, '.')}\n`);
  rotateHeldLog(log, Number(bytes));
}
// Nobody has seen its end yet.
setInterval(() => undefined, 1000);
