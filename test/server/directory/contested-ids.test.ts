/**
 * User IDs that change hands in a real OpenLDAP: circles are solved at once, and by a user ID that stays in conflict, no one is accepted where
 * a name is handed on, until it is settled. The alert, the doctor, the run and the command line say so.
 */
import { join } from 'node:path';
import { ofSources } from '@sower/server/operations/alerts/look';
import { openDatabase } from '@sower/server/store/db/open';
import { inEnglish } from '@sower/texts/outcomes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAround, provisioned, tokencode } from '../../harness/authenticator.ts';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import {
  hasSlapd,
  PEOPLE,
  personLdif,
  type Slapd,
  SUFFIX,
  startSlapd,
} from '../../harness/directory/slapd.ts';
import { slapdSource } from '../../harness/directory/source.ts';
import { commandLine, sower } from '../../harness/jobs/command.ts';
import { RADIUS_OPTIONS, radiusPort } from '../../harness/radius/client.ts';
import { access, hasFreeradius, radclient } from '../../harness/radius/freeradius.ts';

const SECRET = 'secret-of-the-radius-client-0';
/** By what does not change in the directory. */
const PEOPLE_OF = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe.skipIf(!hasSlapd || !hasFreeradius)('user IDs that change hands', () => {
  onBothDatabases('user IDs that change hands', (kind) => {
    let slapd: Slapd;
    let database: FreshDatabase;
    let deployment: Deployment;
    let port: number;
    let source: string;
    const tokens = new Map<string, Awaited<ReturnType<typeof provisioned>>>();

    beforeAll(async () => {
      slapd = await startSlapd({
        ldif: PEOPLE_OF.map((name) => personLdif({ uid: `p-${name}`, sn: name })).join(''),
      });
      database = await kind.installed();
      deployment = await deploy(database, { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] });
      await acceptAround(deployment.api);
      port = radiusPort(deployment.servers[0] as never, 'authentication');
      const { api } = deployment;
      ({ id: source } = await api('addIdentitySource', {
        body: slapdSource(slapd, { name: 'Offices', enabled: true }),
      }));
      await run();
      await api('addProfile', {
        body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
      });
      await api('editTokenPolicy', {
        params: { domain: (await api('listSecurityDomains', {})).items[0]?.id as string },
        body: { wrongBeforeNextTokencode: 0, wrongBeforeHoldBack: 100 },
        ifMatch: 0,
      });
      await api('addRadiusClient', { body: { name: 'vpn', network: '127.0.0.1', secret: SECRET } });
      for (const name of PEOPLE_OF) {
        const { first: serial } = await api('mintTokens', { body: {} });
        await api('assignToken', { params: { serial }, body: { userId: `p-${name}` } });
        const given = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
        tokens.set(name, await provisioned(deployment, given));
      }
    });
    afterAll(async () => {
      await deployment?.stop();
      await database?.drop();
      await slapd?.stop();
    });

    /** @returns how it ended, as the command line says */
    async function run(mode: 'full' | 'delta' = 'full') {
      const { status, stdout, stderr } = await commandLine(
        ['source', 'run', 'Offices', '--now', '--json', ...(mode === 'delta' ? ['--delta'] : [])],
        {
          SOWER_API_KEY: deployment.apiKey,
          SOWER_URL: deployment.servers[0]?.url as string,
          SOWER_CA: join(deployment.dataFolder, 'tls', 'ca.pem'),
        },
      );
      if (!stdout.includes('"counts"')) throw new Error(stdout + stderr);
      return { status, ...JSON.parse(stdout) };
    }
    const moveTo = (from: string, to: string) => slapd.client.modifyDN(`uid=${from},${PEOPLE}`, `uid=${to}`);
    async function rotate(names: readonly string[]): Promise<void> {
      await moveTo(names.at(-1) as string, 'nobody');
      for (const [index, name] of [...names.entries()].reverse().slice(1))
        await moveTo(name, names[index + 1] as string);
      await moveTo('nobody', names[0] as string);
    }
    const answer = (userId: string, of: string, offset: number): string => {
      const { output } = radclient(access(userId, tokencode(tokens.get(of) as never, offset)), {
        port,
        secret: SECRET,
      });
      return /Received Access-(\w+)/.exec(output)?.[1] ?? output;
    };
    async function alerts(): Promise<string[]> {
      const { db, close } = await openDatabase(database.location);
      try {
        return (await ofSources({ db, now: Date.now })).map(({ kind: what, about, text }) =>
          [what, about, inEnglish(text)].join(': '),
        );
      } finally {
        await close();
      }
    }
    const reasons = async (userId: string) =>
      (
        await deployment.api('listAudit', { query: { object: `user:${userId}`, action: 'authenticate' } })
      ).items.map(({ result, reason }) => `${result}: ${reason}`);

    test('a swap and a circle of three are done in one run, and each token goes with its user', async () => {
      await rotate(['p-a', 'p-b']);
      await rotate(['p-c', 'p-d', 'p-e']);
      const done = await run('delta');
      expect(done).toMatchObject({
        status: 0,
        state: 'done',
        done: 5,
        leftOut: 0,
        counts: { changed: 5, conflict: 0 },
      });
      expect(await alerts()).toEqual([]);
      // The person a is now called p-b.
      expect(answer('p-a', 'a', -1)).toBe('Reject');
      expect(answer('p-b', 'a', -1)).toBe('Accept');
      expect(answer('p-a', 'b', -1)).toBe('Accept');
      expect(answer('p-c', 'e', -1)).toBe('Accept');
      expect((await deployment.api('getUser', { params: { userId: 'p-d' } })).lastName).toBe('c');
      expect(await run()).toMatchObject({ status: 0, done: 0, counts: { changed: 0, conflict: 0 } });
    });

    test('a swap of IDs that a third entry wants stays in conflict: no user is accepted by them, and everything says so', async () => {
      const third = `uid=p-f,ou=elsewhere,${SUFFIX}`;
      const { api } = deployment;
      const { version, search } = await api('getIdentitySource', { params: { id: source } });
      await api('editIdentitySource', {
        params: { id: source },
        body: { search: { ...search, base: SUFFIX, filter: '(objectClass=inetOrgPerson)' } },
        ifMatch: version,
      });
      await slapd.client.add(third, { objectClass: 'inetOrgPerson', uid: 'p-f', cn: 'third', sn: 'third' });
      await rotate(['p-f', 'p-g']);
      const stuck = await run();
      expect(stuck).toMatchObject({ status: 1, state: 'done', counts: { conflict: 3 } });
      expect(stuck.detail).toMatch(/^3 user IDs belong to someone else\. No user is accepted by them/);
      for (const [userId, of] of [
        ['p-f', 'f'],
        ['p-f', 'g'],
        ['p-g', 'g'],
        ['p-g', 'f'],
      ] as const)
        expect(answer(userId, of, -1), `${userId} ${of}`).toBe('Reject');
      expect((await reasons('p-f'))[0]).toMatch(/^refused: .*belongs to another entry in the directory/);
      const rest = await api('authenticate', {
        body: { userId: 'p-g', passcode: tokencode(tokens.get('g') as never, -1) },
      });
      expect(rest).toEqual({ result: 'rejected' });
      expect(await alerts()).toEqual([
        expect.stringMatching(/^source-conflict: Offices: Offices: 3 user IDs .*\(p-f, p-f, p-g\)/),
      ]);
      const doctor = await sower(['doctor', '--data', deployment.dataFolder, '--database', database.option]);
      expect(doctor.stdout).toMatch(/WRONG\s+directory: Offices: 3 user IDs/);

      // Others are not concerned, and a run that reads only changes keeps what it did not see.
      expect(answer('p-d', 'c', 0)).toBe('Accept');
      expect(await run('delta')).toMatchObject({ status: 1 });
      expect(answer('p-f', 'f', -1)).toBe('Reject');

      await slapd.client.del(third);
      expect(await run()).toMatchObject({ status: 0, done: 2, counts: { changed: 2, conflict: 0 } });
      expect(await alerts()).toEqual([]);
      expect(answer('p-f', 'f', -1)).toBe('Reject');
      expect(answer('p-f', 'g', -1)).toBe('Accept');
      expect(answer('p-g', 'f', -1)).toBe('Accept');
    });

    test('an entry renamed to the ID of a user of the internal database: that user waits until it is chosen', async () => {
      const { api } = deployment;
      await api('addUser', { body: { userId: 'inge' } });
      const { first: serial } = await api('mintTokens', { body: {} });
      await api('assignToken', { params: { serial }, body: { userId: 'inge' } });
      const given = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
      tokens.set('inge', await provisioned(deployment, given));
      expect(answer('inge', 'inge', -1)).toBe('Accept');
      await moveTo('p-a', 'inge');
      const stuck = await run();
      expect(stuck).toMatchObject({ status: 1, counts: { conflict: 1 } });
      expect(answer('inge', 'inge', 0)).toBe('Reject');
      expect(answer('inge', 'b', 0)).toBe('Reject');
      // The user of the entry is still called so here, and no one else is.
      expect(answer('p-a', 'b', 0)).toBe('Accept');
      const { items } = await api('listSourceFindings', {
        params: { id: source, run: stuck.id },
        query: { action: 'conflict' },
      });
      await api('chooseForConflicts', {
        params: { id: source, run: stuck.id },
        body: { choice: 'skip', numbers: items.map(({ number }) => number) },
      });
      expect(await run()).toMatchObject({ status: 0, counts: { conflict: 0, skipped: 1 } });
      expect(answer('inge', 'inge', 0)).toBe('Accept');
    });
  });
});
