/** URLs of PostgreSQL with several hosts, as libpq reads them, and who is trusted at the other end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { readConfig } from '@sower/server/config';
import { hostsOf } from '@sower/server/store/db/postgresql/hosts';
import { hostOf, readPostgresqlUrl } from '@sower/server/store/db/postgresql/url';
import { describe, expect, test } from 'vitest';
import { makeAuthority } from '../../harness/authority.ts';

const USUAL = { writable: false, connectMilliseconds: 5_000 };

describe('a URL of PostgreSQL', () => {
  test.each([
    ['postgresql://sower:se@cret@db/sower', ['postgresql://sower:se@cret@db/sower'], USUAL],
    ['postgres:///sower?host=/run/postgresql', ['postgres:///sower?host=%2Frun%2Fpostgresql'], USUAL],
    [
      'postgresql://u:p@h1:5433,[fd00::2]:5434,h3/db?sslmode=verify-full&connect_timeout=2',
      [
        'postgresql://u:p@h1:5433/db?sslmode=verify-full',
        'postgresql://u:p@[fd00::2]:5434/db?sslmode=verify-full',
        'postgresql://u:p@h3/db?sslmode=verify-full',
      ],
      { writable: true, connectMilliseconds: 2_000 },
    ],
    ['postgresql://h1,h2/db?target_session_attrs=any', ['postgresql://h1/db', 'postgresql://h2/db'], USUAL],
    ['postgresql://h1/db?target_session_attrs=primary', ['postgresql://h1/db'], { ...USUAL, writable: true }],
  ])('%s', (text, urls, more) => {
    expect(readPostgresqlUrl(text)).toEqual({ urls, ...more });
  });

  test.each([
    ['postgresql://h1:a,h2/db', /--database takes several hosts as/],
    ['postgresql://h1,,h2/db', /--database takes several hosts as/],
    ['postgresql:///db?host=h1,h2', /--database takes several hosts before the path only/],
    ['postgresql://h1,h2/db?target_session_attrs=standby', /a server has to write/],
    ['postgresql://h1,h2/db?connect_timeout=0', /connect_timeout from 1 to 60 seconds/],
    ['postgresql://h:99999/db', /must be postgresql:\/\//],
    ['postgresql:db', /must be postgresql:\/\//],
  ])('%s is refused', (text, mistake) => {
    const result = readConfig(['--database', text], {});
    expect(result.kind === 'mistakes' && result.mistakes.join()).toMatch(mistake);
  });

  test('is shown without user and password', () => {
    expect(hostOf('postgresql://u:secret@h1:5433/db')).toBe('h1:5433');
    expect(hostOf('postgres:///sower?host=/run/postgresql')).toBe('/run/postgresql');
  });
});

test('the name in the certificate is compared for each host by itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-hosts-'));
  const authority = await makeAuthority();
  const leaf = await authority.issue();
  const greeted: string[] = [];
  const server = createServer((socket: Socket) => {
    // SSLRequest, and the answer that TLS may begin.
    socket.once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, {
        isServer: true,
        cert: authority.chain(leaf),
        key: leaf.keyPem,
      });
      secure.on('error', () => {});
      secure.once('data', (startup: Buffer) => {
        greeted.push(startup.toString('latin1').replace(/[^a-z]+/g, ' '));
        secure.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const root = join(folder, 'root.pem');
    writeFileSync(root, authority.root.pem);
    const { port } = server.address() as AddressInfo;
    const hosts = `localhost:${port},127.0.0.1:${port}`;
    const url = `postgresql://right@${hosts}/db?sslmode=verify-full&sslrootcert=${root}`;
    await expect(hostsOf(url).find()).rejects.toThrow(
      /localhost:\d+: Connection terminated unexpectedly; 127\.0\.0\.1:\d+: .*IP: 127\.0\.0\.1 is not in the cert's list/,
    );
    // Nobody else has learned of the user.
    expect(greeted).toEqual([expect.stringContaining('user right database db')]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
