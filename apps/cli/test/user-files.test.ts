import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobDetail } from '@sower/api/jobs';
import type { User } from '@sower/api/users';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, fakeServer, problem, type Routes } from './fake-server.ts';
import { sower, sowerTyping } from './fake-terminal.ts';
import { WAITING_JOB } from './resources.ts';

let folder: string;
let server: FakeServer;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-user-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => server.close());

const JOB: JobDetail = {
  ...WAITING_JOB,
  ...{ kind: 'import', name: 'Colleagues', permission: 'users:edit', users: { add: 1, change: 1 } },
  reasons: [
    { state: 'left-out', count: 1, reason: 'import-row.bad-email', detail: 'Not an e-mail address.' },
  ],
};

function importing(): Routes {
  let started = false;
  return {
    'POST /jobs/user-imports': () => ({ status: 201, body: { ...JOB, state: 'queued' } }),
    'POST /jobs/:id/start': () => {
      started = true;
      return { body: { ...JOB, state: 'queued', phase: 'work' } };
    },
    'GET /jobs/:id': () => ({ body: started ? { ...JOB, state: 'done', phase: 'work' } : JOB }),
    'POST /jobs/:id/result': () => ({ body: { fileName: 'x.csv', csv: 'line\r\n' } }),
  };
}

describe('sower user import', () => {
  const write = (content: string | Uint8Array): string => {
    count += 1;
    const path = join(folder, `people${count}.csv`);
    writeFileSync(path, content);
    return path;
  };

  test('recognizes the encoding, says which column is which, and starts when the name is typed', async () => {
    server = await fakeServer(importing());
    const errors = join(folder, 'errors.csv');
    const path = write(Buffer.from('Login;Ort\nmüller;x\n', 'latin1'));
    const args = ['--column', 'userId=Login', '--column', 'lastName=Ort', '--delimiter', 'semicolon'];
    const ran = await sowerTyping(
      ['user', 'import', path, ...args, '--name', 'Colleagues', '--existing', 'update', '--errors', errors],
      'Colleagues\r',
      'This adds or changes 2 users.',
      server.env,
    );
    expect(ran.code).toBe(0);
    expect(server.asked.find(({ path: asked }) => asked === '/jobs/user-imports')?.body).toEqual({
      name: 'Colleagues',
      file: 'Login;Ort\nmüller;x\n',
      header: true,
      columns: { userId: 'Login', lastName: 'Ort' },
      delimiter: ';',
      existing: 'update',
    });
    expect(ran.err).toContain('Not an e-mail address.');
    expect(ran.err).toContain('This adds or changes 2 users.');
    expect(readFileSync(errors, 'utf8')).toBe('line\r\n');
  });

  test('a dry run starts nothing; the job is called like the file', async () => {
    server = await fakeServer(importing());
    const ran = await sower(['user', 'import', write('userId\na\n'), '--dry-run', '--json'], {
      env: server.env,
    });
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toEqual(JOB);
    expect(server.asked.some(({ path }) => path.endsWith('/start'))).toBe(false);
    const name = (server.asked[0]?.body as { name?: string } | undefined)?.name;
    expect(name).toMatch(/^people\d+\.csv \d{4}-\d\d-\d\d \d\d:\d\d$/);
  });

  test('a file or a column that is not there is said before anything is sent', async () => {
    server = await fakeServer(importing());
    const none = await sower(['user', 'import', join(folder, 'none')], { env: server.env });
    const wrong = await sower(['user', 'import', write('userId\n'), '--column', 'x=y'], { env: server.env });
    expect([none.code, wrong.code]).toEqual([2, 2]);
    expect(server.asked).toEqual([]);
  });

  test('a file for the errors that is there already is said before anything is sent, and left alone', async () => {
    server = await fakeServer(importing());
    const errors = write('of the last import\n');
    const argv = ['user', 'import', write('userId\na\n'), '--errors', errors, '--yes'];
    const ran = await sower(argv, { env: server.env });
    expect([ran.code, server.asked]).toEqual([2, []]);
    expect(ran.err).toContain(errors);
    expect(readFileSync(errors, 'utf8')).toBe('of the last import\n');
    const nowhere = await sower([...argv.slice(0, 4), join(folder, 'no', 'errors.csv'), '--yes'], {
      env: server.env,
    });
    expect([nowhere.code, server.asked]).toEqual([2, []]);
  });
});

