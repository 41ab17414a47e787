/** One table of thresholds: what is changed in it changes what is raised as an alert and what `sower doctor` says, together. On both databases. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertKind, CHECKS } from '@sower/api/checks';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { readConfig } from '@sower/server/config';
import { examine } from '@sower/server/host-commands/doctor/doctor';
import { lookForAlerts } from '@sower/server/operations/alerts/look';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';

const AS_SHIPPED = structuredClone(CHECKS);
const HOUR = 3_600_000;

onBothDatabases('checks', (kind) => {
  const { database: fresh, deployment } = deployed({ installed: kind.fresh });
  const stored = openedFor(fresh);
  beforeAll(async () => {
    const at = Date.now() - HOUR;
    const made = {
      id: 'x',
      name: 'x',
      state: 'done',
      begun_at: at,
      begun_by: 'x',
      seen_at: at,
      ended_at: at,
    } as const;
    const rest = {
      rows: 1,
      size: 1,
      sha256: 'x',
      proof: 'x',
      text: null,
      verified_at: null,
      removed_at: null,
    };
    await stored.db
      .insertInto('backups')
      .values({ ...made, ...rest })
      .execute();
  });
  afterEach(() => {
    for (const [name, check] of Object.entries(AS_SHIPPED)) Object.assign(CHECKS[name as AlertKind], check);
  });

  async function seen(): Promise<{ alerts: string[]; doctor: string[] }> {
    const [server] = deployment.servers;
    const { dataFolder } = deployment;
    const args = ['--data', dataFolder, '--database', fresh.option, '--listen', `127.0.0.1:${server?.port}`];
    const result = readConfig([...args, '--public-url', server?.url ?? ''], {});
    if (result.kind !== 'config') throw new Error(JSON.stringify(result));
    const pem = readFileSync(join(dataFolder, 'tls', `presented-${server?.port}.pem`), 'utf8');
    const context = {
      db: stored.db,
      now: Date.now,
      settings: { current: async () => DEFAULT_SETTINGS } as never,
      served: { facts: () => ({ source: 'files', pem }) } as never,
      dataFolder,
      untrusted: async () => undefined,
    };
    const looked = [await lookForAlerts(context, 'installation'), await lookForAlerts(context, 'host')];
    expect(looked.flatMap(({ failed }) => failed)).toEqual([]);
    return {
      alerts: looked.flatMap(({ found }) => found.map((each) => each.kind)),
      doctor: (await examine(result.config)).map(({ state, text }) => `${state} ${text.code}`),
    };
  }

  test.each([
    ['certificate', 'bad doctor.certificate-ends', 1e6, -1e6],
    ['disk', 'bad doctor.disk-full', Number.MAX_SAFE_INTEGER, 0],
    ['backup-late', 'bad doctor.backup-late', HOUR / 2, 2 * HOUR],
    ['backup-unverified', 'warn doctor.backup-never-verified', HOUR, HOUR],
  ] as const)('%s', async (name, finding, beyond, within) => {
    Object.assign(CHECKS[name], { bad: beyond, warn: beyond });
    const over = await seen();
    expect(over.alerts).toContain(name);
    expect(over.doctor).toContain(finding);
    if (name === 'backup-unverified') return;
    Object.assign(CHECKS[name], { bad: within, warn: within });
    const under = await seen();
    expect(under.alerts).not.toContain(name);
    expect(under.doctor).not.toContain(finding);
  });
});
