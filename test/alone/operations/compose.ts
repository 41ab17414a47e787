/** Sower and PostgreSQL by Docker Compose: each command of docs/operations.md, Compose, for this host, and what is so after it. */
import {
  appendFileSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect } from 'vitest';
import { type Replaced, recipe } from '../../harness/documents/shipped.ts';
import { inContainer } from './containers.ts';
import { docker, importPostgresql } from './docker.ts';
import { size, walkThrough } from './installed.ts';

const [SOWER, DATABASE] = ['sower-sower-1', 'sower-database-1'] as const;

/** @returns what it cost, in words */
export async function composeWalk(given: {
  readonly folder: string;
  /** A Debian, in place of the image that the build begins with. */
  readonly tarball: string;
  /** What the package brings. */
  readonly files: string;
  readonly port: number;
}): Promise<string> {
  const { folder, port } = given;
  const place = (name: string): string => join(folder, name);
  const [here, next, backups, seen] = [place('here'), place('next'), place('backups'), place('seen')];
  for (const each of [backups, join(seen, 'tls')]) mkdirSync(each, { recursive: true });
  chownSync(backups, 10_001, 10_001);
  cpSync(given.files, next, { recursive: true });
  appendFileSync(join(next, 'Dockerfile'), 'LABEL version=next\n');
  const recipient = await identityToRecipient(await generateX25519Identity());
  /** What stands below this mark there. */
  const block = (mark: string, pairs: Replaced = {}): string =>
    recipe('operations.md', `compose: ${mark}`, pairs);
  const install = block('install', {
    'dist/container': given.files,
    '/srv/sower': here,
    'https://otp.example.com': `https://localhost:${port}`,
    'SOWER_PORT=443': `SOWER_PORT=127.0.0.1:${port}`,
  });
  const [up, logs, doctor, restart, down] = block('use').trim().split('\n') as [
    string,
    string,
    string,
    string,
    string,
  ];

  const engine = await docker(place('docker'));
  const run = (script: string): string => engine.run(script, here);
  const inspected = (what: string): string => run(`docker inspect --format '{{${what}}}' ${SOWER}`);
  const token = (): string => run('docker compose exec sower sower token show 000100000001 --json');
  try {
    engine.run(`docker import '${given.tarball}' docker.io/library/debian:trixie-slim`);
    importPostgresql(engine, given.tarball, place('postgresql'));

    // From nothing, to the first tokencode that is accepted.
    const begun = performance.now();
    const [password = '', answer] = engine.run(install).split('\n').slice(-2);
    const took = performance.now() - begun;
    expect(answer).toBe('ready');
    writeFileSync(join(seen, 'first-password'), password);
    cpSync(join(here, 'ca.pem'), join(seen, 'tls/ca.pem'));
    await walkThrough({ port, dataFolder: seen, shell: inContainer('docker', SOWER), env: engine.env });
    const provisioned = token();
    expect(provisioned).toContain('jdoe');

    // No right that root has, no place to write to, no secret where the engine shows it.
    const secret = readFileSync(join(here, 'secrets/database-password'), 'utf8').trim();
    for (const container of [SOWER, DATABASE]) {
      const confined = 'id -u; grep CapBnd /proc/1/status; touch /usr/x 2>&1 || true';
      expect(run(`docker exec ${container} sh -c '${confined}'`)).toMatch(
        /^(10001|999)\nCapBnd:\t0{16}\ntouch: .*: Read-only file system$/,
      );
      expect(run(`docker inspect ${container}`)).not.toContain(secret);
    }

    // Down, and up again with what else this host needs.
    writeFileSync(
      join(here, 'compose.override.yaml'),
      block('override', {
        '192.0.2.10:1812': `127.0.0.1:${port}`,
        '/mnt/backups': backups,
        age1AAA: recipient,
      }),
    );
    run(down);
    run(up);
    expect(token()).toBe(provisioned);
    expect(run(`docker port ${SOWER} 1812/udp`)).toBe(`127.0.0.1:${port}`);
    run('docker compose exec sower sower backup');
    expect(readdirSync(backups).filter((name) => /^sower-.*\.age$/.test(name))).not.toEqual([]);
    expect(run(logs)).toContain(' is ready: ');
    expect(run(doctor)).not.toBe('');

    // The database alone is restarted. Sower goes on without being.
    const life = inspected('.State.StartedAt');
    run(restart);
    const asked = install.trim().split('\n').at(-1);
    await expect.poll(() => run(`${asked} || true`)).toBe('ready');
    expect([token(), inspected('.State.StartedAt')]).toEqual([provisioned, life]);

    const image = inspected('.Image');
    run(block('upgrade', { 'dist/container': next }));
    expect(inspected('.Image')).not.toBe(image);
    expect(token()).toBe(provisioned);
    const octets = Number(run("docker image inspect --format '{{.Size}}' sower"));

    run(block('remove'));
    expect(
      run(
        'docker ps --all --quiet; docker volume ls --quiet; docker network ls --quiet --filter type=custom',
      ),
    ).toBe('');
    return `Compose: image ${size(octets)}; built and ready in ${Math.round(took / 1000)} s`;
  } finally {
    await engine.end();
  }
}
