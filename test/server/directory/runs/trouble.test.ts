/** When a run stops or a directory is down, the source says so until a run ends well, administrators get mail once, and metrics show it. */

import { Registry } from '@prometheus-io/client';
import { showHealthFigures } from '@sower/server/audit/figures/health';
import { sourceMetric } from '@sower/server/core/gauges';
import { directoryMetric } from '@sower/server/core/metrics';
import { editSource, showSource } from '@sower/server/directory/sources/sources';
import { testSource } from '@sower/server/directory/sources/test-source';
import { startDueRun } from '@sower/server/jobs/synchronize/runs';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import { ldapServers } from '@sower/server/ldap/servers';
import { ofSources } from '@sower/server/operations/alerts/look';
import { insertAdministrator, replaceGrants } from '@sower/server/store/directory/administrators';
import { sourceAges } from '@sower/server/store/sources/identity-sources';
import { inEnglish } from '@sower/texts/outcomes';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeAuthority } from '../../../harness/authority.ts';
import { type FreshDatabase, onBothDatabases } from '../../../harness/databases.ts';
import { addedSource, confirmed, ran, workAll } from '../../../harness/directory/run.ts';
import { hasSlapd, personLdif, type Slapd, SUFFIX, startSlapd } from '../../../harness/directory/slapd.ts';
import { done, type SourceContext, slapdSource, sourceContext } from '../../../harness/directory/source.ts';
import { administratorRow } from '../../../harness/directory/user-row.ts';

const DAY = 86_400_000;

