/**
 * RADIUS with a password beside the passcode, of a real directory and of the internal database: in two steps and in one field. Whatever is
 * wrong, the client gets the same octets; the audit trail tells; a passcode is used up only when everything is right.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { TYPE } from '@sower/radius/attributes';
import { textOf } from '@sower/radius/octets';
import { CODE, findAttribute } from '@sower/radius/packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAround, provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { hasSlapd, personLdif, type Slapd, startSlapd } from '../../harness/directory/slapd.ts';
import { slapdSource } from '../../harness/directory/source.ts';
import { ask, RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from '../../harness/radius/client.ts';

const SECRET = 'secret-of-the-radius-client-0';
const RIGHT = 'the right password of everybody 1';
const OURS = 'green bottles on seven walls';
/** In the directory. */
const NAMES = ['ada', 'grace', 'Twice', 'mode', 'off', 'dead', 'many'];

type Person = Awaited<ReturnType<typeof provisioned>>;

describe.skipIf(!hasSlapd)('RADIUS with a password', () => {
  onBothAtOnce('RADIUS with a password', (kind) => {
    let slapd: Slapd;
    const { deployment } = deployed(kind, { arguments: RADIUS_OPTIONS });
    /** By the setting of the client. */
    let then: RadiusPeer;
    let both: RadiusPeer;
    let other: RadiusPeer;
    const tokens = new Map<string, Person>();

    async function equip(userId: string): Promise<void> {
      const { api } = deployment;
      const { first: serial } = await api('mintTokens', { body: {} });
      await api('assignToken', { params: { serial }, body: { userId } });
      const given = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
      tokens.set(userId, await provisioned(deployment, given));
    }
    const code = (userId: string, offset = 0): string => tokencode(tokens.get(userId) as Person, offset);

    beforeAll(async () => {
      slapd = await startSlapd({
        ldif: NAMES.map((uid) => personLdif({ uid, mail: `${uid}@example.com`, userPassword: RIGHT })).join(
          '',
        ),
      });
      const { api } = deployment;
      await acceptAround(api);
      const { id } = await api('addIdentitySource', {
        body: slapdSource(slapd, {
          enabled: true,
          logOn: { enabled: true, tries: 4, minutes: 30, lookUp: false },
          mapping: { protectedNames: ['mail'] },
        }),
      });
      const { id: run } = await api('startSourceRun', { params: { id }, body: { preview: false } });
      for (;;) {
        const { state } = await api('getSourceRun', { params: { id, run } });
        if (state === 'done') break;
        if (!['queued', 'running'].includes(state)) throw new Error(state);
        await wait(50);
      }
      await api('addProfile', {
        body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
      });
      for (const [name, network, password] of [
        ['then', '127.0.0.1', 'then-passcode'],
        ['both', '127.0.0.2', 'with-passcode'],
        ['other', '127.0.0.3', 'then-passcode'],
      ] as const)
        await api('addRadiusClient', {
          body: { name, network, secret: SECRET, password, otherNames: true },
        });
      await api('addUser', { body: { userId: 'inge' } });
      await api('setUserPassword', {
        params: { userId: 'inge' },
        body: { password: OURS, mustChange: false },
      });
      for (const userId of [...NAMES, 'inge']) await equip(userId);
      const port = radiusPort(deployment.servers[0] as (typeof deployment.servers)[number], 'authentication');
      then = await radiusPeer(port, '127.0.0.1');
      both = await radiusPeer(port, '127.0.0.2');
      other = await radiusPeer(port, '127.0.0.3');
    });
    afterAll(async () => {
      for (const peer of [then, both, other]) peer?.close();
      await slapd?.stop();
    });

    async function reply(peer: RadiusPeer, userId: string, password: string, state?: Uint8Array) {
      const attributes = state ? [{ type: TYPE.state, value: state }] : [];
      const read = await ask(peer, SECRET, userId, password, attributes);
      if (!read.ok) throw new Error(read.reason);
      return read.reply;
    }
    /** Of a reply, what does not depend on the request: the attributes, without Message-Authenticator and State. */
    const shown = ({ code, attributes, octets }: Awaited<ReturnType<typeof reply>>) => ({
      code,
      length: octets.length,
      attributes: attributes
        .filter(({ type }) => type !== TYPE.messageAuthenticator && type !== TYPE.state)
        .map(({ type, value }) => [type, Buffer.from(value).toString('hex')]),
    });
    async function begin(peer: RadiusPeer, userId: string, password: string) {
      const first = await reply(peer, userId, password);
      expect(first.code, `${userId} ${password}`).toBe(CODE.accessChallenge);
      return { first, state: findAttribute(first, TYPE.state) as Uint8Array };
    }
    async function inTwoSteps(userId: string, password: string, passcode: string) {
      const { first, state } = await begin(then, userId, password);
      return { first: shown(first), last: shown(await reply(then, userId, passcode, state)) };
    }
    const REJECTED = { code: CODE.accessReject, length: 38, attributes: [] };
    const reasons = async (userId: string): Promise<(string | undefined)[]> =>
      (
        await deployment.api('listAudit', { query: { object: `user:${userId}`, action: 'authenticate' } })
      ).items.map(({ reason }) => reason);
    const passwords = async (outcome: string): Promise<number> => {
      const line = new RegExp(`^sower_radius_passwords_total\\{outcome="${outcome}"\\} (\\d+)`, 'm');
      return Number(line.exec(await deployment.metrics(0))?.[1] ?? 0);
    };

    test('in two steps: wrong halves and unknown users get the same octets, and no passcode is used up', async () => {
      const passcode = code('ada');
      const wrong = [
        await inTwoSteps('ada', 'wrong', passcode),
        await inTwoSteps('ada', '', passcode),
        await inTwoSteps('ada', RIGHT, '00000000'),
        await inTwoSteps('nobody', RIGHT, passcode),
        await inTwoSteps('ada', 'wrong', '00000000'),
      ];
      for (const { last } of wrong) expect(last).toEqual(REJECTED);
      expect(new Set(wrong.map(({ first }) => JSON.stringify(first))).size).toBe(1);
      const { state, first } = await begin(then, 'ADA@example.com', RIGHT);
      expect(shown(first)).toEqual(wrong[0]?.first);
      expect(textOf(findAttribute(first, TYPE.replyMessage) as Uint8Array)).toBe('Enter your passcode.');
      expect(await reasons('ada')).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^password: wrong password; passcode: right, but not used up/),
          expect.stringContaining('wrong passcode'),
          expect.stringMatching(/^password: wrong password; passcode: .*wrong passcode/),
        ]),
      );
      expect((await reply(then, 'ADA@example.com', passcode, state)).code).toBe(CODE.accessAccept);
      for (const server of deployment.servers) expect(server.output()).not.toContain(RIGHT);
    });

    test('right and right, by a directory and by us, in two steps and in one field', async () => {
      expect((await inTwoSteps('grace', RIGHT, code('grace', -1))).last.code).toBe(CODE.accessAccept);
      expect((await reply(both, 'grace@example.com', RIGHT + code('grace', 0))).code).toBe(CODE.accessAccept);
      expect((await inTwoSteps('inge', OURS, code('inge', -1))).last.code).toBe(CODE.accessAccept);
      expect((await reply(both, 'inge', OURS + code('inge', 0))).code).toBe(CODE.accessAccept);
      expect(await passwords('right')).toBeGreaterThan(3);
    });

    test('in one field: an emergency tokencode is as long as it was made, whatever the policy says since', async () => {
      const { api } = deployment;
      const { serial } = tokens.get('grace') as Person;
      const params = { domain: 'top' };
      const give = async () => {
        const { codes } = await api('giveEmergencyAccess', {
          params: { serial },
          body: { kind: 'set', whenTokenReturns: 'after' },
        });
        return codes;
      };
      const long = { codeLength: 12 };
      await api('editEmergencyPolicy', { params, body: long, ifMatch: 0 });
      const [first, second] = await give();
      expect(first).toHaveLength(12);
      await api('removePolicy', { params: { kind: 'emergency', ...params } });
      expect((await reply(both, 'grace', RIGHT + first)).code).toBe(CODE.accessAccept);
      expect(shown(await reply(both, 'grace', `wrong${second}`))).toEqual(REJECTED);
      expect((await reply(both, 'grace', RIGHT + second)).code).toBe(CODE.accessAccept);
      await api('endEmergencyAccess', { params: { serial } });
    });

    test('in one field: wrong halves are refused alike, and the passcode is good afterwards', async () => {
      const passcode = code('mode');
      for (const entered of [
        `wrong${passcode}`,
        passcode,
        `${passcode}${RIGHT}`,
        `${RIGHT}\u0000${passcode}`,
      ])
        expect(shown(await reply(both, 'mode', entered)), entered).toEqual(REJECTED);
      expect(shown(await reply(both, 'nobody', RIGHT + passcode))).toEqual(REJECTED);
      const answers = await reasons('mode');
      expect(answers.filter((reason) => reason?.includes('right, but not used up')).length).toBeGreaterThan(
        0,
      );
      expect((await reply(both, 'mode', RIGHT + passcode)).code).toBe(CODE.accessAccept);
    });

    test('a challenge is for its client and its user, and for one answer', async () => {
      const passcode = code('Twice');
      const { state } = await begin(then, 'Twice', RIGHT);
      expect(shown(await reply(other, 'Twice', passcode, state))).toEqual(REJECTED);
      expect(shown(await reply(then, 'ada', passcode, state))).toEqual(REJECTED);
      expect(shown(await reply(then, 'Twice', passcode, new TextEncoder().encode('p.unknown')))).toEqual(
        REJECTED,
      );
      expect((await reply(then, 'Twice', passcode, state)).code).toBe(CODE.accessAccept);
      expect(shown(await reply(then, 'Twice', code('Twice', 1), state))).toEqual(REJECTED);
      expect((await reasons('Twice')).filter((reason) => reason?.includes('it stays open'))).toHaveLength(2);
    });

    test('two at once with one passcode: one wins', async () => {
      const passcode = code('many');
      const begun = await Promise.all([begin(then, 'many', RIGHT), begin(other, 'many', RIGHT)]);
      const last = await Promise.all([
        reply(then, 'many', passcode, begun[0]?.state),
        reply(other, 'many', passcode, begun[1]?.state),
        reply(both, 'many', RIGHT + passcode),
      ]);
      expect(last.map(({ code }) => code).sort()).toEqual([
        CODE.accessAccept,
        CODE.accessReject,
        CODE.accessReject,
      ]);
    });

    test('the right password of somebody who is disabled', async () => {
      const { version } = await deployment.api('getUser', { params: { userId: 'off' } });
      await deployment.api('editUser', {
        params: { userId: 'off' },
        body: { enabled: false },
        ifMatch: version,
      } as never);
      const passcode = code('off');
      expect((await inTwoSteps('off', RIGHT, passcode)).last).toEqual(REJECTED);
      expect(shown(await reply(both, 'off', RIGHT + passcode))).toEqual(REJECTED);
      expect((await reasons('off'))[0]).toMatch(/^password: .*disabled; passcode: /);
    });

    test('a directory that is not there: refused, counted, and the passcode is good afterwards', async ({
      expect,
    }) => {
      const before = await passwords('unavailable');
      await slapd.kill('SIGKILL');
      const passcode = code('dead');
      expect((await inTwoSteps('dead', RIGHT, passcode)).last).toEqual(REJECTED);
      expect(shown(await reply(both, 'dead', RIGHT + passcode))).toEqual(REJECTED);
      expect(shown(await reply(both, 'nobody', RIGHT + passcode))).toEqual(REJECTED);
      expect(await passwords('unavailable')).toBe(before + 3);
      expect((await inTwoSteps('inge', OURS, code('inge', 1))).last.code).toBe(CODE.accessAccept);
      await slapd.start();
      // Its own outage counts against nobody. It is not connected to for a while, which is longer if more attempts failed meanwhile.
      await expect
        .poll(async () => (await inTwoSteps('dead', RIGHT, passcode)).last.code, { interval: 200 })
        .toBe(CODE.accessAccept);
    });
  });
});
