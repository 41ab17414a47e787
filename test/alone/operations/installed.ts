/** An installed Sower, wherever it is: the first administrator logs on, the README's first block runs against it, and it stops. */
import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { choosePassword, givenPassword } from '../../harness/administrator.ts';
import type { Deployment } from '../../harness/deployment.ts';
import { answerOf } from '../../harness/processes/http-answer.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

const README = fileURLToPath(new URL('../../../README.md', import.meta.url));

/** The shell blocks of the README's five minutes. */
export const readmeBlocks = (): string[] =>
  [...readFileSync(README, 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block as string);

export const size = (octets: number): string => `${(octets / 2 ** 20).toFixed(1)} MiB`;

export type Installed = {
  readonly port: number;
  /** As it is seen from here. */
  readonly dataFolder: string;
  /** A command that runs a script there, as the user of the server, in a folder with `data` in it; it has `sower` and `node`. */
  readonly shell: (script: string) => readonly [program: string, ...args: string[]];
  readonly env?: NodeJS.ProcessEnv;
};

/** @returns milliseconds until it was ready */
export async function ready(server: ChildProcess): Promise<number> {
  const begun = performance.now();
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes(' is ready: ')) resolve();
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`it ended before it was ready:\n${output}`)));
  });
  return Math.round(performance.now() - begun);
}

/** As an operator ends it. @returns the exit code, and the milliseconds it took */
export async function stopped(server: ChildProcess): Promise<readonly [code: number | null, took: number]> {
  const begun = performance.now();
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  const [code] = (await exit) as [number | null];
  return [code, Math.round(performance.now() - begun)];
}

/** @throws unless the administrator chose a password, and the tokencode of a token that was just provisioned is accepted, once */
export async function walkThrough({ port, dataFolder, shell, env }: Installed): Promise<void> {
  const ca = readFileSync(join(dataFolder, 'tls', 'ca.pem'), 'utf8');
  const send: Deployment['send'] = (_, { method = 'GET', path, headers = {}, body }) =>
    answerOf(
      request({ host: '127.0.0.1', port, servername: 'localhost', ca, agent: false, path, method, headers }),
      body,
    );
  const given = givenPassword({ dataFolder });
  await choosePassword({ send }, { userName: 'admin', given, own: `${given}-own` });

  const run = async (script: string): Promise<string> => {
    const [program, ...args] = shell(script);
    const { stdout } = await promisify(execFile)(program, args, env ? { env } : {});
    return stdout.trimEnd();
  };
  await roomInTheMinute({ now: Date.now }, 30_000);
  // Installed, it needs no npx.
  const commands = (readmeBlocks()[1] as string).replaceAll('npx sower', 'sower');
  const verify = commands.split('\n').find((line) => line.includes('sower verify'));
  const said = (await run(commands)).split('\n').at(-1) ?? '';
  if (!said.includes('accepted')) throw new Error(`the tokencode was not accepted: ${said}`);
  const again = await run(`SERIAL=000100000001; ${verify} || true`);
  if (!again.includes('rejected')) throw new Error(`the same tokencode again: ${again}`);
}
