/** The operator's command that sets and removes a DNS record for a certificate authority; it returns once the record is visible. */
import { text } from '@sower/texts/outcomes';
import type { SetDns } from '../certificates/acme/obtain.ts';
import { AcmeFailure, shortened } from '../keys/acme/failure.ts';
import { CommandFailed, runCommand } from '../keys/operators-command.ts';

const MILLISECONDS = 300_000;

export function dnsCommand(command: string): SetDns {
  return async (action, { name, value }, signal) => {
    const env = { SOWER_ACME_ACTION: action, SOWER_ACME_NAME: name, SOWER_ACME_VALUE: value };
    const running = runCommand(command, { env, signal, milliseconds: MILLISECONDS });
    running.stdin.end();
    await running.ended.catch((error: unknown) => {
      if (!(error instanceof CommandFailed)) throw error;
      const { how, words } = error;
      throw new AcmeFailure(
        text('acme.dns-command', { how: shortened(how), words: shortened(words) || '–' }),
      );
    });
  };
}
