/** The operator's command that sets and removes a DNS record for an authority to see: it decides how, and returns once the record is there. */
import { spawn } from 'node:child_process';
import { text } from '@sower/messages/outcomes';
import type { SetDns } from '../certificates/acme/obtain.ts';
import { AcmeFailure, shortened } from '../keys/acme/failure.ts';

const MILLISECONDS = 300_000;
/** Of what it says, for the person who looks for the reason. */
const WORDS = 500;

export function dnsCommand(command: string): SetDns {
  return async (action, { name, value }, signal) => {
    const child = spawn('/bin/sh', ['-c', command], {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(MILLISECONDS)]),
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        SOWER_ACME_ACTION: action,
        SOWER_ACME_NAME: name,
        SOWER_ACME_VALUE: value,
        SOWER_MASTER_KEY: '',
        SOWER_DATABASE: '',
      },
    });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-WORDS);
    });
    const how = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signalName) => resolve(code === 0 ? undefined : String(code ?? signalName)));
    });
    if (how !== undefined)
      throw new AcmeFailure(
        text('acme.dns-command', { how: shortened(how), words: shortened(words) || '–' }),
      );
  };
}
