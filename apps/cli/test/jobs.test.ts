import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobDetail } from '@sower/api/jobs';
import type { TokenRequest } from '@sower/api/requests';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, fakeServer, problem, type Routes } from './fake-server.ts';
import { sower, sowerTyping } from './fake-terminal.ts';
import { WAITING_JOB } from './resources.ts';

let folder: string;
let server: FakeServer;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-jobs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => server.close());

const JOB: JobDetail = {
  ...WAITING_JOB,
  reasons: [{ state: 'left-out', count: 1, reason: 'job-row.no-user', detail: 'This user was not found.' }],
  samples: [{ userId: 'ada', nickname: 'phone' }],
};
const DONE: JobDetail = {
  ...JOB,
  state: 'done',
  phase: 'work',
  reasons: [],
  samples: [],
  states: { issued: 2 },
};

/** A server on which the job is checked at the second look, and done at the second look after its start. */
function distributing(done: JobDetail = DONE): Routes {
  let looks = 0;
  let started = false;
  return {
    'POST /jobs/distributions': () => ({ status: 201, body: { ...JOB, state: 'queued' } }),
    'POST /jobs/:id/start': () => {
      [started, looks] = [true, 0];
      return { body: { ...JOB, state: 'queued', phase: 'work' } };
    },
    'GET /jobs/:id': () => {
      looks += 1;
      const open = { ...JOB, position: 1, secondsLeft: 2, state: 'running' as const };
      return { body: looks < 2 ? open : started ? done : JOB };
    },
  };
}

describe('sower job distribute', () => {
  const file = (): string => {
    const path = join(folder, 'people.csv');
    writeFileSync(path, 'userId\nada\n');
    return path;
  };
  const base = ['job', 'distribute', '--name', 'Newcomers', '--profile', 'phones'];

  test('checks, and with --yes starts by the name and waits for the end', async () => {
    server = await fakeServer(distributing());
    const ran = await sower([...base, '--file', file(), '--tokens', 'mint', '--yes', '--json'], {
      env: server.env,
    });
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toEqual(DONE);
    expect(server.asked.find(({ path }) => path === '/jobs/distributions')?.body).toEqual({
      name: 'Newcomers',
      profile: 'phones',
      choose: { file: 'userId\nada\n' },
      tokens: 'mint',
      again: false,
    });
    expect(server.asked.find(({ path }) => path === '/jobs/j1/start')?.body).toEqual({ name: 'Newcomers' });
  });

  test('shows who is left out, and starts only when the name is typed', async () => {
    server = await fakeServer(distributing());
    const wrong = await sowerTyping([...base, '--users'], 'other\r', 'Newcomers to continue', server.env);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('This user was not found.');
    expect(server.asked.some(({ path }) => path === '/jobs/j1/start')).toBe(false);
    await server.close();
    server = await fakeServer(distributing());
    const right = await sowerTyping(
      [...base, '--users', 'a'],
      'Newcomers\r',
      'Newcomers to continue',
      server.env,
    );
    expect(right.code).toBe(0);
    expect(right.out).toMatch(/issued +2/);
    expect(server.asked[0]?.body).toMatchObject({ choose: { users: { search: 'a' } } });
  });

  test('a dry run starts nothing; nobody is asked without a terminal', async () => {
    server = await fakeServer(distributing());
    const dry = await sower([...base, '--again', 'j0', '--dry-run'], { env: server.env });
    expect(dry.code).toBe(0);
    expect(dry.out).toMatch(/Will get one: +2/);
    expect(server.asked[0]?.body).toMatchObject({ choose: { notActivatedOf: 'j0' }, again: true });
    const unasked = await sower([...base, '--users'], { env: server.env });
    expect(unasked.code).toBe(2);
    const both = await sower([...base, '--users', '--again', 'j0'], { env: server.env });
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining('in one way') });
    expect(server.asked.some(({ path }) => path.endsWith('/start'))).toBe(false);
  });

  test('what failed is a no to a script', async () => {
    server = await fakeServer(distributing({ ...DONE, done: 1, failed: 1 }));
    const ran = await sower([...base, '--users', '--yes', '--json'], { env: server.env });
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out).error).toMatchObject({ reason: 'some-failed', job: { failed: 1 } });
  });
});

