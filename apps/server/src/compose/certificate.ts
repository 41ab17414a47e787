/** The certificate that is served: files, or the stored one, or one from the server's own CA. See keys/x509/served-certificate.ts. */

import { join } from 'node:path';
import { text } from '@sower/texts/outcomes';
import type { Logger } from 'pino';
import type { SetDns } from '../certificates/acme/obtain.ts';
import type { Config } from '../config.ts';
import type { ServerContext } from '../context.ts';
import { AcmeFailure, shortened } from '../keys/acme/failure.ts';
import { CommandFailed, runCommand } from '../keys/operators-command.ts';
import { type ServedCertificate, servedCertificate } from '../keys/x509/served-certificate.ts';
import { ownCertificate, readTlsFiles } from '../keys/x509/tls.ts';
import { throttledLog } from './throttled-log.ts';

/** The operator's command that sets and removes a DNS record for a certificate authority; it returns once the record is visible. */
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

export async function startCertificate(
  { db, sealing, now }: Pick<ServerContext, 'db' | 'sealing' | 'now'>,
  { config, publicHost, log }: { readonly config: Config; readonly publicHost: string; readonly log: Logger },
): Promise<ServedCertificate> {
  const ownFor = [
    ...new Set([
      publicHost,
      ...config.consoleHosts,
      ...config.selfServiceHosts,
      'localhost',
      '127.0.0.1',
      '::1',
    ]),
  ];
  const makeOwn = () => ownCertificate(join(config.dataFolder, 'tls'), ownFor, now());
  const own = config.tls.kind === 'own' ? await makeOwn() : undefined;
  const served = servedCertificate({
    db,
    sealing,
    given: {
      source: config.tls.kind,
      material:
        config.tls.kind === 'files' ? await readTlsFiles(config.tls.certificate, config.tls.key) : own,
    },
    ...(own && { renewOwn: makeOwn }),
    now,
    onProblem: throttledLog(
      log,
      () => performance.now(),
      'the stored or renewed TLS certificate cannot be used; the earlier one stays',
    ),
  });
  await served.look();
  return served;
}
