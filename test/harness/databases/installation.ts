/**
 * What the first start of the shipped server makes (keys, certificate, first administrator), once in a run for each database: the test that
 * needs it first makes it, and others copy it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inject } from 'vitest';
import { adminPassword } from '../administrator.ts';
import { deploy } from '../deployment.ts';
import type { Installation } from '../fresh-database.ts';

const WAIT_MILLISECONDS = 120_000;

export async function installed(kind: 'sqlite' | 'postgresql'): Promise<Installation> {
  const folder = inject('folder');
  const dataFolder = join(folder, kind);
  const made = join(folder, `${kind}.json`);
  if (claim(`${dataFolder}.begun`)) {
    const option = inject('installation')[kind] as string;
    // What is copied must be without a server.
    const deployment = await deploy({ option }, { dataFolder, dataIn: folder });
    const installation: Installation = { dataFolder, adminPassword: await adminPassword(deployment) };
    await deployment.stop();
    writeFileSync(`${made}.part`, JSON.stringify(installation));
    renameSync(`${made}.part`, made);
  }
  for (const end = Date.now() + WAIT_MILLISECONDS; !existsSync(made); await wait(50))
    if (Date.now() > end) throw new Error(`the first start on ${kind} has failed in another test file`);
  return JSON.parse(readFileSync(made, 'utf8'));
}

/** @returns true for the first of all processes of the run */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
