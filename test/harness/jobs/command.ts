/** `sower` as an operator types it, beside a running server. */

import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sower as typed } from '../../../apps/cli/test/fake-terminal.ts';
import { TREE } from '../deployment.ts';
import { spawn } from '../processes/spawn.ts';

export type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** In a process of its own: what runs on the host, and what starts it. */
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

/** In this process, a tenth of the work: what calls the server. */
export async function commandLine(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const { code, out, err } = await typed(args, { env: { SOWER_LANGUAGE: 'en', ...env } });
  return { status: code, stdout: out, stderr: err };
}

/**
 * `sower backup`, which waits for the one that is being made: a new server makes its first by itself, within seconds.
 * @returns the name of its file
 */
export async function backedUp(dataFolder: string): Promise<string> {
  for (;;) {
    const ran = await commandLine(['backup', '--data', dataFolder, '--json']);
    const answer = JSON.parse(ran.stdout) as { name?: string; error?: { reason: string } };
    if (ran.status === 0) return answer.name as string;
    if (answer.error?.reason !== 'in-use') throw new Error(ran.stdout + ran.stderr);
    await wait(200);
  }
}
