/** The RADIUS edge over a scripted domain: challenges and State, duplicates in memory, overload, stop, networks. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { utf8 } from '@sower/bytes/octets';
import { integerOctets, integerOf, TYPE } from '@sower/radius/attributes';
import { accessRequest, accountingRequest, readReply, statusServer } from '@sower/radius/client';
import { textOf } from '@sower/radius/octets';
import { type Attribute, CODE, findAttribute, type ParsedPacket } from '@sower/radius/packet';
import { inEnglish, text } from '@sower/texts/outcomes';
import { describe, expect, test } from 'vitest';
import type { AttemptStep, Attempts, Challenge } from '../src/authentication/challenge/attempt.ts';
import type { PasswordAttempts } from '../src/authentication/challenge/with-password.ts';
import { forwardedAddresses, readAddress, readNetwork, writeNetwork } from '../src/core/network.ts';
import { Overload } from '../src/core/outcome.ts';
import { type AnswererContext, answerer } from '../src/radius/answerer.ts';
import type { KnownClient } from '../src/radius/client-table.ts';
import { duplicates } from '../src/radius/duplicates.ts';
import { listenUdp } from '../src/radius/listener.ts';
import { replyMessage } from '../src/radius/respond.ts';

const secret = utf8('a secret of some length');
const client: KnownClient = {
  id: '1',
  name: 'vpn',
  secret,
  messageAuthenticator: 'required',
  password: 'none',
  otherNames: false,
  replies: [],
  domain: '/a/',
};
const NOW = 1_800_000_000_000;

const nothing: Attempts = {
  start: async () => ({ state: 'rejected' }),
  answer: async () => ({ state: 'rejected' }),
  cancel: async () => {},
};

function parts(attempts: Partial<Attempts>, record = async (): Promise<void> => {}) {
  const counted: string[] = [];
  const recorded: string[] = [];
  const errors: unknown[] = [];
  const uses: AnswererContext = {
    attempts: { ...nothing, ...attempts },
    passwordAttempts: {} as PasswordAttempts,
    recordSession: async ({ reason }) => {
      await record();
      recorded.push(inEnglish(reason));
    },
    now: () => NOW,
    clock: () => performance.now(),
    drops: { count: (_, reason) => counted.push(reason), stop: async () => {} },
    count: (_, outcome) => counted.push(outcome),
    onError: (error) => errors.push(error),
  };
  return { counted, recorded, errors, answerer: answerer(uses) };
}

let sent = 0;
const made = (userName: string, password: string, state?: Uint8Array): Uint8Array => {
  sent += 1;
  return accessRequest(
    {
      identifier: sent & 255,
      authenticator: Uint8Array.from({ length: 16 }, (_, i) => (sent >> (8 * (i % 4))) & 255),
      userName,
      password,
      ...(state ? { attributes: [{ type: TYPE.state, value: state }] } : {}),
    },
    secret,
  );
};
const arrived = (octets: Uint8Array, from: KnownClient = client) =>
  ({
    octets,
    port: 'authentication',
    client: from,
    address: '192.0.2.1',
    origin: '192.0.2.1 1000',
    secret,
  }) as const;

function reading(octets: Uint8Array | undefined, request: Uint8Array): ParsedPacket {
  if (!octets) throw new Error('no answer');
  const read = readReply(octets, request, secret);
  if (!read.ok) throw new Error(read.reason);
  return read.reply;
}

const RULES = { minLength: 4, maxLength: 8, alphanumeric: false };
const CHALLENGES: readonly Challenge[] = [
  { kind: 'next-tokencode' },
  { kind: 'new-pin', rules: RULES },
  { kind: 'new-pin-or-system', rules: { ...RULES, alphanumeric: true } },
  { kind: 'system-pin', pin: '4711' },
  { kind: 'passcode-with-new-pin' },
];

describe('challenges', () => {
  test('every challenge has State, a sentence, a time and whether to show what is typed', async () => {
    for (const challenge of CHALLENGES) {
      const step: AttemptStep = {
        state: 'challenge',
        attempt: 'an-attempt',
        challenge,
        expiresAt: NOW + 90_500,
      };
      const { answerer: made1 } = parts({ start: async () => step });
      const request = made('anna', '1234');
      const reply = reading(await made1.answer(arrived(request)), request);
      expect(reply.code).toBe(CODE.accessChallenge);
      expect(reply.attributes[0]?.type).toBe(TYPE.messageAuthenticator);
      expect(textOf(findAttribute(reply, TYPE.state) as Uint8Array)).toBe('an-attempt');
      expect(textOf(findAttribute(reply, TYPE.replyMessage) as Uint8Array)).toBe(
        replyMessage(challenge).text,
      );
      expect(integerOf(findAttribute(reply, TYPE.sessionTimeout))).toBe(91);
      expect(integerOf(findAttribute(reply, TYPE.prompt))).toBe(replyMessage(challenge).echo ? 1 : 0);
    }
    const texts = CHALLENGES.map((challenge) => replyMessage(challenge).text);
    expect(new Set(texts).size).toBe(CHALLENGES.length);
    expect(Math.max(...texts.map((text) => utf8(text).length))).toBeLessThanOrEqual(253);
    expect(texts[1]).toContain('4 to 8 digits');
    expect(texts[3]).toContain('4711');
  });

  test('New PIN from the first passcode to acceptance; each State goes to the attempt it names, with the client that asks', async () => {
    const log: unknown[] = [];
    const steps: AttemptStep[] = [
      {
        state: 'challenge',
        attempt: 'one',
        challenge: { kind: 'new-pin', rules: RULES },
        expiresAt: NOW + 1000,
      },
      {
        state: 'challenge',
        attempt: 'two',
        challenge: { kind: 'passcode-with-new-pin' },
        expiresAt: NOW + 1000,
      },
      { state: 'accepted', userId: 'anna', serial: '000100000001', domain: '/' },
    ];
    const next = (request: unknown): AttemptStep => {
      log.push(request);
      return steps.shift() as AttemptStep;
    };
    const { answerer: edge, counted } = parts({
      start: async (request) => next(request),
      answer: async (request) => next(request),
    });
    let state: Uint8Array | undefined;
    const codes: number[] = [];
    for (const entered of ['12345678', '2468', '246887654321']) {
      const request = made('anna', entered, state);
      const reply = reading(await edge.answer(arrived(request)), request);
      codes.push(reply.code);
      state = findAttribute(reply, TYPE.state);
    }
    expect(codes).toEqual([CODE.accessChallenge, CODE.accessChallenge, CODE.accessAccept]);
    const client = {
      client: 'radius:vpn',
      binding: '1',
      userId: 'anna',
      source: '192.0.2.1',
      within: ['/a/'],
      handsOn: { name: 'anna', otherNames: false, maxOctets: 253 },
    };
    expect(log).toEqual([
      { ...client, passcode: '12345678' },
      { ...client, attempt: 'one', answer: '2468' },
      { ...client, attempt: 'two', answer: '246887654321' },
    ]);
    expect(counted).toEqual(['challenge', 'challenge', 'accepted']);
  });

  test('State of another client is asked for under its own name', async () => {
    const clients: string[] = [];
    const { answerer: edge } = parts({
      answer: async ({ client, attempt }) => {
        clients.push(`${client} ${attempt}`);
        return { state: 'rejected' };
      },
    });
    const request = made('anna', '1', utf8('one'));
    const reply = reading(await edge.answer(arrived(request, { ...client, name: 'other' })), request);
    expect([reply.code, clients]).toEqual([CODE.accessReject, ['radius:other one']]);
  });
});

describe('duplicates', () => {
  test('while the first is being answered the others are silent; afterwards they get its octets', async () => {
    let release = (): void => {};
    let started = 0;
    const { answerer: edge, counted } = parts({
      start: () => {
        started += 1;
        return new Promise((resolve) => {
          release = () => resolve({ state: 'accepted', userId: 'anna', serial: '1', domain: '/' });
        });
      },
    });
    const request = made('anna', '1');
    const first = edge.answer(arrived(request));
    const during = await Promise.all(Array.from({ length: 50 }, () => edge.answer(arrived(request))));
    expect(during.every((answer) => answer === undefined)).toBe(true);
    release();
    const answer = await first;
    expect(reading(answer, request).code).toBe(CODE.accessAccept);
    expect(await edge.answer(arrived(request))).toEqual(answer);
    const elsewhere = edge.answer({ ...arrived(request), origin: '192.0.2.1 1001' });
    expect(started).toBe(2);
    release();
    await elsewhere;
    expect(counted.filter((outcome) => outcome === 'duplicate')).toHaveLength(51);
  });

  test('the same identifier and authenticator with other content is another request', async () => {
    const asked: string[] = [];
    const { answerer: edge, counted } = parts({
      start: async ({ userId, passcode }) => {
        asked.push(`${userId} ${passcode}`);
        return userId === 'anna'
          ? { state: 'accepted', userId, serial: '1', domain: '/' }
          : { state: 'rejected' };
      },
    });
    const header = { identifier: 7, authenticator: new Uint8Array(16).fill(9) };
    const codes: number[] = [];
    for (const [userName, password] of [
      ['anna', '1'],
      ['berta', '1'],
      ['anna', '2'],
      ['anna', '1'],
    ] as const) {
      const request = accessRequest({ ...header, userName, password }, secret);
      codes.push(reading(await edge.answer(arrived(request)), request).code);
    }
    expect(codes).toEqual([CODE.accessAccept, CODE.accessReject, CODE.accessAccept, CODE.accessAccept]);
    expect(asked).toEqual(['anna 1', 'berta 1', 'anna 2']);
    expect(counted.filter((outcome) => outcome === 'duplicate')).toHaveLength(1);
    // Padding is no content (RFC 2865 §3).
    const request = accessRequest({ ...header, userName: 'anna', password: '1' }, secret);
    const padded = new Uint8Array([...request, 0, 0]);
    expect(reading(await edge.answer(arrived(padded)), request).code).toBe(CODE.accessAccept);
    expect(asked).toHaveLength(3);
  });

  test('what failed is silent and may come again', async () => {
    let tries = 0;
    const { answerer: edge, counted } = parts({
      start: async () => {
        tries += 1;
        if (tries === 1) throw new Error('the database is gone');
        return { state: 'rejected' };
      },
    });
    const request = made('anna', '1');
    expect(await edge.answer(arrived(request))).toBeUndefined();
    expect(reading(await edge.answer(arrived(request)), request).code).toBe(CODE.accessReject);
    expect(counted).toEqual(['failed', 'rejected']);
  });

  test('what too many wait for is silent, no failure of the server, and may come again', async () => {
    let tries = 0;
    const {
      answerer: edge,
      counted,
      errors,
    } = parts({
      start: async () => {
        tries += 1;
        if (tries === 1) throw new Overload();
        return { state: 'rejected' };
      },
    });
    const request = made('anna', '1');
    expect(await edge.answer(arrived(request))).toBeUndefined();
    expect(reading(await edge.answer(arrived(request)), request).code).toBe(CODE.accessReject);
    expect(counted).toEqual(['overload', 'rejected']);
    expect(errors).toEqual([]);
  });

  test('bounded in number, in octets and in time', () => {
    let now = 0;
    const options = { milliseconds: 30_000, maxEntries: 100, maxOctets: 1_000_000, clock: () => now };
    const seen = duplicates(options);
    for (let i = 0; i < 1000; i += 1) {
      expect(seen.begin(`k${i}`)).toBe('new');
      seen.settle(`k${i}`, new Uint8Array(10));
      expect(seen.size).toBeLessThanOrEqual(100);
    }
    expect(seen.begin('k999')).toEqual(new Uint8Array(10));
    expect(seen.begin('k1')).toBe('new');
    now = 30_001;
    expect(seen.begin('k999')).toBe('new');
    expect(seen.size).toBe(1);
    const small = duplicates({ ...options, maxOctets: 5_000 });
    for (let i = 0; i < 100; i += 1) {
      small.begin(`k${i}`);
      small.settle(`k${i}`, new Uint8Array(1000));
      expect(small.size).toBeLessThanOrEqual(6);
    }
  });
});

test('UDP: a stop waits for the answers to be sent, and takes no more', async () => {
  let release = (): void => {};
  let taken = 0;
  const listener = await listenUdp(
    {
      answerer: {
        answer: () =>
          new Promise((resolve) => {
            taken += 1;
            release = () => resolve(new Uint8Array([42]));
          }),
      },
      clients: { byAddress: async () => client, byCertificate: async () => undefined },
      drops: { count: () => {}, stop: async () => {} },
      onError: () => {},
      arrived: () => {},
      sharedPort: false,
    },
    'authentication',
    { host: '127.0.0.1', port: 0 },
  );
  const socket = createSocket('udp4');
  const port = Number(listener.address.split(':')[1]);
  socket.send(new Uint8Array(20), port, '127.0.0.1');
  while (taken === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const stopped = listener.stop();
  socket.send(new Uint8Array(20), port, '127.0.0.1');
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  const [answer] = await once(socket, 'message');
  expect([...answer]).toEqual([42]);
  await stopped;
  expect(taken).toBe(1);
  socket.close();
});

test('no more are answered at once than there is room for', async () => {
  const releases: (() => void)[] = [];
  const { answerer: edge, counted } = parts({
    start: () =>
      new Promise((resolve) => {
        releases.push(() => resolve({ state: 'rejected' }));
      }),
  });
  const all = Array.from({ length: 4_200 }, () => edge.answer(arrived(made('anna', '1'))));
  const status = statusServer(1, new Uint8Array(16), secret);
  await new Promise((resolve) => setImmediate(resolve));
  expect(counted.filter((reason) => reason === 'overload')).toHaveLength(104);
  for (const release of releases) release();
  const answers = await Promise.all(all);
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(104);
  expect(reading(await edge.answer(arrived(status)), status).code).toBe(CODE.accessAccept);
});

describe('accounting', () => {
  const report = (...attributes: Attribute[]): Uint8Array => {
    sent += 1;
    return accountingRequest(sent & 255, attributes, secret);
  };
  const status = (value: number): Attribute => ({ type: TYPE.acctStatusType, value: integerOctets(value) });
  const accounted = (octets: Uint8Array) => ({ ...arrived(octets), port: 'accounting' as const });

  test('what is acknowledged was recorded before, whatever its status', async () => {
    const { answerer: edge, recorded } = parts({});
    for (const [value, text] of [
      [1, 'session started'],
      [2, 'session ended'],
      [3, 'session update'],
      [7, 'the client began to report sessions'],
      [8, 'the client stops reporting sessions'],
      [9, 'status 9'],
      [15, 'status 15'],
      [4_000_000_000, 'status 4000000000'],
    ] as const) {
      const request = report(status(value));
      expect(reading(await edge.answer(accounted(request)), request).code).toBe(CODE.accountingResponse);
      expect(recorded.at(-1)).toBe(text);
    }
    expect(recorded).toHaveLength(8);
  });

  test('what is not recorded is not acknowledged: nothing to record, or a database that fails (RFC 2866 §4.1)', async () => {
    let down = true;
    const {
      answerer: edge,
      counted,
      recorded,
    } = parts({}, async () => {
      if (down) throw new Error('the database is gone');
    });
    const short = { type: TYPE.acctStatusType, value: new Uint8Array(3) };
    for (const attributes of [[], [short], [{ type: TYPE.userName, value: utf8('anna') }]]) {
      expect(await edge.answer(accounted(report(...attributes)))).toBeUndefined();
    }
    const request = report(status(1));
    expect(await edge.answer(accounted(request))).toBeUndefined();
    expect(recorded).toEqual([]);
    down = false;
    // Sent again, it is no duplicate of what was not recorded.
    expect(reading(await edge.answer(accounted(request)), request).code).toBe(CODE.accountingResponse);
    expect(recorded).toEqual(['session started']);
    expect(counted).toEqual(['no-status', 'no-status', 'no-status', 'failed', 'session']);
  });
});

describe('Proxy-State', () => {
  const states = (count: number, length: number): Attribute[] =>
    Array.from({ length: count }, () => ({ type: TYPE.proxyState, value: new Uint8Array(length) }));
  const proxied = (attributes: readonly Attribute[]): Uint8Array => {
    sent += 1;
    const authenticator = new Uint8Array(16).fill(sent & 255);
    return accessRequest(
      { identifier: sent & 255, authenticator, userName: 'anna', password: '1', attributes },
      secret,
    );
  };
  /** 1,000 octets for everybody, and 500 more below /a/b/ in place of 100 of them. */
  const replies = [
    ...Array.from({ length: 2 }, () => ({ name: 'Class', domain: '/a/b/', octets: 248 })),
    ...Array.from({ length: 1 }, () => ({ name: 'Filter-Id', domain: '/a/', octets: 98 })),
    ...Array.from({ length: 1 }, () => ({ name: 'Class', domain: '/a/', octets: 98 })),
  ].map(({ name, domain, octets }) => ({
    name,
    domain,
    attribute: { type: name === 'Class' ? TYPE.class : 11, value: new Uint8Array(octets) },
  }));

  test('without room for a whole reply a request is not answered, and its passcode is not looked at', async () => {
    const asked: string[] = [];
    const start: Attempts['start'] = async ({ userId }) => {
      asked.push(userId);
      return { state: 'accepted', userId: 'u'.repeat(253), serial: '1', domain: '/a/b/c/' };
    };
    const { answerer: edge, counted, errors } = parts({ start });
    // 20 of the header, 18 of the Message-Authenticator, 255 of the User-Name, 600 of the attributes for a user in /a/b/.
    const room = 4096 - 38 - 255 - 600;
    const fitting = proxied(states(12, 253).concat(states(1, room - 12 * 255 - 2)));
    const whole = reading(await edge.answer(arrived(fitting, { ...client, replies })), fitting);
    expect(whole.code).toBe(CODE.accessAccept);
    expect(whole.octets.length).toBe(4096);
    expect(whole.attributes.filter(({ type }) => type === TYPE.class || type === 11)).toHaveLength(3);
    const over = proxied(states(12, 253).concat(states(1, room - 12 * 255 - 1)));
    expect(await edge.answer(arrived(over, { ...client, replies }))).toBeUndefined();
    expect(asked).toEqual(['anna']);
    expect(counted).toEqual(['accepted', 'no-room']);
    expect(errors.map(String).join()).toContain('Proxy-State');
    expect(errors.map(String).join()).toContain('"vpn"');
  });

  test('a challenge needs its room too', async () => {
    const { answerer: edge, counted } = parts({
      start: async () => ({
        state: 'challenge',
        attempt: 'x'.repeat(64),
        challenge: {
          kind: 'new-pin',
          rules: RULES,
          refused: text('domain.not-found', { domain: 'é'.repeat(300) }),
        },
        expiresAt: NOW + 90_000,
      }),
    });
    const request = proxied(states(14, 253));
    const reply = reading(await edge.answer(arrived(request)), request);
    expect(reply.code).toBe(CODE.accessChallenge);
    expect(reply.attributes.map(({ type }) => type)).toContain(TYPE.prompt);
    expect(await edge.answer(arrived(proxied(states(15, 253))))).toBeUndefined();
    expect(counted).toEqual(['challenge', 'no-room']);
  });
});

