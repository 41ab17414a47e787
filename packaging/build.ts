/** `npm run package`: what Sower is installed from, built into dist/. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packNpm, ROOT, stage } from './npm.ts';

const to = process.argv[2] ?? join(ROOT, 'dist');
const folder = mkdtempSync(join(tmpdir(), 'sower-package-'));
try {
  await stage(folder);
  console.log(packNpm(folder, to));
} finally {
  rmSync(folder, { recursive: true });
}
