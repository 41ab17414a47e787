/**
 * RADIUS with the directory password as gateways send it: by radclient, and through a FreeRADIUS in between, against a real OpenLDAP and a real Active
 * Directory (Samba). Timing tells names and halves apart no better than the directory itself does, and wrong passwords lock nobody out there.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { TYPE } from '@sower/radius/attributes';
import { CODE, findAttribute } from '@sower/radius/packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { hasSamba } from '../../harness/directory/samba.ts';
import { hasSlapd } from '../../harness/directory/slapd.ts';
import {
  type PasswordDirectory,
  sambaDirectory,
  slapdDirectory,
} from '../../harness/directory/with-passwords.ts';
import { chanceOfMore } from '../../harness/edges/chance.ts';
import { ask, RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import {
  access,
  hasFreeradius,
  type RadiusProxy,
  radclient,
  startProxy,
  stateOf,
} from '../../harness/radius/freeradius.ts';
import { amount, LONG } from '../../harness/randomness.ts';

/** 1,000 show more, and take longer. */
const WRONG_PASSWORDS = amount({ usual: 40, long: 100 });
const SAMPLES = amount({ usual: 120, long: 600 });
/** Three wrong passwords of each stay below every lockout. */
const TIMED = Array.from({ length: Math.ceil(SAMPLES / 3) }, (_, index) => `timed${index}`);
const CONTROLS = TIMED.map((_, index) => `control${index}`);
const NAMES = ['ada', 'grace', 'many', ...TIMED];

const SECRET = 'secret-of-the-radius-client-0';
const CLIENT_SECRET = 'secret-between-client-and-proxy';
/** The addresses of clients in Sower, by their setting. */
const THEN = '127.0.0.2';
const BOTH = '127.0.0.3';
const RIGHT = 'Right-Pass-w0rd of 1';

type ProvisionedToken = Awaited<ReturnType<typeof provisioned>>;

const DIRECTORIES = [
  { name: 'OpenLDAP', has: hasSlapd, start: slapdDirectory },
  { name: 'Active Directory (Samba)', has: hasSamba, start: sambaDirectory },
];