test.each([
  ['User-Name', TYPE.userName],
  ['State', TYPE.state],
] as const)(
  "a request with two of %s is not answered: which one counts is anybody's guess",
  async (_, type) => {
    const { answerer: edge, counted } = parts({});
    const request = accessRequest(
      {
        identifier: 1,
        authenticator: new Uint8Array(16),
        userName: 'anna',
        password: '1',
        attributes: [
          { type, value: utf8('anna') },
          { type, value: utf8('berta') },
        ],
      },
      secret,
    );
    expect(await edge.answer(arrived(request))).toBeUndefined();
    expect(counted).toEqual(['repeated-attribute']);
  },
);

describe('networks', () => {
  const written = (text: string): string => {
    const network = readNetwork(text);
    return network.ok ? writeNetwork(network.value) : inEnglish(network.detail);
  };
  test('one spelling each', () => {
    for (const [text, expected] of [
      ['192.0.2.7', '192.0.2.7/32'],
      ['192.0.2.0/24', '192.0.2.0/24'],
      ['0.0.0.0/0', '0.0.0.0/0'],
      ['::/0', '::/0'],
      ['::1', '::1/128'],
      ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1/128'],
      ['1:0:0:2:0:0:0:3', '1:0:0:2::3/128'],
      ['::ffff:192.0.2.7', '192.0.2.7/32'],
      ['64:ff9b::192.0.2.33', '64:ff9b::c000:221/128'],
      ['fe80::/10', 'fe80::/10'],
    ] as const) {
      expect(written(text), text).toBe(expected);
      expect(written(expected)).toBe(expected);
    }
  });

  test('what is none', () => {
    for (const text of [
      '',
      'host',
      '1.2.3',
      '1.2.3.4/33',
      '1.2.3.4/',
      '1.2.3.4/08',
      '::1/129',
      '1.2.3.4/24/2',
    ]) {
      expect(written(text), text).toContain('is not an address or a CIDR range');
    }
    expect(written('192.0.2.7/24')).toContain('Enter 192.0.2.0/24 for the range');
    expect(readAddress('fe80::1%eth0')?.toString()).toBe('fe80::1');
    for (const text of ['0x7f.1', '127.1', '192.0.02.1', '1'.repeat(1000), '::1%', ':', '%'])
      expect(readAddress(text), text).toBe(undefined);
  });

  test('an address in X-Forwarded-For is one address, however a proxy writes it', () => {
    for (const written of [
      '192.0.2.1',
      '192.0.2.1:4711',
      '"192.0.2.1:4712"',
      '::ffff:192.0.2.1',
      '[::ffff:192.0.2.1]:80',
      'garbage, 192.0.2.1:1',
      '203.0.113.9, 192.0.2.1:99999x, 192.0.2.1',
    ])
      expect(forwardedAddresses(written), written).toEqual(['192.0.2.1']);
    for (const written of ['2001:db8::1', '[2001:db8::1]', '"[2001:DB8:0::1]:4711"', '2001:db8::1%eth0'])
      expect(forwardedAddresses(written), written).toEqual(['2001:db8::1']);
    expect(forwardedAddresses('203.0.113.9:1, [2001:db8::1]:2 ,192.0.2.1')).toEqual([
      '203.0.113.9',
      '2001:db8::1',
      '192.0.2.1',
    ]);
    for (const written of ['', 'unknown', '_hidden', '192.0.2.1, unknown', '192.0.2.1:123456'])
      expect(forwardedAddresses(written), written).toEqual([]);
  });
});