describe('sower user export', () => {
  const user = (userId: string, telephone = ''): User => ({
    userId,
    firstName: 'A',
    lastName: 'B',
    email: '',
    enabled: true,
    telephone,
    securityDomain: 'Sower',
    tokens: ['000100000001', '000100000002'],
    createdAt: '2026-06-15T12:00:00.000Z',
    version: 1,
  });

  test('saves all pages, without formulas, in columns that an import knows', async () => {
    server = await fakeServer({
      'GET /users': ({ query }) => ({
        body: query.cursor ? { items: [user('b')] } : { items: [user('=a', '+49 89 1')], next: 'second' },
      }),
    });
    const path = join(folder, 'all.csv');
    const ran = await sower(['user', 'export', path], { env: server.env });
    expect(ran.code).toBe(0);
    const rest = 'Sower,true,,,000100000001 000100000002,2026-06-15T12:00:00.000Z';
    expect(readFileSync(path, 'utf8').split('\r\n')).toEqual([
      'userId,firstName,lastName,email,telephone,securityDomain,enabled,leaving,source,tokens,createdAt',
      `'=a,A,B,,'+49 89 1,${rest}`,
      `b,A,B,,,${rest}`,
      '',
    ]);
    const again = await sower(['user', 'export', path], { env: server.env });
    expect(again.code).toBe(2);
  });

  test('leaves no half file', async () => {
    server = await fakeServer({ 'GET /users': () => problem('not-permitted') });
    const path = join(folder, 'half.csv');
    expect((await sower(['user', 'export', path], { env: server.env })).code).not.toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'says that the disk is full, and leaves no half file there',
    async () => {
      server = await fakeServer({
        'GET /users': () => ({
          body: { items: Array.from({ length: 1000 }, (_, at) => user(`user-${at}`)) },
        }),
      });
      const small = join(folder, 'small');
      mkdirSync(small);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small]);
      try {
        const path = join(small, 'all.csv');
        const ran = await sower(['user', 'export', path], { env: server.env });
        expect([ran.code, ran.err]).toEqual([2, `sower: ${path} cannot be written (ENOSPC).\n`]);
        expect(existsSync(path)).toBe(false);
      } finally {
        execFileSync('umount', ['-l', small]);
      }
    },
  );
});

describe('sower user bulk', () => {
  test('asks for the number, has a job do it, and lists what failed', async () => {
    const job = {
      ...WAITING_JOB,
      ...{
        kind: 'users',
        name: 'move',
        action: 'move',
        permission: 'users:edit',
        state: 'done',
        phase: 'work',
      },
      ...{ leftOut: 0, failed: 1, endedAt: '2026-06-15T12:00:01.000Z' },
    };
    server = await fakeServer({
      'GET /user-bulk/count': () => ({ body: { count: 3, asOf: '2026-06-15T12:00:00.000Z' } }),
      'POST /jobs/user-actions': () => ({ status: 201, body: job }),
      'GET /jobs/:id': () => ({ body: job }),
      'GET /jobs/:id/rows': () => ({
        body: { items: [{ number: 2, subject: 'b', state: 'failed', detail: 'Not now.' }] },
      }),
    });
    const argv = ['user', 'bulk', 'move', '--disabled', '--source', 'internal', '--to-domain', 'North'];
    const ran = await sowerTyping(argv, '3\r', 'This moves 3 users', server.env);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('2 succeeded, 1 failed');
    expect(ran.err).toContain('Not now.');
    expect(server.asked[0]?.query).toEqual({ enabled: 'false', source: 'internal', action: 'move' });
    expect(server.asked[1]?.body).toEqual({
      action: 'move',
      choose: { search: { enabled: 'false', source: 'internal' }, asOf: '2026-06-15T12:00:00.000Z' },
      securityDomain: 'North',
    });
  });
});

test('a user whose name is changed while they are listed by it is in the list once', async () => {
  const user = (userId: string, lastName: string) => ({
    ...{ userId, lastName, firstName: '', email: '', telephone: '', enabled: true, tokens: [] },
    ...{ securityDomain: 'Top domain', createdAt: '2026-06-15T12:00:00.000Z', version: 1 },
  });
  const pages = [
    { items: [user('ada', 'Able'), user('bob', 'Bell')], next: 'two' },
    { items: [user('ada', 'King'), user('eve', 'Zorn')] },
  ];
  server = await fakeServer({
    'GET /users': ({ query }) => ({ body: pages[query.cursor === 'two' ? 1 : 0] }),
  });
  const ran = await sower(['user', 'list', '--all', '--sort', 'lastName', '--json'], { env: server.env });
  const { items } = JSON.parse(ran.out) as { items: { userId: string }[] };
  expect(items.map(({ userId }) => userId)).toEqual(['ada', 'bob', 'eve']);
});
