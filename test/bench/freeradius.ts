/**
 * What FreeRADIUS does on the same machine. With a password from its configuration, and with TOTP (rlm_totp), it remembers no code and writes
 * nothing: that is what RADIUS itself costs. With rlm_sql_sqlite it does the work of a peer: it reads the user and records each logon.
 */

import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { CODE } from '@sower/radius/packet';
import { freePort } from '../harness/processes/free-port.ts';
import { spawn } from '../harness/processes/spawn.ts';
import { hasFreeradius, MODULES } from '../harness/radius/freeradius.ts';
import { runClient } from './scenario.ts';

export type FreeradiusResult = { readonly perSecond: number; readonly serverCpu: number };
export type FreeradiusLimits = {
  readonly password: FreeradiusResult;
  readonly totp: FreeradiusResult;
  readonly recording: FreeradiusResult;
};

const USER = 'peer';
const PASSWORD = 'a-password-of-the-bench';
const SECRET = 'secret-of-the-bench-0123456789';
const TOTP_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const STEP_SECONDS = 30;

/** @returns undefined without FreeRADIUS */
export async function freeradiusLimits(
  inFlight: number,
  seconds: number,
): Promise<FreeradiusLimits | undefined> {
  if (!hasFreeradius) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sower-freeradius-'));
  const port = await freePort();
  writeFileSync(join(folder, 'radiusd.conf'), configuration(folder, port));
  writeUsers(join(folder, 'users.sqlite'));
  const server = spawn('freeradius', ['-f', '-l', 'stdout', '-d', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-10_000);
    });
  const exited = once(server, 'exit');
  try {
    for (let tries = 0; !log.includes('Ready to process requests'); tries += 1) {
      if (tries > 200 || server.exitCode !== null) throw new Error(log);
      await wait(50);
    }
    const measure = async (userId: string, code: string, answer: number): Promise<FreeradiusResult> => {
      const job = { kind: 'radius', targets: [{ port }], secret: SECRET, inFlight, seconds } as const;
      let [before, after] = [0, 0];
      const { done, failure, ...pace } = await runClient(
        { ...job, always: { userId, code }, answer },
        (phase) => {
          if (phase === 'ready') before = cpuSeconds(server.pid as number);
          else after = cpuSeconds(server.pid as number);
        },
      );
      if (failure !== undefined) throw new Error(`FreeRADIUS: ${failure}`);
      return { perSecond: done / pace.seconds, serverCpu: (after - before) / done };
    };
    await measure(USER, PASSWORD, CODE.accessAccept);
    return {
      password: await measure(USER, PASSWORD, CODE.accessAccept),
      // FreeRADIUS 3.2.7 expects the right code, and rejects it all the same. The work is done by then, so a wrong one will do.
      totp: await measure(`${USER}-totp`, '000000', CODE.accessReject),
      recording: await measure(`${USER}-sql`, PASSWORD, CODE.accessAccept),
    };
  } finally {
    server.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ticks of user and system time, a hundred to a second: proc_pid_stat(5). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const configuration = (folder: string, port: number): string => `prefix = /usr
name = peer
logdir = ${folder}
raddbdir = ${folder}
run_dir = ${folder}
db_dir = ${folder}
libdir = ${MODULES}
pidfile = ${folder}/pid
max_request_time = 30
cleanup_delay = 2
max_requests = 65536
hostname_lookups = no
log {
  destination = stdout
}
security {
  max_attributes = 200
  reject_delay = 0
  require_message_authenticator = yes
}
client local {
  ipaddr = 127.0.0.1
  secret = ${SECRET}
  require_message_authenticator = yes
}
thread pool {
  start_servers = ${availableParallelism()}
  max_servers = ${availableParallelism()}
  min_spare_servers = 1
  max_spare_servers = ${availableParallelism()}
  max_requests_per_server = 0
}
modules {
  pap {
  }
  totp {
    time_step = ${STEP_SECONDS}
    otp_length = 6
    lookback_steps = 2
    lookback_interval = ${STEP_SECONDS}
  }
  sql {
    dialect = sqlite
    driver = rlm_sql_sqlite
    sqlite {
      filename = ${folder}/users.sqlite
      busy_timeout = 5000
    }
    sql_user_name = '%{User-Name}'
    read_groups = no
    pool {
      start = 1
      min = 1
      max = ${availableParallelism()}
      spare = 1
    }
    authcheck_table = radcheck
    authorize_check_query = "select id, username, attribute, value, op from radcheck where username = '%{SQL-User-Name}'"
    post-auth {
      query = "insert into radpostauth (username, reply, authdate) values ('%{SQL-User-Name}', '%{reply:Packet-Type}', '%S')"
    }
  }
}
server peer {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  authorize {
    if (&User-Name == "${USER}") {
      update control {
        &Cleartext-Password := "${PASSWORD}"
        &Auth-Type := PAP
      }
    }
    elsif (&User-Name == "${USER}-sql") {
      sql
      update control {
        &Auth-Type := PAP
      }
    }
    else {
      update control {
        &TOTP-Secret := "${TOTP_SECRET}"
        &Auth-Type := TOTP
      }
      update request {
        &TOTP-Password := "%{User-Password}"
      }
    }
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
    Auth-Type TOTP {
      totp
    }
  }
  post-auth {
    if (&User-Name == "${USER}-sql") {
      sql
    }
  }
}
`;

/** Durable, as what Sower answers is. */
function writeUsers(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`pragma journal_mode = WAL;
    create table radcheck (id integer primary key, username text not null, attribute text, op text, value text);
    create index radcheck_username on radcheck (username);
    create table radpostauth (id integer primary key, username text, reply text, authdate text);`);
  database
    .prepare('insert into radcheck (username, attribute, op, value) values (?, ?, ?, ?)')
    .run(`${USER}-sql`, 'Cleartext-Password', ':=', PASSWORD);
  database.close();
}
