/** The certificate that is served: files, or the stored one, or one from the server's own CA. See keys/x509/served-certificate.ts. */

import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ServerContext } from '../context.ts';
import { type ServedCertificate, servedCertificate } from '../keys/x509/served-certificate.ts';
import { ownCertificate, readTlsFiles } from '../keys/x509/tls.ts';
import { throttledLog } from './throttled-log.ts';

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
