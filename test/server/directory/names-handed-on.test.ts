/**
 * The names that RADIUS accepts, where users write their own mail address in a real OpenLDAP: radclient as the attacker's client, and
 * pam_radius with pamtester as the host that lets in the name which it sent.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Attribute, Change, Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAround, provisioned, tokencode } from '../../harness/authenticator.ts';
import { type FreshDatabase, onBothAtOnce } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { hasSlapd, PEOPLE, personLdif, type Slapd, startSlapd } from '../../harness/directory/slapd.ts';
import { slapdSource } from '../../harness/directory/source.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { RADIUS_OPTIONS, radiusPort } from '../../harness/radius/client.ts';
import { access, hasFreeradius, radclient, stateOf } from '../../harness/radius/freeradius.ts';
import { selfServiceClient } from '../../harness/self-service-client.ts';

const hasPam =
  process.getuid?.() === 0 &&
  spawnSync('sh', ['-c', 'command -v pamtester && ls /usr/lib/*/security/pam_radius_auth.so']).status === 0;
if (!hasPam)
  console.warn(
    'No pamtester with pam_radius here: its test is skipped (apt-get install pamtester libpam-radius-auth).',
  );

const SECRET = 'secret-of-the-radius-client-0';
const RIGHT = 'the right password of everybody 1';
const NAMES = ['alice', 'mallory', 'carol'];
/** As many directories have it: people keep their own entries up to date. */
const OWNERS_WRITE = [
  'access to attrs=userPassword by self write by anonymous auth by * none',
  'access to attrs=mail,telephoneNumber by self write by * read',
  'access to * by * read',
];