describe('sower job result', () => {
  test('asks only once there is a place, and the file is for its user alone', async () => {
    server = await fakeServer({
      'POST /jobs/:id/result': () => ({ body: { fileName: 'x.csv', csv: 'a\r\n' } }),
    });
    const path = join(folder, 'codes.csv');
    const ran = await sower(['job', 'result', 'j1', '--out', path], { env: server.env });
    expect(ran.code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('a\r\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(server.asked.map(({ query }) => query.codes)).toEqual(['keep', 'destroy']);
    const again = await sower(['job', 'result', 'j1', '--out', path], { env: server.env });
    expect(again.code).toBe(2);
    expect(server.asked).toHaveLength(2);
  });

  test('says so where the codes could not be destroyed: the file is there', async () => {
    server = await fakeServer({
      'POST /jobs/:id/result': ({ query }) =>
        query.codes === 'keep'
          ? { body: { fileName: 'x.csv', csv: 'a\r\n' } }
          : problem('unavailable', 'Not now.'),
    });
    const path = join(folder, 'kept.csv');
    const ran = await sower(['job', 'result', 'j1', '--out', path], { env: server.env });
    expect(ran).toMatchObject({
      code: 0,
      err: expect.stringContaining('may still have the activation codes'),
    });
    expect(readFileSync(path, 'utf8')).toBe('a\r\n');
  });

  test('leaves no file where the server refuses', async () => {
    server = await fakeServer({ 'POST /jobs/:id/result': () => problem('wrong-state', 'Taken.') });
    const path = join(folder, 'none.csv');
    const ran = await sower(['job', 'result', 'j1', '--out', path], { env: server.env });
    expect(ran.code).toBe(1);
    expect(() => statSync(path)).toThrow();
  });
});

test('sower job undo asks for the name, makes the job and watches it', async () => {
  const undo = { ...DONE, id: 'j2', kind: 'undo', states: {} };
  server = await fakeServer({
    'GET /jobs/j1': () => ({ body: DONE }),
    'POST /jobs/:id/undo': () => ({ status: 201, body: undo }),
    'GET /jobs/j2': () => ({ body: undo }),
  });
  expect((await sower(['job', 'undo', 'j1'], { env: server.env })).code).toBe(2);
  const ran = await sower(['job', 'undo', 'j1', '--yes', '--json'], { env: server.env });
  expect(JSON.parse(ran.out)).toMatchObject({ id: 'j2', kind: 'undo' });
});

describe('states are words of the language, and codes in what scripts read', () => {
  const row = { number: 1, subject: 'ada', userId: 'ada', serial: '000100000001' };
  const rows = [
    { ...row, state: 'done', distribution: 'issued' },
    { ...row, number: 2, state: 'left-out', detail: 'x' },
  ];
  const routes: Routes = {
    'GET /jobs': () => ({ body: { items: [{ ...JOB, state: 'running' }, DONE] } }),
    'GET /jobs/:id': () => ({ body: { ...DONE, codes: 'ready' } }),
    'GET /jobs/:id/rows': () => ({ body: { items: rows } }),
    'GET /statistics': () => ({
      body: {
        tokens: {
          ...{
            total: 1,
            assigned: 1,
            unassigned: 0,
            enabled: 1,
            disabled: 0,
            lost: 0,
            expired: 0,
            expiring: 0,
          },
          kinds: {},
        },
        expiringDays: 30,
        distributions: { issued: 1, opened: 0, provisioned: 0, expired: 0, failed: 0 },
        users: 1,
        guessing: false,
      },
    }),
  };
  const SHOWN: readonly (readonly [command: readonly string[], words: readonly string[]])[] = [
    [
      ['job', 'list'],
      ['wird geprüft', 'fertig', 'Verteilung'],
    ],
    [
      ['job', 'show', 'j1'],
      ['fertig', 'Verteilung', 'ausgestellt', 'können einmal gespeichert werden'],
    ],
    [
      ['job', 'rows', 'j1'],
      ['erledigt', 'ausgelassen', 'ausgestellt'],
    ],
    [
      ['statistics', 'now'],
      ['ausgestellt', 'fehlgeschlagen'],
    ],
  ];
  const CODES = /\b(issued|running|done|left-out|distribute|ready|failed)\b/;

  test.each(SHOWN)('%j', async (command, words) => {
    server = await fakeServer(routes);
    const env = { ...server.env, LANG: 'de_DE.UTF-8' };
    const shown = await sower([...command], { env });
    expect(shown.code).toBe(0);
    for (const word of words) expect(shown.out).toContain(word);
    expect(shown.out).not.toMatch(CODES);
    const json = await sower([...command, '--json'], { env });
    expect(json.out).toMatch(CODES);
    expect(json.out).not.toContain(words[0]);
  });
});

describe('what is said before it is typed', () => {
  test.each([
    ['distribute', 'job start', 'This distributes 2 tokens.'],
    ['assign', 'job start', 'This assigns 2 tokens.'],
    ['token-import', 'job start', 'This imports 2 tokens.'],
    ['token-import', 'job undo', 'with their seeds'],
    ['distribute', 'job undo', 'This takes back the tokens'],
  ] as const)('%s, %s', async (kind, words, expected) => {
    const job = { ...JOB, kind, done: 2 };
    server = await fakeServer({ 'GET /jobs/:id': () => ({ body: job }) });
    const ran = await sowerTyping([...words.split(' '), job.id], 'other\r', 'to continue', server.env);
    expect(ran.err).toContain(expected);
  });
});

describe('sower request approve', () => {
  const request: TokenRequest = {
    ...{
      id: 'r1',
      version: 3,
      userId: 'ada',
      offer: 'Phones',
      profile: 'phones',
      state: 'pending',
      reason: '',
    },
    ...{ nickname: '', steps: [{ name: 'one' }], step: 0, distribution: false, history: [] },
    ...{ createdAt: '2026-11-24T10:00:00Z', createdBy: 'user:ada' },
  };
  const routes = (failures: object[]): Routes => ({
    'GET /requests/:id': ({ path }) =>
      path.endsWith('/r1') ? { body: request } : problem('not-found', 'No such request.'),
    'POST /requests/decisions': () => ({ body: { done: 1 - failures.length, failures } }),
  });

  test('of several: one that is not there is among those that fail, and the others are decided', async () => {
    server = await fakeServer(routes([]));
    const ran = await sower(['request', 'approve', 'r1', 'r2', '--json'], { env: server.env });
    expect([ran.code, JSON.parse(ran.out || ran.err)]).toMatchObject([
      1,
      { error: { reason: 'some-failed', done: 1, failures: [{ id: 'r2' }] } },
    ]);
  });

  test('of several: what was refused is no success', async () => {
    server = await fakeServer(routes([{ id: 'r1', code: 'wrong-state', detail: 'It was your own.' }]));
    const ran = await sower(['request', 'approve', 'r1', 'r1'], { env: server.env });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('It was your own.');
  });
});
