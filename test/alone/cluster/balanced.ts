/** HAProxy in front of several servers, as docs/operations.md has it: it asks /readyz, and speaks TLS with them. Callers speak HTTP with it. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Deployment, HttpAnswer } from '../../harness/deployment.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { answerOf } from '../../harness/processes/http-answer.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import type { Cleanups } from './replicated.ts';

export const hasHaproxy = spawnSync('haproxy', ['-v']).status === 0;
/** As long as the checks below need to notice that a server leaves. */
export const DRAIN_SECONDS = 6;

export type Balancer = {
  /** Resolves when it sends requests to all of them. */
  allUp(): Promise<void>;
  send(agent: Agent, options: Parameters<Deployment['send']>[1]): Promise<HttpAnswer>;
};

export async function balance(deployment: Deployment, cleanups: Cleanups): Promise<Balancer> {
  const { servers, ca } = deployment;
  const count = servers.length;
  const folder = mkdtempSync(join(tmpdir(), 'sower-haproxy-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const port = await freePort();
  writeFileSync(join(folder, 'ca.pem'), ca);
  writeFileSync(
    join(folder, 'haproxy.cfg'),
    `global
  stats socket ${folder}/stats
defaults
  mode http
  timeout check 5s
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:${port}
  default_backend sower
backend sower
  option httpchk GET /readyz
  default-server check inter 2s fall 2 rise 1 ssl verify required ca-file ${folder}/ca.pem sni str(localhost) check-sni localhost verifyhost localhost
${servers.map((server, index) => `  server s${index} 127.0.0.1:${server.port}`).join('\n')}
`,
  );
  const child: ChildProcess = spawn('haproxy', ['-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
  cleanups.push(() => child.kill('SIGKILL'));
  const states = async (): Promise<string[]> => {
    const socket = connect(join(folder, 'stats'));
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.end('show stat\n');
    // While it starts there is nobody there.
    await new Promise((resolve) => socket.once('close', resolve));
    // https://docs.haproxy.org/3.0/management.html#9.1: the eighteenth column is the state.
    return [...text.matchAll(/^sower,s\d,.*$/gm)].map(([line]) => line.split(',')[17] ?? '');
  };
  const allUp = async (): Promise<void> => {
    while ((await states()).filter((state) => state === 'UP').length < count) await wait(200);
  };
  await allUp();
  return {
    allUp,
    send: (agent, { method = 'GET', path, headers = {}, body }) =>
      answerOf(request({ host: '127.0.0.1', port, agent, method, path, headers }), body),
  };
}