describe.skipIf(!hasSlapd || !hasFreeradius)('names that are handed on', () => {
  onBothAtOnce('names that are handed on', (kind) => {
    let slapd: Slapd;
    let database: FreshDatabase;
    let deployment: Deployment;
    let port: number;
    let source: string;
    const tokens = new Map<string, Awaited<ReturnType<typeof provisioned>>>();

    beforeAll(async () => {
      slapd = await startSlapd({
        database: OWNERS_WRITE,
        ldif: NAMES.map((uid) =>
          personLdif({ uid, mail: `${uid}@example.com`, userPassword: RIGHT }).replace(
            `cn: ${uid}`,
            `cn: ${uid}\nemployeeNumber: e-${uid}`,
          ),
        ).join(''),
      });
      database = await kind.installed();
      deployment = await deploy(database, { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] });
      port = radiusPort(deployment.servers[0] as never, 'authentication');
      const { api } = deployment;
      await acceptAround(api);
      ({ id: source } = await api('addIdentitySource', {
        body: slapdSource(slapd, {
          enabled: true,
          logOn: { enabled: true, tries: 100, minutes: 30, lookUp: false },
          mapping: { logOnNames: ['mail', 'employeeNumber'], protectedNames: ['employeeNumber'] },
        }),
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
      await api('addRadiusClient', {
        body: { name: 'host', network: '127.0.0.1', secret: SECRET, password: 'then-passcode' },
      });
      for (const userId of NAMES) {
        const { first: serial } = await api('mintTokens', { body: {} });
        await api('assignToken', { params: { serial }, body: { userId } });
        const given = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
        tokens.set(userId, await provisioned(deployment, given));
      }
    });
    afterAll(async () => {
      await deployment?.stop();
      await database?.drop();
      await slapd?.stop();
    });

    async function run(): Promise<void> {
      const { api } = deployment;
      const { id } = await api('startSourceRun', { params: { id: source }, body: { preview: false } });
      for (;;) {
        const { state } = await api('getSourceRun', { params: { id: source, run: id } });
        if (state === 'done') return;
        if (!['queued', 'running'].includes(state)) throw new Error(state);
        await wait(50);
      }
    }
    /** With the user's own password: what the user may write, and no more. */
    async function writesOwn(uid: string, mail: string): Promise<void> {
      const client = new Client({ url: slapd.url });
      try {
        await client.bind(`uid=${uid},${PEOPLE}`, RIGHT);
        await client.modify(
          `uid=${uid},${PEOPLE}`,
          new Change({ operation: 'replace', modification: new Attribute({ type: 'mail', values: [mail] }) }),
        );
      } finally {
        await client.unbind();
      }
      await run();
    }
    const code = (userId: string, offset = 0) => tokencode(tokens.get(userId) as never, offset);
    /** @returns what radclient printed for password and passcode */
    function logOn(name: string, passcode: string): string {
      const state = stateOf(radclient(access(name, RIGHT), { port, secret: SECRET }).output);
      return radclient(`${access(name, passcode)}\nState = ${state}`, { port, secret: SECRET }).output;
    }
    async function otherNames(on: boolean): Promise<void> {
      const { items } = await deployment.api('listRadiusClients', {});
      const { id, version } = items[0] as (typeof items)[number];
      await deployment.api('editRadiusClient', {
        params: { id },
        body: { otherNames: on },
        ifMatch: version,
      });
    }
    const trail = async (userId: string, action: 'authenticate' | 'user.edit' = 'authenticate') =>
      (await deployment.api('listAudit', { query: { object: `user:${userId}`, action } })).items.map(
        ({ result, reason }) => `${result}: ${reason}`,
      );

    for (const on of [false, true])
      test(`a mail address that its owner writes is no name for a client, ${on ? 'even one that accepts other names' : 'which accepts the user ID alone'}`, async () => {
        await otherNames(on);
        for (const name of ['root', 'root@example.com', 'carol', 'somebody']) {
          await writesOwn('mallory', name);
          expect(logOn(name, code('mallory', on ? 0 : -1)), name).toContain('Received Access-Reject');
        }
        expect(logOn('mallory', code('mallory', on ? 0 : -1))).toMatch(
          /Received Access-Accept[\s\S]*User-Name = "mallory"/,
        );
      });

    test.skipIf(!hasPam)('pamtester: a host of the PAM recipe lets no user in as root', async () => {
      await otherNames(false);
      await writesOwn('mallory', 'root');
      const folder = mkdtempSync(join(tmpdir(), 'sower-pam-'));
      const service = `sower-names-${process.pid}-${kind.name.toLowerCase()}`;
      const configuration = join(folder, 'pam_radius_auth.conf');
      writeFileSync(configuration, `127.0.0.1:${port} ${SECRET} 10\n`, { mode: 0o600 });
      writeFileSync(
        join('/etc/pam.d', service),
        `auth required pam_radius_auth.so conf=${configuration} require_message_authenticator\naccount required pam_exec.so stdout /usr/bin/printenv PAM_USER\n`,
      );
      async function enter(name: string, passcode: string) {
        const child = spawn('pamtester', [service, name, 'authenticate', 'acct_mgmt']);
        // It may have ended by then.
        child.stdin.on('error', () => {});
        const lines = [RIGHT, passcode];
        let said = '';
        const read = (chunk: Buffer): void => {
          said += chunk.toString();
          if (/(: |\.\s*)$/.test(said)) child.stdin.write(`${lines.shift() ?? ''}\n`);
        };
        child.stdout.on('data', read);
        child.stderr.on('data', read);
        const [status] = await once(child, 'exit');
        return { status, said };
      }
      try {
        const asRoot = await enter('root', code('mallory', 1));
        // The question for the passcode follows whatever the name is.
        expect([asRoot.status, asRoot.said]).toEqual([1, expect.stringContaining('Enter your passcode')]);
        const asHerself = await enter('mallory', code('mallory', 1));
        expect([asHerself.status, asHerself.said]).toEqual([
          0,
          expect.stringContaining('successfully authenticated'),
        ]);
        // The module lets in the name that was typed, whatever the answer says: so other names are off by default.
        await otherNames(true);
        const typed = await enter('e-alice', code('alice', -1));
        expect([typed.status, typed.said]).toEqual([0, expect.stringMatching(/^e-alice$/m)]);
      } finally {
        rmSync(join('/etc/pam.d', service));
        rmSync(folder, { recursive: true, force: true });
      }
    });

    test('a protected name is accepted if the client wants it; the answer and the trail say who was let in, and as whom', async () => {
      await otherNames(false);
      expect(logOn('e-carol', code('carol', -1))).toContain('Received Access-Reject');
      await otherNames(true);
      expect(logOn('E-Carol', code('carol', -1))).toMatch(/Received Access-Accept[\s\S]*User-Name = "carol"/);
      expect((await trail('carol'))[0]).toMatch(/^success: token \d+, let in as "E-Carol"$/);
      // Folded here, another name elsewhere.
      expect(logOn('ｃａｒｏｌ', code('carol'))).toContain('Received Access-Reject');
      expect(logOn('CAROL', code('carol'))).toMatch(/Received Access-Accept[\s\S]*User-Name = "carol"/);
      expect((await trail('carol'))[0]).toMatch(/^success: token \d+, let in as "CAROL"$/);
    });

    test('a protected name that looks like a local account, or is a user ID, counts for no other user', async () => {
      await otherNames(true);
      for (const name of ['daemon', 'root@example.com', 'alice']) {
        await slapd.client.modify(
          `uid=carol,${PEOPLE}`,
          new Change({
            operation: 'replace',
            modification: new Attribute({ type: 'employeeNumber', values: [name] }),
          }),
        );
        await run();
        expect(logOn(name, code('carol', 1)), name).toContain('Received Access-Reject');
      }
      expect(logOn('carol', code('carol', 1))).toContain('Received Access-Accept');
    });

    test("no user takes another user's name away by writing it into their own entry, and the trail of both says so", async () => {
      const { api } = deployment;
      const logOnByMail = () =>
        selfServiceClient(deployment).api('openUserSession', {
          body: { method: 'password', userId: 'alice@example.com', password: RIGHT },
        });
      await logOnByMail();
      await writesOwn('mallory', 'alice@example.com');
      await logOnByMail();
      const begun = await api('listAudit', { query: { object: 'user:alice', action: 'user.log-on' } });
      expect(begun.items.map(({ result }) => result)).toEqual(['success', 'success']);
      for (const userId of ['alice', 'mallory'])
        expect(await trail(userId, 'user.edit')).toContainEqual(
          expect.stringMatching(/^refused: the name "alice@example.com" of mallory belongs to alice/),
        );
      expect(logOn('alice', code('alice'))).toContain('Received Access-Accept');
    });
  });
});
