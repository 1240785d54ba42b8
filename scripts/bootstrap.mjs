// Makes a fresh clone self-sufficient: installs the locked dependencies when they are missing or stale, then
// continues on the Node 24 that npm brought. Plain JavaScript, because the Node that starts it may be as old as 18.
//
// Usage: node scripts/bootstrap.mjs <entry.ts> [arguments…]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installLock = join(root, '.installing');
const self = `${process.pid}@${hostname()}`;
const oldestNode = [24, 12];
const installDeadlineMs = 15 * 60_000;

await main(process.argv.slice(2));

async function main([entry, ...args]) {
  const isClone = existsSync(join(root, 'src'));
  if (isClone) await installWhenStale();
  const file = isClone
    ? join(root, entry)
    : join(root, entry.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js'));
  if (isRecentEnough(process.versions.node)) {
    process.argv = [process.execPath, file, ...args];
    await import(pathToFileURL(file).href);
  } else {
    continueOn(broughtNode(), [file, ...args]);
  }
}

async function installWhenStale() {
  const lockfile = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  const stamp = join(root, 'node_modules', '.deployer-lock');
  const isCurrent = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isCurrent()) return;
  await takeInstallLock(isCurrent);
  try {
    if (isCurrent()) return;
    process.stderr.write('deployer: installing locked dependencies (once per clone) …\n');
    // The tools and the optional Node 24 are wanted, whatever NODE_ENV or the settings of npm leave out.
    const complete = ['--include=dev', '--include=optional'];
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    const options = ['ci', '--ignore-scripts', ...complete, ...quiet];
    const npm = spawnSync('npm', options, { cwd: root, stdio: ['ignore', 2, 2], timeout: installDeadlineMs });
    if (npm.status !== 0) {
      fail(
        'npm ci failed (its output is above).',
        'Check the network and the npm registry setting, then repeat the command.',
      );
    }
    writeFileSync(stamp, wanted);
  } finally {
    rmSync(installLock, { recursive: true, force: true });
  }
}

/** Two commands started together in a fresh clone: one installs, the other waits for it. */
async function takeInstallLock(isCurrent) {
  let isSaid = false;
  for (const startedAt = Date.now(); ;) {
    try {
      mkdirSync(installLock);
      writeFileSync(join(installLock, 'holder'), self);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) {
      rmSync(installLock, { recursive: true, force: true });
      continue;
    }
    if (Date.now() - startedAt > installDeadlineMs) {
      fail(
        'another installation did not end in time.',
        `Remove ${installLock} if none is running, then repeat the command.`,
      );
    }
    if (!isSaid) process.stderr.write('deployer: another command installs the dependencies; waiting …\n');
    isSaid = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (isCurrent()) return;
  }
}

/** Whoever installs may be killed: then nobody gives the lock back. */
function isAbandoned() {
  try {
    const heldMs = Date.now() - statSync(installLock).mtimeMs;
    if (heldMs > installDeadlineMs) return true;
    const [pid, host] = readFileSync(join(installLock, 'holder'), 'utf8').split('@');
    return host === hostname() && !isAlive(Number(pid));
  } catch (error) {
    // Given back a moment ago, or taken a moment ago and not signed yet; one that stays unsigned is broken.
    if (error.code !== 'ENOENT') throw error;
    return existsSync(installLock) && Date.now() - statSync(installLock).mtimeMs > 5000;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function broughtNode() {
  const name = `node-${process.platform}-${process.arch}`;
  for (const modules of [join(root, 'node_modules'), dirname(root)]) {
    const node = join(modules, name, 'bin', 'node');
    if (existsSync(node)) return node;
  }
  return fail(
    `Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}, and npm has no ${name} package here.`,
    'Install Node 24 for this platform, then repeat the command.',
  );
}

function continueOn(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} did not start: ${error.message}`, 'Run `npm ci` in the clone.'));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of forwarded) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

function fail(message, hint) {
  process.stderr.write(`deployer: ${message}\n  ${hint}\n`);
  process.exit(1);
}
