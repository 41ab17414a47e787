/** `npm run package`: what Sower is installed from, built into dist/. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packDebian } from './debian.ts';
import { packNpm, ROOT, stage, TAG, UNTAGGED } from './npm.ts';

/** What names the image: the tag of this build is put there. */
const TAGGED = { container: 'Dockerfile', kubernetes: 'kustomization.yaml' };

function tag(file: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(UNTAGGED)) throw new Error(`${file} does not say ${UNTAGGED}`);
  writeFileSync(file, text.replaceAll(UNTAGGED, TAG));
}

const to = process.argv[2] ?? join(ROOT, 'dist');
const folder = mkdtempSync(join(tmpdir(), 'sower-package-'));
try {
  await stage(folder);
  console.log(packNpm(folder, to));
  // Its Node.js is one for Linux on x64.
  if (process.platform === 'linux' && process.arch === 'x64') {
    const debian = packDebian(folder, to);
    console.log(debian);
    for (const [name, file] of Object.entries(TAGGED)) {
      rmSync(join(to, name), { recursive: true, force: true });
      cpSync(join(ROOT, 'packaging', name), join(to, name), { recursive: true });
      tag(join(to, name, file));
      console.log(join(to, name));
    }
    cpSync(debian, join(to, 'container', basename(debian)));
  }
} finally {
  rmSync(folder, { recursive: true });
}
