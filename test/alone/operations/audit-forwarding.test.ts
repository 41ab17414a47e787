/**
 * The audit trail to the outside, by two nodes on one database: to rsyslog and to a receiver over TLS through their restarts, to a webhook,
 * to a file; and to one that never reads. Each row arrives once or more, and none is missing.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import { createServer as createPlain, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { cefLine, framed, syslogLine } from '@sower/server/audit/forward/lines';
import { sendSyslog } from '@sower/server/compose/forward/syslog';
import { forwardTargets } from '@sower/server/compose/forward/targets';
import { webhookSignature } from '@sower/server/compose/forward/webhook';
import { readConfig } from '@sower/server/config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authority, type Issued, makeAuthority } from '../../harness/authority.ts';
import { besideOthers, type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';

const PATIENT = { timeout: 120_000, interval: 500 } as const;
const KEY = `whsec_${Buffer.from('a key of 32 octets, for everyone').toString('base64')}`;
const TOKENS = 300;
const hasRsyslog = spawnSync('rsyslogd', ['-v']).error === undefined;

const ROW = {
  seq: 7,
  id: 'a"]b',
  at: 0,
  actor: 'administrator:eve|x=1',
  action: 'user.add',
  object: 'user:a\nb',
  result: 'refused',
  reason: 'x\\y',
  text: null,
  source: '192.0.2.1',
  request: '0123456789abcdef0123456789abcdef',
  hash: 'h',
} as const;

test('a line is as the formats say, whatever the row holds', () => {
  const line = syslogLine(ROW, { host: 'otp.example.com', format: 'json', version: '1' });
  expect(line).toBe(
    `<109>1 1970-01-01T00:00:00.000Z otp.example.com sower - user.add [sower@32473 seq="7" id="a\\"\\]b"] \ufeff${JSON.stringify(ROW)}`,
  );
  expect(line).not.toContain('\n');
  expect(framed('ä\n')).toBe('3 ä\n');
  expect(cefLine(ROW, '1|0')).toBe(
    'CEF:0|Sower|Sower|1\\|0|user.add|user.add|5|rt=0 externalId=a"]b suser=administrator:eve|x\\=1 src=192.0.2.1 act=user.add ' +
      'outcome=refused cs1Label=object cs1=user:a\\nb cn1Label=seq cn1=7 cs2Label=hash cs2=h cs3Label=request cs3=0123456789abcdef0123456789abcdef msg=x\\\\y',
  );
});

test('a webhook is signed as Standard Webhooks sign their example', () => {
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  expect(webhookSignature(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

test('what cannot be is refused at the start, without a word of a secret', () => {
  const mistakesOf = (places: string, plain = false): string[] => {
    const result = readConfig(['--audit-forward', places, ...(plain ? ['--audit-forward-plain'] : [])], {});
    return result.kind === 'mistakes' ? [...result.mistakes] : [];
  };
  expect(mistakesOf('syslog+tls://a.example,file:/x,stdout:')).toEqual([]);
  for (const places of [
    'syslog+udp://a.example',
    'syslog+tcp://a.example',
    'https://a.example/hook/s3cret',
    'http://a.example/s3cret',
    'syslog+tls://a.example?format=xml',
    'syslog+tls://a.example?s3cret=1',
    'syslog+tls:///x',
    's3cret',
    // Each would be taken for something that it is not.
    'syslog+tls://a.example/s3cret',
    'syslog+tls://a.example:0',
    'syslog+tls://a.example?format=cef&format=json',
    'syslog+tls://a.example?from=beginning',
    'file:/x?format=cef',
    'file:/x?from=end',
    'stdout:?format=json',
    // In two formats, from one position.
    'syslog+tls://a.example?format=json,syslog+tls://a.example:6514?format=cef',
    'file:/x,file:/y/../x',
    'stdout:,stdout:?from=start',
  ]) {
    const mistakes = mistakesOf(places);
    expect(mistakes, places).toHaveLength(1);
    expect(mistakes[0]).not.toContain('s3cret');
  }
  expect(mistakesOf('syslog+udp://a.example,syslog+tcp://a.example', true)).toEqual([]);
  expect(mistakesOf('syslog+udp://a.example?ca=/etc/hosts', true)).toHaveLength(1);
});

test('half a line that a full disk left in the file takes no row with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-forward-'));
  const file = join(folder, 'trail.jsonl');
  const [target] = forwardTargets([{ kind: 'file', file, fromStart: false }], {
    host: 'otp.example.com',
    version: '1',
    now: () => 0,
  });
  const send = async (...seqs: number[]) =>
    target?.send(
      seqs.map((seq) => ({ ...ROW, seq })),
      AbortSignal.timeout(10_000),
    );
  try {
    await send(1, 2);
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.slice(0, -30));
    await send(2, 3);
    await send(4);
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines).toHaveLength(6);
    for (const [at, seq] of [1, undefined, 2, 3, 4].entries())
      if (seq !== undefined) expect(JSON.parse(lines[at] ?? '')).toMatchObject({ seq });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a pipe takes rows while somebody reads it, however slowly; otherwise nobody waits, and the process can end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-forward-'));
  const file = join(folder, 'pipe');
  spawnSync('mkfifo', [file]);
  const [target] = forwardTargets([{ kind: 'file', file, fromStart: false }], {
    host: 'otp.example.com',
    version: '1',
    now: () => 0,
  });
  const send = async (milliseconds = 10_000) =>
    target?.send(
      Array.from({ length: 1_000 }, (_, seq) => ({ ...ROW, seq })),
      AbortSignal.timeout(milliseconds),
    );
  const refused = (code: string) => expect.objectContaining({ text: expect.objectContaining({ code }) });
  const read = (command: string): Promise<string> =>
    new Promise((resolve) => {
      const reader = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
      let all = '';
      reader.stdout.on('data', (chunk) => {
        all += String(chunk);
      });
      reader.once('close', () => resolve(all));
    });
  const sent = async (milliseconds?: number): Promise<unknown> => {
    // Until it reads.
    for (;;) {
      const how = await send(milliseconds).catch((error) => error);
      if (how?.text?.code !== 'audit-forward.unread') return how;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  try {
    await expect(send()).rejects.toEqual(refused('audit-forward.unread'));
    const slow = read(`exec < ${file}; sleep 0.5; cat`);
    expect(await sent()).toBeUndefined();
    expect((await slow).trimEnd().split('\n')).toHaveLength(1_000);
    // One that stops reading: what it has of the last line does not spoil the next one.
    const stopped = read(`exec < ${file}; sleep 2; cat`);
    expect(await sent(500)).toEqual(refused('audit-forward.silent'));
    expect(await sent()).toBeUndefined();
    const lines = (await stopped).trimEnd().split('\n');
    expect(lines.slice(-1_000).map((line) => JSON.parse(line).seq)).toEqual(
      Array.from({ length: 1_000 }, (_, seq) => seq),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Says what it sees at [0]: 1 octets, 3 its end. It ends without reading on once this process says 2. */
