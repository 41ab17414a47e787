/** Pebble, the certificate authority of Let's Encrypt for tests: issues to whoever proves a name, refuses some nonces on purpose. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeAuthority } from '../authority.ts';
import { freePort } from '../processes/free-port.ts';
import { spawn } from '../processes/spawn.ts';

export const hasPebble = (): boolean => spawnSync('pebble', ['-version']).error === undefined;

export type Pebble = {
  /** URL of its directory. */
  readonly directory: string;
  /** PEM of who vouches for its own certificate. */
  readonly authority: string;
  /** Where it fetches what HTTP-01 has to show. */
  readonly httpPort: number;
  /** Where it connects to for TLS-ALPN-01. */
  readonly tlsPort: number;
  /** What its management answers. */
  manage(path: string, body?: string): Promise<string>;
  /** What it printed. */
  output(): string;
  stop(): Promise<void>;
};

export async function startPebble({
  bindingKeys,
  dns,
}: {
  /** External accounts: ID and key in base64url. Without them anybody has an account. */
  readonly bindingKeys?: Readonly<Record<string, string>>;
  /** Where it looks up names; the system's without. */
  readonly dns?: string;
} = {}): Promise<Pebble> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-pebble-'));
  const authority = await makeAuthority(['localhost', '127.0.0.1']);
  const leaf = await authority.issue();
  const [port, management, httpPort, tlsPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const at = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const config = at(
    'config.json',
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: `127.0.0.1:${management}`,
        certificate: at('server.pem', leaf.pem + authority.intermediate.pem),
        privateKey: at('server.key', leaf.keyPem),
        httpPort,
        tlsPort,
        ocspResponderURL: '',
        externalAccountBindingRequired: bindingKeys !== undefined,
        ...(bindingKeys ? { externalAccountMACKeys: bindingKeys } : {}),
        retryAfter: { authz: 1, order: 1 },
        profiles: { default: { description: 'usual', validityPeriod: 7_776_000 } },
      },
    }),
  );
  const child: ChildProcess = spawn(
    'pebble',
    ['-config', config, ...(dns === undefined ? [] : ['-dnsserver', dns])],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '15', PEBBLE_AUTHZREUSE: '0' },
    },
  );
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const manage = (path: string, body?: string, on = management): Promise<string> =>
    new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: on,
          path,
          ca: authority.root.pem,
          method: body === undefined ? 'GET' : 'POST',
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += String(chunk);
          });
          response.on('end', () => resolve(text));
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  for (let tries = 0; ; tries += 1) {
    try {
      await manage('/dir', undefined, port);
      break;
    } catch (error) {
      if (tries > 100 || child.exitCode !== null)
        throw new Error(`pebble does not answer: ${error}\n${output}`);
      await wait(100);
    }
  }
  return {
    directory: `https://localhost:${port}/dir`,
    authority: authority.root.pem,
    httpPort,
    tlsPort,
    manage: (path, body) => manage(path, body),
    output: () => output,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type NameServer = { readonly address: string; readonly manage: string; stop(): Promise<void> };

/** Pebble's DNS, which answers what it is told. */
export async function startNameServer(): Promise<NameServer> {
  const [dns, management] = [await freePort(), await freePort()];
  const child = spawn(
    'pebble-challtestsrv',
    ['-dns01', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${management}`].concat([
      '-http01',
      '',
      '-https01',
      '',
      '-tlsalpn01',
      '',
      '-doh',
      '',
    ]),
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const manage = `http://127.0.0.1:${management}`;
  for (let tries = 0; ; tries += 1) {
    try {
      await fetch(manage);
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await wait(100);
    }
  }
  return {
    address: `127.0.0.1:${dns}`,
    manage,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
