/**
 * The test of a source against a real OpenLDAP: each step passes, or fails and says what to do; wrong authority, wrong host, wrong password,
 * wrong base, StartTLS and ldaps, servers that accept and say nothing.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { SourceInput } from '@sower/api/identity-sources';
import { addSource } from '@sower/server/directory/sources/sources';
import { testSource } from '@sower/server/directory/sources/test-source';
import { inEnglish, type Text } from '@sower/texts/outcomes';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issue, makeAuthority } from '../../harness/authority.ts';
import { type FreshDatabase, SQLITE } from '../../harness/databases.ts';
import { ran } from '../../harness/directory/run.ts';
import {
  hasSlapd,
  PEOPLE,
  personLdif,
  type Slapd,
  SUFFIX,
  startSlapd,
} from '../../harness/directory/slapd.ts';
import {
  done,
  type SourceContext,
  type SourceOverrides,
  slapdSource,
  sourceContext,
} from '../../harness/directory/source.ts';

const GROUP = `dn: cn=staff,ou=groups,${SUFFIX}
objectClass: groupOfNames
cn: staff
member: uid=ada,${PEOPLE}

`;

describe.skipIf(!hasSlapd)('the test of a source (slapd)', () => {
  let slapd: Slapd;
  let database: FreshDatabase;
  let context: SourceContext;
  let count = 0;

  beforeAll(async () => {
    slapd = await startSlapd({
      ldif:
        personLdif({ uid: 'ada', sn: 'Lovelace', givenName: 'Ada', mail: 'ada@example.com' }) +
        Array.from({ length: 15 }, (_, index) => personLdif({ uid: `user${index}` })).join('') +
        GROUP,
    });
    database = await SQLITE.fresh();
    context = await sourceContext(database);
  });
  afterAll(async () => {
    await context?.close();
    await database?.drop();
    await slapd?.stop();
  });

  async function tested(more: SourceOverrides = {}, find?: string) {
    count += 1;
    const input: SourceInput = slapdSource(slapd, { ...more, name: `source ${count}` });
    const { id } = done(await addSource(context, context.chief, input));
    const result = done(await testSource(context, context.chief, { id, find }));
    return {
      ...result,
      said: result.steps.map(({ step, state, detail }) => `${step} ${state} ${detail.code.split('.')[1]}`),
    };
  }
  const REST = ['base passed base', 'filter passed found', 'entries passed mapped', 'groups passed groups'];
  const bad = (said: readonly string[]) => said.filter((line) => / failed /.test(line));

  test('everything passes with StartTLS and with ldaps, and the chain is shown', async () => {
    for (const url of [slapd.url, slapd.ldapsUrl]) {
      const { said, passed, certificates, entries } = await tested(
        { connection: { urls: [url] } },
        'ada@example.com',
      );
      expect(said).toEqual([
        'name passed addresses',
        'connect passed reached',
        'tls passed trusted',
        'bind passed bound',
        ...REST,
      ]);
      expect(passed).toBe(true);
      expect(certificates.map(({ subject }) => subject)).toContain('CN=localhost');
      expect(entries).toHaveLength(10);
      expect(entries[0]).toMatchObject({
        name: `uid=ada,${PEOPLE}`,
        userId: 'ada',
        lastName: 'Lovelace',
        groups: [`cn=staff,ou=groups,${SUFFIX}`],
        state: 'active',
      });
      expect(entries.every(({ key }) => /^[0-9a-f-]{36}$/.test(key ?? ''))).toBe(true);
    }
  });

  test('an authority that did not issue the certificate: refused, and the chain shown all the same', async () => {
    const other = await makeAuthority();
    const { said, certificates } = await tested({ connection: { certificateAuthority: other.root.pem } });
    expect(bad(said)).toEqual(['tls failed certificate']);
    expect(certificates[0]?.subject).toBe('CN=localhost');
    const none = await tested({ connection: { urls: [slapd.ldapsUrl], certificateAuthority: '' } });
    expect(bad(none.said)).toEqual(['tls failed certificate']);
  });

  test('a certificate for another host, and one that has expired', async () => {
    const authority = await makeAuthority(['elsewhere.example']);
    const expired = await issue({
      subject: 'CN=localhost',
      names: ['localhost'],
      issuer: authority.intermediate,
      to: Date.now() - 60_000,
    });
    for (const [certificate, kind] of [
      [await authority.issue(), 'certificate-name'],
      [expired, 'certificate'],
    ] as const) {
      const wrong = await startSlapd({ authority, certificate });
      for (const url of [wrong.url, wrong.ldapsUrl]) {
        const connection = { urls: [url], certificateAuthority: authority.root.pem };
        const { said } = await tested({ connection });
        expect(bad(said)).toEqual([`tls failed ${kind}`]);
      }
      await wrong.stop();
    }
  });

  test('wrong name, port, password, base and filter: the step that fails says so', async () => {
    const failing = async (more: SourceOverrides, find?: string) => bad((await tested(more, find)).said);
    expect(await failing({ connection: { urls: ['ldaps://no.such.host.invalid'] } })).toEqual([
      'name failed name',
    ]);
    expect(await failing({ connection: { urls: ['ldaps://localhost:1'] } })).toEqual([
      'connect failed unreachable',
    ]);
    expect(await failing({ connection: { urls: [`ldaps://localhost:${slapd.port}`] } })).toHaveLength(1);
    expect(await failing({ password: 'wrong' })).toEqual(['bind failed bind']);
    expect(await failing({ search: { base: `ou=nowhere,${SUFFIX}` } })).toEqual(['base failed base']);
    expect(await failing({ search: { base: 'nonsense' } })).toEqual(['base failed dn-syntax']);
    expect(await failing({ search: { filter: '(uid=nobody)' } })).toEqual(['filter failed nobody']);
    expect(await failing({ mapping: { key: 'description' } })).toEqual(['entries failed no-key']);
    expect(await failing({}, 'nobody')).toEqual(['entries failed not-found']);
    // A name that is a filter is a name.
    expect(await failing({}, '*')).toEqual(['entries failed not-found']);
    expect(await failing({}, 'ada)(uid=*')).toEqual(['entries failed not-found']);
  });

  test('another mapping is seen before it is saved, by whoever could save it', async () => {
    const { id } = done(await addSource(context, context.chief, slapdSource(slapd, { name: 'seen before' })));
    const { search, mapping } = slapdSource(slapd);
    const other = { id, find: 'ada', mapping: { ...mapping, firstName: 'mail' } };
    const { entries } = done(await testSource(context, context.chief, other));
    expect(entries[0]?.firstName).toBe('ada@example.com');
    const saved = done(await testSource(context, context.chief, { id, find: 'ada' }));
    expect(saved.entries[0]?.firstName).toBe('Ada');
    expect(
      await testSource(context, context.chief, { id, search: { ...search, filter: '(uid=' } }),
    ).toMatchObject({ ok: false, problem: 'invalid-request' });
    // Whoever looks at people can read by it what they like of them.
    const onlyLooks = {
      ...context.chief,
      grants: [{ permissions: new Set(['settings:edit', 'users:view'] as const), domain: '/' }],
    };
    expect((await testSource(context, onlyLooks, { id, find: 'ada' })).ok).toBe(true);
    expect(await testSource(context, onlyLooks, other)).toMatchObject({ problem: 'not-permitted' });
  });

  test('the second server is used when the first is not there; without TLS there is a warning', async () => {
    const { said, passed } = await tested({ connection: { urls: ['ldaps://localhost:1', slapd.url] } });
    expect(said[1]).toBe('connect failed unreachable');
    expect(said.slice(-4)).toEqual(REST);
    expect(passed).toBe(false);
    const plain = await tested({ connection: { startTls: false, plain: true } });
    expect(plain.said).toContain('tls warning plain');
    expect(plain.passed).toBe(true);
  });

  test('a size limit of the account that would stop every run fails the test too', async () => {
    const reader = `uid=reader,${PEOPLE}`;
    const limited = await startSlapd({
      database: [
        `limits dn.exact="${reader}" size=20 size.prtotal=20`,
        'access to * by anonymous auth by * read',
      ],
      ldif: [
        personLdif({ uid: 'reader', userPassword: 'the password of the reader' }),
        ...Array.from({ length: 30 }, (_, index) => personLdif({ uid: `p${index}` })),
      ].join(''),
    });
    try {
      const input = slapdSource(limited, {
        ...{ name: 'limited', password: 'the password of the reader' },
        connection: { bindName: reader, pageSize: 10 },
      });
      const { id } = done(await addSource(context, context.chief, input));
      const { passed, steps } = done(await testSource(context, context.chief, { id }));
      expect(steps.find(({ step }) => step === 'filter')).toMatchObject({
        state: 'failed',
        detail: { code: 'source-failure.size-limit' },
      });
      expect(passed).toBe(false);
      expect(await ran(context, id)).toMatchObject({ state: 'failed' });
    } finally {
      await limited.stop();
    }
  });

  test('the password of the person to find: right, wrong, disabled, too often, and for nobody; it stays nowhere', async () => {
    const RIGHT = 'the right password of ada';
    const own = await startSlapd({
      ldif: ['ada', 'grace'].map((uid) => personLdif({ uid, userPassword: RIGHT })).join(''),
    });
    try {
      const input = slapdSource(own, {
        name: 'passwords',
        logOn: { enabled: true, tries: 3, minutes: 30, lookUp: false },
      });
      const { id } = done(await addSource(context, context.chief, input));
      const tried = async (find: string | undefined, password?: string) => {
        const { passed, steps } = done(await testSource(context, context.chief, { id, find, password }));
        const step = steps.find(({ step: name }) => name === 'log-on');
        const said = step?.detail as { code: string; values?: { reason?: Text } } | undefined;
        return [passed, step?.state, said?.code.split('.')[1], said?.values?.reason?.code];
      };
      expect(await tried('ada')).toEqual([true, undefined, undefined, undefined]);
      expect(await tried('ada', RIGHT)).toEqual([true, 'passed', 'log-on', undefined]);
      expect(await tried('ada', 'wrong')).toEqual([
        ...[false, 'failed', 'log-on-refused', 'event.wrong-password'],
      ]);
      expect(await tried('nobody at all', RIGHT)).toEqual([false, 'skipped', 'log-on-no-one', undefined]);
      expect(await tried(undefined, RIGHT)).toEqual([true, 'skipped', 'log-on-no-one', undefined]);
      // The attempts are those of the user, so a test locks nobody out of the directory either: one address has two.
      expect((await tried('ada', 'wrong'))[3]).toBe('event.wrong-password');
      expect((await tried('ada', RIGHT))[3]).toBe('event.directory-tries');
      await own.client.modify(`uid=grace,${PEOPLE}`, [
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'pwdAccountLockedTime', values: ['000001010000Z'] }),
        }),
      ]);
      expect((await tried('grace', RIGHT)).slice(0, 3)).toEqual([false, 'failed', 'log-on-refused']);
      const stored = JSON.stringify([
        await context.db.selectFrom('audit').selectAll().execute(),
        await context.db.selectFrom('directory_tries').selectAll().execute(),
      ]);
      expect(stored).toContain('source-test.log-on-refused');
      expect(stored).not.toContain(RIGHT);
    } finally {
      await own.stop();
    }
  });

  test('what another server has is said: parts below the base DN, and the base DN itself; nothing is sent there', async () => {
    let asked = 0;
    const other: Server = createServer((socket) => {
      asked += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `ldap://127.0.0.1:${(other.address() as { port: number }).port}/`;
    const part = (ou: string, below = PEOPLE) =>
      `dn: ou=${ou},${below}\nobjectClass: referral\nobjectClass: extensibleObject\nou: ${ou}\nref: ${url}ou=${ou},${below}\n\n`;
    const own = await startSlapd({
      ldif: personLdif({ uid: 'ada' }) + personLdif({ uid: 'grace' }) + part('branch'),
    });
    try {
      const look = async (name: string, base: string) => {
        const { id } = done(
          await addSource(context, context.chief, slapdSource(own, { name, search: { base } })),
        );
        const { passed, steps } = done(await testSource(context, context.chief, { id }));
        return { id, passed, step: steps.find(({ state }) => state === 'warning' || state === 'failed') };
      };
      const whole = await look('with a part elsewhere', PEOPLE);
      expect(whole).toMatchObject({
        passed: true,
        step: {
          step: 'filter',
          state: 'warning',
          detail: { code: 'source-test.found-elsewhere', values: { count: 2, all: 1 } },
        },
      });
      expect(inEnglish(whole.step?.detail as Text)).toContain(`${url}ou=branch`);
      // A run reads what is here.
      expect(await ran(context, whole.id)).toMatchObject({ state: 'done', counts: { added: 2 } });
      expect(await look('all elsewhere', `ou=branch,${PEOPLE}`)).toMatchObject({
        passed: false,
        step: { step: 'base', state: 'failed', detail: { code: 'source-failure.referral' } },
      });
      expect(asked).toBe(0);
    } finally {
      await own.stop();
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test('a server that accepts and never answers costs its time limit, and no more', async () => {
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    for (const url of [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${port}`]) {
      const begun = performance.now();
      const { said } = await tested({ connection: { urls: [url], connectSeconds: 1, requestSeconds: 1 } });
      expect(bad(said)).toEqual([expect.stringMatching(/^tls failed (timeout|lost)$/)]);
      expect(performance.now() - begun).toBeGreaterThan(900);
    }
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });
});