const DYING_RECEIVER = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  const seen = new Int32Array(workerData);
  const server = createServer((socket) => {
    socket.once('close', () => { Atomics.store(seen, 0, 3); Atomics.notify(seen, 0); server.close(); });
    socket.once('data', () => {
      Atomics.store(seen, 0, 1);
      Atomics.wait(seen, 0, 1, 10_000);
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

test('rows of a receiver that dies in the middle have not arrived, though this process is busy then', async () => {
  const seen = new Int32Array(new SharedArrayBuffer(4));
  const receiver = new Worker(DYING_RECEIVER, { eval: true, workerData: seen.buffer });
  try {
    const [port] = (await once(receiver, 'message')) as [number];
    const place = { host: '127.0.0.1', port, protection: 'tcp', authority: undefined } as const;
    const sent = sendSyslog(place, ['a row', 'another'], AbortSignal.timeout(10_000));
    const arrived = sent.then(
      () => 'arrived',
      (error) => error.text.values.detail,
    );
    while (Atomics.load(seen, 0) !== 1) await new Promise(setImmediate);
    // Until it has ended, and longer than the pause before the end of the rows: both are there when this process goes on.
    Atomics.store(seen, 0, 2);
    Atomics.notify(seen, 0);
    Atomics.wait(seen, 0, 2, 10_000);
    Atomics.wait(seen, 0, 3, 500);
    expect(await arrived).toBe('closed in the middle');
  } finally {
    await receiver.terminate();
  }
});

/** What came in frames by octet counting. */
function messagesIn(octets: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < octets.length; ) {
    const space = octets.indexOf(0x20, at);
    const length = Number(octets.subarray(at, space).toString());
    if (space < 0 || space + 1 + length > octets.length) break;
    found.push(octets.subarray(space + 1, space + 1 + length).toString());
    at = space + 1 + length;
  }
  return found;
}

const seqsIn = (lines: readonly string[]): number[] =>
  lines.flatMap((line) => {
    const json = /\{.*\}/.exec(line)?.[0];
    return json === undefined ? [] : [(JSON.parse(json) as { seq: number }).seq];
  });

/** Connections to that port of this machine that whoever opened them still holds open (proc_net_tcp(5)). */
const establishedTo = (port: number): number =>
  readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, , remote, state]) => state === '01' && Number.parseInt(remote?.split(':')[1] ?? '', 16) === port,
    ).length;

