/** FreeRADIUS as others have it: its client, and its server between a client and Sower. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../processes/free-port.ts';
import { spawn } from '../processes/spawn.ts';

export const MODULES = ['/usr/lib/freeradius', '/usr/lib64/freeradius'].find((folder) => existsSync(folder));
export const hasFreeradius =
  MODULES !== undefined &&
  ['radclient', 'radtest', 'freeradius'].every(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
  );
if (!hasFreeradius)
  console.warn(
    'No FreeRADIUS here: its tests are skipped. Install it (apt-get install freeradius freeradius-utils).',
  );

/** @returns what it printed; radclient looks at every authenticator of the reply, and with -b for the Message-Authenticator first */
export function radclient(
  attributes: string,
  options: { port: number; secret: string; more?: readonly string[]; command?: string },
) {
  const { status, signal, stdout, stderr } = spawnSync(
    'radclient',
    [
      '-x',
      '-b',
      // With one try it sometimes ends without having waited for the answer.
      ...(options.more ?? ['-r', '2', '-t', '10']),
      `127.0.0.1:${options.port}`,
      options.command ?? 'auth',
      options.secret,
    ],
    { input: `${attributes}\n`, encoding: 'utf8', timeout: 120_000, maxBuffer: 64 * 1024 * 1024 },
  );
  return { status, output: stdout + stderr + (signal === null ? '' : ` ended by ${signal}`) };
}

export const access = (userId: string, password: string): string =>
  `User-Name = "${userId}"\nUser-Password = "${password}"\nMessage-Authenticator = 0x00`;

/** @returns the State of the challenge that was received */
export function stateOf(output: string): string {
  const at = output.indexOf('Received Access-Challenge');
  const state = /State = (0x[0-9a-f]+)/.exec(at < 0 ? '' : output.slice(at))?.[1];
  if (state === undefined) throw new Error(`no challenge: ${output}`);
  return state;
}

export type RadiusProxy = {
  /** Where it listens, for each of the homes. */
  readonly ports: readonly number[];
  output(): string;
  stop(): Promise<void>;
};

/** A proxy that sends all it gets on, from an address for each of its ports. */
export async function startProxy(options: {
  /** Of Sower; of several, the first that answers. */
  readonly home: number | readonly number[];
  /** Seconds until one that does not answer is passed over. */
  readonly window?: number;
  /** Between proxy and Sower. */
  readonly secret: string;
  /** Between client and proxy. */
  readonly clientSecret: string;
  /** The address that it sends from, for each port that it listens on. */
  readonly from?: readonly string[];
  /** What stands in the documentation, instead of what is written here. */
  readonly recipe?: { readonly proxy: string; readonly authorize: string };
  /** A server that asks over HTTPS: a module, and the sections of the server. */
  readonly rest?: { readonly module: string; readonly server: string };
}): Promise<RadiusProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-freeradius-'));
  const from = options.from ?? ['127.0.0.1'];
  const ports: number[] = [];
  for (const _ of from) ports.push(await freePort());
  writeFileSync(
    join(folder, 'radiusd.conf'),
    configuration(
      folder,
      options,
      from.map((address, index) => ({ address, listen: ports[index] as number })),
    ),
  );
  // To a file: a pipe fills up while the test waits for radclient, and the proxy waits for the pipe.
  const log = join(folder, 'log');
  const file = openSync(log, 'w', 0o600);
  const child = spawn('freeradius', ['-f', '-l', 'stdout', '-d', folder, '-xx'], {
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  const exited = once(child, 'exit');
  const output = (): string => readFileSync(log, 'utf8');
  for (let tries = 0; !output().includes('Ready to process requests'); tries += 1) {
    if (tries > 600 || child.exitCode !== null) throw new Error(output());
    await wait(50);
  }
  return {
    ports,
    output,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(
  folder: string,
  { home, window = 10, secret, clientSecret, recipe, rest }: Parameters<typeof startProxy>[0],
  ways: readonly { address: string; listen: number }[],
): string {
  const homes = [home].flat();
  return `prefix = /usr
name = proxy
logdir = ${folder}
raddbdir = ${folder}
run_dir = ${folder}
db_dir = ${folder}
libdir = ${MODULES}
pidfile = ${folder}/pid
correct_escapes = true
max_request_time = 30
cleanup_delay = 5
max_requests = 4096
hostname_lookups = no
log {
  destination = stdout
}
security {
  max_attributes = 200
  reject_delay = 0
  status_server = yes
  require_message_authenticator = yes
}
proxy_requests = yes
proxy server {
  default_fallback = no
}
client local {
  ipaddr = 127.0.0.1
  secret = ${clientSecret}
  require_message_authenticator = yes
}
thread pool {
  start_servers = 1
  max_servers = 4
  min_spare_servers = 1
  max_spare_servers = 2
  max_requests_per_server = 0
}
modules {
${
  rest
    ? `expr {
}
${rest.module}`
    : ''
}}
${
  rest
    ? `server rest {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${ways[0]?.listen}
  }
${rest.server}}
`
    : ''
}${
  recipe
    ? `${recipe.proxy}
server recipe {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${ways[0]?.listen}
  }
  authorize {
    ${recipe.authorize}
  }
  authenticate {
  }
}
`
    : ''
}${(recipe || rest ? [] : ways)
  .map(
    ({ address, listen }, index) => `${homes
      .map(
        (port, place) => `home_server sower${index}-${place} {
  type = auth
  ipaddr = 127.0.0.1
  src_ipaddr = ${address}
  port = ${port}
  secret = ${secret}
  require_message_authenticator = yes
  response_window = ${window}
  zombie_period = 20
  status_check = status-server
}
`,
      )
      .join('')}home_server_pool sower${index} {
  type = fail-over
${homes
  .map(
    (_, place) => `  home_server = sower${index}-${place}
`,
  )
  .join('')}}
realm sower${index} {
  auth_pool = sower${index}
  nostrip
}
server way${index} {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${listen}
  }
  authorize {
    update control {
      &Proxy-To-Realm := sower${index}
    }
  }
  authenticate {
  }
}
`,
  )
  .join('')}`;
}