for (const { name, has, start } of DIRECTORIES)
  describe.skipIf(!has || !hasFreeradius)(`RADIUS with the password of ${name}`, () => {
    let directory: PasswordDirectory;
    const { deployment } = deployed(SQLITE, { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] });
    let port: number;
    let proxy: RadiusProxy;
    let peer: RadiusPeer;
    const tokens = new Map<string, ProvisionedToken>();

    beforeAll(async () => {
      directory = await start(['ada', 'grace', 'many'], RIGHT, [...TIMED, ...CONTROLS]);
      port = radiusPort(deployment.servers[0] as never, 'authentication');
      const { api } = deployment;
      const { id } = await api('addIdentitySource', {
        body: {
          ...directory.source,
          enabled: true,
          logOn: { enabled: true, tries: 3, minutes: 30, lookUp: false },
        },
      });
      const { id: run } = await api('startSourceRun', { params: { id }, body: { preview: false } });
      for (;;) {
        const { state } = await api('getSourceRun', { params: { id, run } });
        if (state === 'done') break;
        if (!['queued', 'running'].includes(state)) throw new Error(state);
        await wait(50);
      }
      const { items } = await api('listSecurityDomains', {});
      const top = items[0]?.id as string;
      // Nobody is held back: what is measured is the work, and what is refused is the password.
      await api('editTokenPolicy', {
        params: { domain: top },
        body: { wrongBeforeNextTokencode: 0, wrongBeforeHoldBack: 100 },
        ifMatch: 0,
      });
      await api('addProfile', {
        body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
      });
      for (const [client, network, password] of [
        ['then', THEN, 'then-passcode'],
        ['both', BOTH, 'with-passcode'],
      ] as const)
        await api('addRadiusClient', {
          body: {
            ...{ name: client, network, secret: SECRET, password },
            replyAttributes: [{ name: 'Filter-Id', value: 'staff' }],
          },
        });
      for (const userId of NAMES) {
        const { first: serial } = await api('mintTokens', { body: {} });
        await api('assignToken', { params: { serial }, body: { userId } });
        const given = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
        tokens.set(userId, await provisioned(deployment, given));
      }
      proxy = await startProxy({
        home: port,
        secret: SECRET,
        clientSecret: CLIENT_SECRET,
        from: [THEN, BOTH],
      });
      peer = await radiusPeer(port, BOTH);
    });
    afterAll(async () => {
      peer?.close();
      await proxy?.stop();
      await directory?.stop();
    });

    const code = (userId: string, offset = 0): string =>
      tokencode(tokens.get(userId) as ProvisionedToken, offset);

    const WAYS = [
      {
        way: 'radclient',
        twoSteps: (lines: string) => direct(lines, THEN),
        oneField: (lines: string) => direct(lines, BOTH),
      },
      {
        way: 'FreeRADIUS in between',
        twoSteps: (lines: string) =>
          radclient(lines, { port: proxy.ports[0] as number, secret: CLIENT_SECRET }).output,
        oneField: (lines: string) =>
          radclient(lines, { port: proxy.ports[1] as number, secret: CLIENT_SECRET }).output,
      },
    ];
    const direct = (lines: string, address: string): string =>
      radclient(`${lines}\nPacket-Src-IP-Address = ${address}`, { port, secret: SECRET }).output;

    test.each(WAYS)(
      '$way: password, then passcode; both in one field; whichever half is wrong',
      ({ twoSteps, oneField, way }) => {
        const userId = way === 'radclient' ? 'ada' : 'grace';
        const answered = (name: string, password: string, passcode: string) => {
          const state = stateOf(twoSteps(access(name, password)));
          return twoSteps(`${access(name, passcode)}\nState = ${state}`);
        };
        const passcode = code(userId, -1);
        expect(answered(userId, 'wrong', passcode)).toContain('Received Access-Reject');
        expect(answered(userId, RIGHT, '00000000')).toContain('Received Access-Reject');
        expect(answered('nobody at all', RIGHT, passcode)).toContain('Received Access-Reject');
        // Made anew: on a busy machine all that may have taken longer than a tokencode is shown.
        const accepted = answered(userId, RIGHT, code(userId, -1));
        expect(accepted).toContain('Received Access-Accept');
        expect(accepted).toContain('Filter-Id = "staff"');
        const next = code(userId);
        for (const [name, entered] of [
          [userId, `wrong${next}`],
          [userId, `${RIGHT}00000000`],
          [userId, RIGHT],
          ['nobody at all', RIGHT + next],
        ] as const)
          expect(oneField(access(name, entered)), entered).toContain('Received Access-Reject');
        expect(oneField(access(userId, RIGHT + next))).toContain('Received Access-Accept');
        expect(oneField(access(userId, RIGHT + next))).toContain('Received Access-Reject');
      },
    );

    // On a quiet machine: what else it does moves the times.
    test.runIf(LONG)(
      'wrong password, wrong passcode and unknown user take the same time, as far as the directory does',
      async () => {
        const CLASSES = ['wrong password', 'wrong passcode', 'unknown'] as const;
        const here = CLASSES.map((): number[] => []);
        const there = CLASSES.map((): number[] => []);
        const timed = async (into: number[] | undefined, work: () => Promise<unknown>) => {
          const begun = performance.now();
          await work();
          into?.push(performance.now() - begun);
        };
        const reply = async (userId: string, entered: string) => {
          const read = await ask(peer, SECRET, userId, entered);
          expect(read.ok && read.reply.code).toBe(CODE.accessReject);
          expect(read.ok && findAttribute(read.reply, TYPE.replyMessage)).toBeFalsy();
        };
        for (let round = -3; round < SAMPLES; round += 1) {
          const index = Math.max(0, round) % TIMED.length;
          const userId = TIMED[index] as string;
          const passcode = code(userId);
          const sower = [
            () => reply(userId, `wrong${passcode}`),
            () => reply(userId, `${RIGHT}00000000`),
            () => reply(`nobody${index}`, RIGHT + passcode),
          ];
          const control = CONTROLS[index] as string;
          const itself = [
            () => directory.bind(control, 'wrong'),
            () => directory.bind(control, RIGHT),
            () => directory.bind(undefined, RIGHT),
          ];
          // In another order each time; the first ones warm up.
          for (let step = 0; step < 3; step += 1) {
            const which = (step + round + 3) % 3;
            await timed(round < 0 ? undefined : here[which], sower[which] as () => Promise<unknown>);
            await timed(round < 0 ? undefined : there[which], itself[which] as () => Promise<unknown>);
          }
        }
        for (const [a, b] of [
          [0, 1],
          [0, 2],
          [1, 2],
        ] as const) {
          const ours = chanceOfMore(here[a] as number[], here[b] as number[]);
          const theirs = chanceOfMore(there[a] as number[], there[b] as number[]);
          console.log(
            `${name}: that a ${CLASSES[a]} takes longer than ${CLASSES[b]}: ${ours.toFixed(2)}, at the directory itself ${theirs.toFixed(2)}`,
          );
          // 0.5 tells nothing. Of so many, chance alone gives less than the rest.
          const [least, most] = [Math.min(0.5, theirs) - 0.2, Math.max(0.5, theirs) + 0.2];
          expect(ours, `${CLASSES[a]}, ${CLASSES[b]}`).toBeGreaterThan(least);
          expect(ours, `${CLASSES[a]}, ${CLASSES[b]}`).toBeLessThan(most);
        }
      },
      600_000,
    );

    test(`${WRONG_PASSWORDS} wrong passwords over RADIUS do not lock the account`, async () => {
      const half = Math.ceil(WRONG_PASSWORDS / 2);
      const many = (address: string) =>
        Array.from(
          { length: half },
          (_, index) => `${access('many', `wrong ${index}00000000`)}\nPacket-Src-IP-Address = ${address}`,
        ).join('\n\n');
      const more = ['-p', '10', '-r', '3', '-t', '20'];
      const first = radclient(many(THEN), { port, secret: SECRET, more }).output;
      const second = radclient(many(BOTH).replaceAll(`\nPacket-Src-IP-Address = ${BOTH}`, ''), {
        ...{ port: proxy.ports[1] as number, secret: CLIENT_SECRET, more },
      }).output;
      expect(first.match(/Received Access-Challenge/g)).toHaveLength(half);
      expect(second.match(/Received Access-Reject/g)).toHaveLength(half);
      expect(first + second).not.toContain('Received Access-Accept');
      expect(await directory.failures('many')).toEqual({ locked: false, failures: 3 });
      expect(await directory.bind('many', RIGHT)).toBe(true);
    }, 600_000);
  });
