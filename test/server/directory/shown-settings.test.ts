/** What `sower source show --json` prints can be given back to `sower source edit --settings`, and says the same again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SOURCE_PRESETS } from '@sower/api/identity-sources';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { commandLine } from '../../harness/jobs/command.ts';

onBothDatabases('settings that are shown', (kind) => {
  test('are given back unchanged, raise no version, and make another source', async () => {
    const database = await kind.installed();
    const deployment = await deploy(database);
    const folder = mkdtempSync(join(tmpdir(), 'sower-shown-'));
    const file = join(folder, 'source.json');
    const command = async (...args: string[]) => {
      const ran = await commandLine([...args, '--json'], {
        SOWER_API_KEY: deployment.apiKey,
        SOWER_URL: deployment.servers[0]?.url as string,
        SOWER_CA: join(deployment.dataFolder, 'tls', 'ca.pem'),
      });
      expect(ran.status, ran.stdout + ran.stderr).toBe(0);
      return ran.stdout;
    };
    try {
      const { api } = deployment;
      await api('addSecurityDomain', { body: { name: 'North' } });
      const group = 'cn=vpn,ou=groups,dc=example,dc=com';
      await api('addIdentitySource', {
        body: {
          ...{ name: 'Offices', kind: 'openldap', securityDomain: 'North', password: 'of the reader' },
          connection: { urls: ['ldaps://ldap.example.com'], bindName: 'cn=reader', pageSize: 77 },
          search: { ...SOURCE_PRESETS.openldap.search, base: 'dc=example,dc=com' },
          mapping: { ...SOURCE_PRESETS.openldap.mapping, protectedNames: ['mail'] },
          stop: { percent: 7, changes: { groups: { atLeast: 3 } } },
          schedule: { everyMinutes: 15 },
          placement: { rules: [{ kind: 'group', name: group, securityDomain: 'North' }] },
          groups: [{ name: group, roles: [{ role: 'Help Desk Administrator', securityDomain: 'North' }] }],
          notify: ['somebody'],
        },
      } as never);
      const shown = await command('source', 'show', 'Offices');
      writeFileSync(file, shown);
      await command('source', 'edit', 'Offices', '--settings', file);
      expect(JSON.parse(await command('source', 'show', 'Offices'))).toEqual(JSON.parse(shown));

      const changed = JSON.parse(readFileSync(file, 'utf8'));
      changed.stop.changes.groups.percent = 50;
      writeFileSync(file, JSON.stringify(changed));
      await command('source', 'edit', 'Offices', '--settings', file);
      const now = JSON.parse(await command('source', 'show', 'Offices'));
      expect(now).toEqual({ ...changed, version: changed.version + 1 });

      await command('source', 'add', 'Branch', '--kind', 'openldap', '--settings', file);
      const { name, position, version, id, createdAt, passwordSet, ...rest } = JSON.parse(
        await command('source', 'show', 'Branch'),
      );
      expect([name, passwordSet]).toEqual(['Branch', false]);
      expect(now).toMatchObject(rest);
    } finally {
      await deployment.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