describe.skipIf(!hasSlapd)('a directory in trouble', () => {
  onBothDatabases('trouble', (kind) => {
    let slapd: Slapd;
    let database: FreshDatabase;
    let context: SourceContext;
    let id: string;
    let clock: number;

    beforeEach(async () => {
      clock = Date.now();
      slapd = await startSlapd({
        ldif: Array.from({ length: 30 }, (_, index) => personLdif({ uid: `user${index}` })).join(''),
      });
      database = await kind.fresh();
      context = await sourceContext(database, () => clock);
      await context.db
        .updateTable('mail_settings')
        .set({ settings: JSON.stringify(await mailOn()) })
        .execute();
      const administrators = [
        ['root', 'super-admin', 'root@example.com'],
        ['second', 'super-admin', 'second@example.com'],
        ['unreachable', 'super-admin', null],
        ['helper', 'help-desk', 'helper@example.com'],
      ] as const;
      for (const [name, role, mail] of administrators) {
        const row = await insertAdministrator(context.db, context, administratorRow(name, { mail }));
        await replaceGrants(context.db, context, row.id, [{ roleId: role, domainId: 'top', path: '/' }]);
      }
      id = await addedSource(
        context,
        slapdSource(slapd, { enabled: true, schedule: { everyMinutes: 15, fullEveryHours: 24 } }),
      );
    });
    afterEach(async () => {
      await context?.close();
      await database?.drop();
      await slapd?.stop();
    });

    async function mailOn(): Promise<object> {
      const { settings } = await context.db.selectFrom('mail_settings').selectAll().executeTakeFirstOrThrow();
      return { ...JSON.parse(settings), enabled: true, from: 'otp@example.com', host: 'localhost' };
    }
    const shown = async () => done(await showSource(context, context.chief, id));
    const mails = async () => {
      const rows = await context.db.selectFrom('mail').selectAll().orderBy('id').execute();
      return rows.map((row) => ({
        to: row.recipient,
        text: Buffer.from(context.sealing.open(aadOf('mail.message', row.id), row.message ?? '')).toString(
          'utf8',
        ),
      }));
    };
    const runs = async () => {
      const [source] = done(await showHealthFigures(context, context.chief, 'day')).sources;
      return Object.fromEntries(
        (source?.runs ?? []).map(({ outcome, counts }) => [
          outcome,
          counts.reduce((sum, count) => sum + count, 0),
        ]),
      );
    };
    const metrics = async () => {
      const registry = new Registry();
      sourceMetric(registry, () => sourceAges(context.db));
      return registry.metrics();
    };

    test('down: said once to each who may do something; said no more once a run ends well', async () => {
      await ran(context, id);
      expect(await shown()).toMatchObject({
        late: false,
        goodAt: new Date(clock).toISOString(),
      });
      expect((await shown()).trouble).toBe(undefined);
      const { port } = slapd;
      await slapd.client.unbind();
      await slapd.kill();
      for (let run = 0; run < 3; run += 1) {
        clock += 15 * 60_000;
        expect(await startDueRun(context)).toBe(true);
        await workAll(context);
      }
      const { trouble, late } = await shown();
      expect(inEnglish(trouble?.detail as never)).toContain('nothing was changed and nobody was disabled');
      expect(late).toBe(false);
      const sent = await mails();
      expect(sent.map(({ to }) => to).sort()).toEqual(['root@example.com', 'second@example.com']);
      expect(sent[0]?.text).toContain('could not be read completely');
      expect(sent[0]?.text).toContain(`https://otp.example.com/console/identity-sources/${id}`);
      expect(await metrics()).toContain('sower_identity_source_stopped{source="slapd"} 1');
      clock += 60_000;
      expect((await shown()).late).toBe(true);

      await slapd.start();
      expect(slapd.port).toBe(port);
      // What failed a moment ago is left alone for a while.
      const fresh = { ...context, ldapServers: ldapServers(() => performance.now()) };
      expect(await ran(fresh, id)).toMatchObject({ state: 'done' });
      const after = await shown();
      expect(after.trouble).toBe(undefined);
      expect(after.late).toBe(false);
      expect(await metrics()).toContain('sower_identity_source_stopped{source="slapd"} 0');
      expect(await metrics()).toMatch(
        /sower_identity_source_good_run_timestamp_seconds\{source="slapd"\} \d{10}/,
      );
      expect(await mails()).toHaveLength(2);
      expect(await runs()).toEqual({ done: 2, failed: 3 });
    });

    test('a run that waits for a number: only those who are named, and gone once it is confirmed', async () => {
      await ran(context, id);
      const { version } = await shown();
      done(
        await editSource(context, context.chief, {
          id,
          version,
          change: { notify: ['Second', 'helper', 'nobody'] },
        }),
      );
      for (let index = 0; index < 25; index += 1)
        await slapd.client.del(`uid=user${index},ou=people,${SUFFIX}`);
      const run = await ran(context, id);
      expect(run).toMatchObject({ state: 'waiting', stopped: true });
      expect((await shown()).trouble?.detail).toMatchObject({ code: 'source-run.stopped' });
      // The help desk may start no run.
      expect((await mails()).map(({ to }) => to)).toEqual(['second@example.com']);
      expect((await mails())[0]?.text).toContain('It would disable 25 of 30 users');
      expect(await runs()).toEqual({ done: 1, stopped: 1 });
      await confirmed(context, id, run.id, 25);
      expect(await runs()).toEqual({ done: 2, stopped: 1 });
      expect((await shown()).trouble).toBe(undefined);
    });

    test('connections are counted by server and outcome, with their time', async () => {
      const registry = new Registry();
      const servers = ldapServers(() => performance.now(), directoryMetric(registry));
      const watched = { ...context, ldapServers: servers };
      await ran(watched, id);
      await slapd.client.unbind();
      await slapd.kill();
      await ran(watched, id);
      await ran(watched, id);
      const said = await registry.metrics();
      const counted = (outcome: string): number =>
        Number(
          new RegExp(
            `sower_directory_connect_seconds_count\\{server="${slapd.url}",outcome="${outcome}"\\} (\\d+)`,
          ).exec(said)?.[1] ?? 0,
        );
      expect(counted('connected')).toBe(1);
      expect(counted('unreachable')).toBe(1);
      expect(counted('resting')).toBeGreaterThan(0);
    });

    test('a certificate of any of its servers that expires soon is an alarm, until the source sees another one', async () => {
      const authority = await makeAuthority(['localhost']);
      const servers: Slapd[] = [];
      const until = (days: number) => authority.issue({ to: clock + days * DAY });
      const alerts = async () =>
        (await ofSources({ db: context.db, now: context.now }))
          .filter(({ kind: of }) => of === 'source-certificate')
          .map(({ about, text: said }) => [about, said.code, 'values' in said ? said.values : undefined]);
      try {
        servers.push(
          await startSlapd({ authority, certificate: await until(85) }),
          await startSlapd({ authority, certificate: await until(20) }),
        );
        const [first, second] = servers as [Slapd, Slapd];
        const two = await addedSource(
          context,
          slapdSource(first, {
            name: 'two servers',
            enabled: true,
            connection: { urls: [first.url, second.ldapsUrl] },
          }),
        );
        await ran(context, two);
        const at = async () =>
          Date.parse(done(await showSource(context, context.chief, two)).certificateUntil ?? '');
        expect(Math.abs((await at()) - (clock + 20 * DAY))).toBeLessThan(2_000);
        expect(await alerts()).toEqual([]);
        clock += 7 * DAY;
        expect(await alerts()).toEqual([
          ['two servers', 'alert.source-certificate', { name: 'two servers', count: 12 }],
        ]);
        clock += 14 * DAY;
        expect(await alerts()).toEqual([
          ['two servers', 'alert.source-certificate-ended', { name: 'two servers' }],
        ]);
        // The one that expires is taken out of service. Without it, the other one is the first.
        await second.kill();
        done(await testSource(context, context.chief, { id: two }));
        expect(await alerts()).toEqual([]);
        expect(Math.abs((await at()) - (clock + 64 * DAY))).toBeLessThan(2_000);
      } finally {
        for (const server of servers) await server.stop();
      }
    });
  });
});
