/** A lost key of the command line is replaced on the server host, with nothing but the data folder and the database. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usable } from '@sower/server/host-commands/host-command';
import { beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { sower } from '../../harness/jobs/command.ts';

test('a database that is away meanwhile is no fault of the master key', async () => {
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  await expect(usable(Promise.reject(away))).rejects.toBe(away);
  const wrong = Promise.reject(new Error('this database belongs to another master key.'));
  await expect(usable(wrong)).rejects.toMatchObject({ text: { code: 'backup.master-key' } });
});

onBothDatabases('a lost admin-api-key', (kind) => {
  const { database: fresh, deployment } = deployed(kind);
  let keyFile: string;
  beforeAll(async () => {
    keyFile = join(deployment.dataFolder, 'admin-api-key');
  });

  const recover = (data: string, database = fresh.option, language = 'en') =>
    sower(['api-key', 'recover', '--data', data], { SOWER_DATABASE: database, SOWER_LANGUAGE: language });
  const statusOf = async (key: string) =>
    (
      await deployment.send(0, {
        path: '/api/v1/api-keys',
        headers: { authorization: `Bearer ${key}` },
      })
    ).status;

  test('is made anew with the same permissions, revokes the lost one, and is in the trail, which is intact', async () => {
    const lost = deployment.apiKey;
    const [first] = (await deployment.api('listApiKeys', {})).items;
    const other = await deployment.api('addApiKey', { body: { name: 'portal', permissions: ['keys:edit'] } });
    rmSync(keyFile);
    const ran = await recover(deployment.dataFolder);
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain(keyFile);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const made = readFileSync(keyFile, 'utf8').trim();
    expect(ran.stdout).not.toContain(made);

    const api = deployment.apiOf(0, made);
    const { items } = await api('listApiKeys', {});
    const recovered = items.find(({ createdBy }) => createdBy === 'system:recover-key');
    expect(recovered).toMatchObject({
      permissions: first?.permissions,
      securityDomain: first?.securityDomain,
    });
    // Keys of others are left alone.
    expect(items.map(({ name }) => name).sort()).toEqual(['command line', 'portal']);
    expect(await statusOf(other.key)).toBe(200);
    // A running server remembers what it found for two seconds.
    await expect.poll(() => statusOf(lost)).toBe(401);
    const trail = (await api('listAudit', { query: { object: 'api-key:command line' } })).items;
    expect(trail.map(({ action }) => action)).toEqual(['api-key.recover', 'api-key.delete']);
    await expect
      .poll(() => api('verifyAudit', {}))
      .toMatchObject({ intact: true, unlinked: 0, findings: [] });
  });

  test('several at once leave one key, the one in the file', async () => {
    const codes = await Promise.all([1, 2, 3].map(async () => (await recover(deployment.dataFolder)).status));
    expect(codes).toEqual([0, 0, 0]);
    const { items } = await deployment.apiOf(0, readFileSync(keyFile, 'utf8').trim())('listApiKeys', {});
    expect(items.filter(({ name }) => name === 'command line')).toHaveLength(1);
  });

  test('where anything is missing or wrong, nothing is made and nothing is revoked', async () => {
    const present = readFileSync(keyFile, 'utf8').trim();
    const elsewhere = mkdtempSync(join(tmpdir(), 'sower-elsewhere-'));
    try {
      const none = join(elsewhere, 'none');
      expect(await recover(none)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('no master key'),
      });
      expect((await recover(elsewhere, fresh.option, 'de')).stderr).toMatch(/^sower: .* kein Hauptschlüssel/);
      expect(existsSync(join(elsewhere, 'master.key'))).toBe(false);
      const file = join(elsewhere, 'sower.sqlite');
      expect((await recover(deployment.dataFolder, `sqlite:${file}`)).stderr).toContain('no database');
      expect(existsSync(file)).toBe(false);
      writeFileSync(join(elsewhere, 'master.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
      expect(await recover(elsewhere)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('another master key'),
      });
      expect(existsSync(join(elsewhere, 'admin-api-key'))).toBe(false);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
    expect(readFileSync(keyFile, 'utf8').trim()).toBe(present);
    expect(await statusOf(present)).toBe(200);
  });
});
