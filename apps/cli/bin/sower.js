#!/usr/bin/env node
// The launcher: plain JavaScript that any Node can read, because Node before 24 must be told so in one clear line and not crash on
// a native module. `serve` starts the server in this process; `api-key recover`, `coexistence rehearse`, `doctor`, `key`, `restore` and
// `backup verify` work on data without it; everything else is the command line's own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { buildVersion } from '../../server/build-version.js';
import { bundleIsCurrent } from '../../server/bundle-age.js';

// Types taken out and code compiled are kept for the next start: it is faster and takes less memory. Beside the dependencies, not in a
// folder that others can write to.
module.enableCompileCache?.(fileURLToPath(new URL('../../../node_modules/.cache/sower', import.meta.url)));

const version = () => buildVersion(new URL('../../../', import.meta.url));

const commandLine = () => (bundleIsCurrent() ? import('../dist/main.js') : import('../src/main.ts'));

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  const bundled = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
  if (!existsSync(bundled)) {
    const msg = `Sower needs Node.js 24 or newer; this is ${process.version}.`;
    // As the server's log has it: pino's levels, 60 is fatal.
    if (process.argv[2] === 'serve')
      console.log(JSON.stringify({ level: 60, time: Date.now(), pid: process.pid, msg }));
    else console.error(msg);
    process.exit(1);
  }
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // Anyone who stops this process means the one that does the work.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
} else if (process.argv[2] === 'serve') {
  // What a start allocates would make the young generation grow to its full size, and an idle server would keep it.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { serve } = await (bundleIsCurrent()
    ? import('../../server/dist/processes.js')
    : import('@sower/server/compose/processes'));
  await serve(process.argv.slice(3));
} else if (process.argv[2] === 'api-key' && process.argv[3] === 'recover') {
  const { main } = await (bundleIsCurrent()
    ? import('../../server/dist/recover-key.js')
    : import('@sower/server/host-commands/recover-key'));
  await main(process.argv.slice(4));
} else if (process.argv[2] === 'doctor') {
  const { main } = await (bundleIsCurrent()
    ? import('../../server/dist/doctor.js')
    : import('@sower/server/host-commands/doctor/doctor'));
  await main(process.argv.slice(3));
} else if (process.argv[2] === 'coexistence' && process.argv[3] === 'rehearse') {
  const { main } = await (bundleIsCurrent()
    ? import('../../server/dist/rehearse.js')
    : import('@sower/server/host-commands/rehearse'));
  await main(process.argv.slice(4));
} else if (process.argv[2] === 'key') {
  const { main } = await (bundleIsCurrent()
    ? import('../../server/dist/rotate-key.js')
    : import('@sower/server/host-commands/rotate-key'));
  await main(process.argv.slice(3));
} else if (process.argv[2] === 'restore' || (process.argv[2] === 'backup' && process.argv[3] === 'verify')) {
  const { restore, verify } = await (bundleIsCurrent()
    ? import('../../server/dist/restore.js')
    : import('@sower/server/host-commands/restore'));
  if (process.argv[2] === 'restore') await restore(process.argv.slice(3));
  else {
    const verified = await verify(process.argv.slice(4));
    if (verified) {
      const { main } = await commandLine();
      const where = verified.data === undefined ? [] : ['--data', verified.data];
      await main(['backup', 'report', verified.id, '--proof', verified.proof, ...where], version);
    }
  }
} else {
  const { main } = await commandLine();
  await main(process.argv.slice(2), version);
}
