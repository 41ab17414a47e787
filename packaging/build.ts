/** `npm run package`: what Sower is installed from, built into dist/. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packDebian } from './debian.ts';
import { packNpm, ROOT, stage } from './npm.ts';

const to = process.argv[2] ?? join(ROOT, 'dist');
const folder = mkdtempSync(join(tmpdir(), 'sower-package-'));
try {
  await stage(folder);
  console.log(packNpm(folder, to));
  // Its Node.js is one for Linux on x64.
  if (process.platform === 'linux' && process.arch === 'x64') {
    const debian = packDebian(folder, to);
    console.log(debian);
    for (const name of ['container', 'kubernetes']) {
      rmSync(join(to, name), { recursive: true, force: true });
      cpSync(join(ROOT, 'packaging', name), join(to, name), { recursive: true });
      console.log(join(to, name));
    }
    cpSync(debian, join(to, 'container', basename(debian)));
  }
} finally {
  rmSync(folder, { recursive: true });
}
