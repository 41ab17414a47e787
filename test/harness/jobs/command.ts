/** `sower` as an operator types it, beside a running server. */

import { join } from 'node:path';
import { TREE } from '../deployment.ts';
import { spawn } from '../processes/spawn.ts';

export type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

export function sower(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(TREE, 'apps/cli/bin/sower.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', SOWER_LANGUAGE: 'en', SOWER_MASTER_KEY: '', ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
