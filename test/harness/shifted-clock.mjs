// Preloaded into a server: its time of day is off by as many milliseconds as the file says that `DEPLOYER_TEST_CLOCK`
// names, from one moment to the next, as when somebody sets the clock. What only passes is left alone.
import { readFileSync, watchFile } from 'node:fs';

const file = process.env.DEPLOYER_TEST_CLOCK;
const RealDate = Date;
let offsetMs = 0;

function read() {
  offsetMs = Number(readFileSync(file, 'utf8'));
}

if (file !== undefined) {
  read();
  watchFile(file, { interval: 50, persistent: false }, read);
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(RealDate.now() + offsetMs);
      else super(...args);
    }
    static now() {
      return RealDate.now() + offsetMs;
    }
  };
}