onBothDatabases(
  'the audit trail to the outside',
  (kind) => {
    let database: FreshDatabase;
    let deployment: Deployment;
    let authority: Authority;
    let leaf: Issued;
    let folder: string;
    let rsyslog: ChildProcess | undefined;
    let rsyslogPort: number;
    const received = { tls: [] as string[], webhook: [] as { id: string; rows: { seq: number }[] }[] };
    const servers: Server[] = [];
    const silent = new Set<Socket>();
    let silentMost = 0;
    /** What the receivers do wrong, as long as there is something. */
    let faults = 0;

    function startRsyslog(): void {
      const config = join(folder, 'rsyslog.conf');
      writeFileSync(
        config,
        `global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imtcp")
input(type="imtcp" port="${rsyslogPort}" address="127.0.0.1")
template(name="raw" type="string" string="%msg%\\n")
action(type="omfile" file="${folder}/rsyslog.out" template="raw")
`,
      );
      rsyslog = spawn('rsyslogd', ['-n', '-f', config, '-i', join(folder, 'rsyslog.pid')], {
        stdio: 'ignore',
      });
    }
    async function endRsyslog(): Promise<void> {
      const ended = new Promise<void>((resolve) => rsyslog?.once('exit', () => resolve()));
      rsyslog?.kill('SIGTERM');
      await ended;
    }
    const listen = async (server: Server): Promise<number> => {
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      return typeof address === 'object' && address ? address.port : 0;
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'sower-forward-'));
      authority = await makeAuthority();
      leaf = await authority.issue();
      const own = { cert: leaf.pem + authority.intermediate.pem, key: leaf.keyPem };
      const ca = join(folder, 'ca.pem');
      writeFileSync(ca, authority.root.pem);
      writeFileSync(join(folder, 'key'), KEY);
      rsyslogPort = await freePort();
      if (hasRsyslog) startRsyslog();
      // A connection that is cut in the middle, and what came over it is forgotten, as by a receiver that is killed. By a reset, since its
      // end could come after that of the sender where this process is busy, and look like that of one that has read all.
      const tls = await listen(
        createPlain((connection) => {
          const socket = new TLSSocket(connection, { isServer: true, ...own });
          const chunks: Buffer[] = [];
          const cut = faults > 0;
          if (cut) faults -= 1;
          connection.on('error', () => {});
          socket.on('error', () => {});
          socket.on('data', (chunk) => {
            chunks.push(chunk);
            if (cut) connection.resetAndDestroy();
          });
          socket.on('end', () => {
            if (!cut) received.tls.push(...messagesIn(Buffer.concat(chunks)));
            socket.end();
          });
        }),
      );
      const webhook = await listen(
        createHttps(own, async (request, response) => {
          let body = '';
          for await (const chunk of request) body += String(chunk);
          const {
            'webhook-id': id,
            'webhook-timestamp': at,
            'webhook-signature': signature,
          } = request.headers;
          const key = Buffer.from(KEY.replace('whsec_', ''), 'base64');
          const right = `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
          if (faults > 0) {
            faults -= 1;
            response.writeHead(503).end();
            return;
          }
          if (signature === right)
            received.webhook.push({
              id: String(id),
              rows: (JSON.parse(body) as { data: { rows: [] } }).data.rows,
            });
          response.writeHead(signature === right ? 204 : 401).end();
        }) as unknown as Server,
      );
      const deaf: number = await listen(
        createPlain((socket) => {
          silent.add(socket);
          // Who reads nothing does not hear of an end either: the other side is asked.
          silentMost = Math.max(silentMost, establishedTo(deaf));
          socket.pause();
          socket.on('error', () => {});
          socket.on('close', () => silent.delete(socket));
        }),
      );
      database = await kind.installed();
      deployment = await deploy(database, {
        processes: 2,
        arguments: [
          '--wrong-codes',
          '1000000',
          '--audit-forward-plain',
          '--audit-forward-key-file',
          join(folder, 'key'),
          '--audit-forward',
          [
            `syslog+tls://localhost:${tls}?ca=${ca}&from=start`,
            `https://localhost:${webhook}/hook/s3cret?ca=${ca}&from=start`,
            `file:${folder}/audit.jsonl?from=start`,
            `syslog+tcp://127.0.0.1:${deaf}?from=start`,
            ...(hasRsyslog ? [`syslog+tcp://127.0.0.1:${rsyslogPort}?from=start`] : []),
          ].join(','),
        ],
      });
    });
    afterAll(async () => {
      await deployment.stop();
      if (rsyslog) await endRsyslog();
      for (const socket of silent) socket.destroy();
      for (const server of servers) server.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    });

    const lagOf = async (part: string): Promise<number | undefined> =>
      (await deployment.api('listAuditForwarding', {})).items.find(({ target }) => target.includes(part))
        ?.lag;

    test('each row arrives once or more, through restarts of receivers and nodes; one that never reads only lags', async ({
      expect,
    }) => {
      const load = (async () => {
        for (let made = 0; made < TOKENS; made += 10)
          await Promise.all(
            Array.from({ length: 10 }, (_, number) =>
              deployment.apiOf(0)('addSecurityDomain', { body: { name: `Branch ${made + number}` } }),
            ),
          );
      })();
      for (let round = 0; round < 3; round += 1) {
        // No more at once: each in a row doubles the wait, and on a slow machine all of the rounds would come before the first success.
        faults = 3;
        if (hasRsyslog) {
          await endRsyslog();
          await new Promise((resolve) => setTimeout(resolve, 500));
          startRsyslog();
        }
        // One that may have the lease.
        if (round === 1) await deployment.servers[1]?.kill('SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      }
      await load;
      await deployment.start();
      const ports = hasRsyslog ? ['syslog+tls', 'file:', String(rsyslogPort)] : ['syslog+tls', 'file:'];
      for (const port of ports) await expect.poll(() => lagOf(port), PATIENT).toBe(0);
      await expect.poll(() => lagOf('https://'), PATIENT).toBe(0);
      const all: number[] = [];
      for (let after = 0; ; ) {
        const { items } = await deployment.api('exportAudit', { query: { after } });
        if (items.length === 0) break;
        all.push(...items.map(({ seq }) => seq));
        after = items.at(-1)?.seq as number;
      }
      expect(all.length).toBeGreaterThan(TOKENS);
      const arrived = {
        tls: seqsIn(received.tls),
        webhook: received.webhook.flatMap(({ rows }) => rows.map(({ seq }) => seq)),
        file: seqsIn(readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('\n')),
        ...(hasRsyslog
          ? { rsyslog: seqsIn(readFileSync(join(folder, 'rsyslog.out'), 'utf8').split('\n')) }
          : {}),
      };
      for (const [name, seqs] of Object.entries(arrived)) {
        const set = new Set(seqs);
        expect(
          all.filter((seq) => !set.has(seq)),
          name,
        ).toEqual([]);
        console.log(`${kind.name}, ${name}: ${all.length} rows, ${seqs.length - set.size} more than once`);
      }
      // The one that never reads: it has nothing, and one connection at a time.
      const { items } = await deployment.api('listAuditForwarding', {});
      const deaf = items.find(({ sentAt }) => sentAt === undefined);
      await expect
        .poll(
          async () =>
            (await deployment.api('listAuditForwarding', {})).items.find(
              ({ target }) => target === deaf?.target,
            )?.failures,
          PATIENT,
        )
        .toBeGreaterThan(0);
      const late = (await deployment.api('listAuditForwarding', {})).items.find(
        ({ target }) => target === deaf?.target,
      );
      expect(late?.lag).toBeGreaterThanOrEqual(all.length);
      expect(late?.failure).toContain('does not accept the rows in time');
      expect(silentMost).toBeLessThanOrEqual(2);
      expect(JSON.stringify(items)).not.toContain('s3cret');
      const metrics = await deployment.metrics(0);
      expect(metrics).toMatch(/^sower_audit_forward_lag\{target="syslog\+tcp:[^}]*\} [1-9]/m);
      expect(metrics).toMatch(/^sower_audit_forward_failures\{target="file:[^}]*\} 0$/m);
      expect(metrics).not.toContain('s3cret');
      expect(existsSync(join(folder, 'audit.jsonl'))).toBe(true);
    });
  },
  besideOthers,
);
