/** What concerns this host: data folder, disk space, clock, ports, and the certificate that is served. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { lstat, readFile, statfs } from 'node:fs/promises';
import { get } from 'node:https';
import { dirname, join } from 'node:path';
import { judged } from '@sower/api/checks';
import { hostNameOf } from '@sower/api/host-name';
import { text } from '@sower/texts/outcomes';
import { localAddressText, type Port, portsOf } from '../../compose/ports.ts';
import type { Config } from '../../config.ts';
import { addressText } from '../../core/address.ts';
import { names } from '../../keys/x509/certificate-examination.ts';
import { daysToExpiry, readChain } from '../../keys/x509/certificate-view.ts';
import { bad, type Finding, good, messageOf, warn, within } from './findings.ts';

const PATIENCE_MILLISECONDS = 3_000;
const MEBIBYTE = 1024 * 1024;

export async function lookAtFolder({ dataFolder }: Config): Promise<Finding[]> {
  const stats = await lstat(dataFolder).catch(() => undefined);
  if (!stats) return [bad('folder', text('doctor.no-folder', { folder: dataFolder }))];
  if (process.getuid && stats.uid !== process.getuid())
    return [bad('folder', text('doctor.folder-owner', { folder: dataFolder, uid: stats.uid }))];
  if ((stats.mode & 0o077) !== 0) return [warn('folder', text('doctor.folder-open', { folder: dataFolder }))];
  return [good('folder', text('doctor.folder', { folder: dataFolder }))];
}

export async function lookAtDisks({ dataFolder, database, backup }: Config): Promise<Finding[]> {
  const folders = new Set([
    dataFolder,
    ...(database.kind === 'sqlite' ? [dirname(database.file)] : []),
    ...(backup?.to.kind === 'folder' ? [backup.to.folder] : []),
  ]);
  return Promise.all(
    [...folders].map(async (folder): Promise<Finding> => {
      try {
        const { bavail, bsize } = await within(PATIENCE_MILLISECONDS, statfs(folder));
        const free = bavail * bsize;
        const found = { folder, free: Math.floor(free / MEBIBYTE) };
        const state = judged('disk', free);
        if (state === 'bad') return bad('disk', text('doctor.disk-full', found));
        if (state === 'warn') return warn('disk', text('doctor.disk-small', found));
        return good('disk', text('doctor.disk', found));
      } catch (error) {
        return bad('disk', text('doctor.disk-unknown', { folder, error: messageOf(error) }));
      }
    }),
  );
}

/** Tokencodes are of a time: a clock that no one sets is wrong one day. */
export function lookAtClock(): Promise<Finding[]> {
  return new Promise((resolve) => {
    execFile(
      'timedatectl',
      ['show', '--property=NTPSynchronized', '--value'],
      { timeout: PATIENCE_MILLISECONDS },
      (error, stdout) => {
        if (error) resolve([warn('clock', text('doctor.clock-unknown'))]);
        else if (stdout.trim() !== 'yes') resolve([warn('clock', text('doctor.clock-not-set'))]);
        else resolve([good('clock', text('doctor.clock'))]);
      },
    );
  });
}

export async function lookAtPorts(config: Config): Promise<Finding[]> {
  const found: Finding[] = [];
  const running = await statusOf(config);
  const [main, ...others] = portsOf(config) as [Port, ...Port[]];
  const where = addressText(main.address);
  if (running === 200) found.push(good('ports', text('doctor.ready', { where })));
  else if (typeof running === 'number')
    found.push(bad('ports', text('doctor.not-ready', { where, status: running })));
  else found.push(await unused(main));
  // While the server runs, these are its own.
  if (typeof running === 'number') return found;
  for (const port of others) found.push(await unused(port));
  return found;
}

async function unused({ address, option, find }: Port): Promise<Finding> {
  const where = addressText(address);
  try {
    await find(address);
    return option === '--listen'
      ? warn('ports', text('doctor.not-running', { where }))
      : good('ports', text('doctor.port-free', { where, option }));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      return bad('ports', text('doctor.port-taken', { where, option, port: address.port }));
    if (code === 'EACCES') return bad('ports', text('doctor.port-low', { where, option }));
    return bad('ports', text('doctor.port-wrong', { where, option, error: messageOf(error) }));
  }
}

/** What `/readyz` says here; undefined if nothing answers. The certificate is looked at elsewhere. */
async function statusOf(config: Config): Promise<number | undefined> {
  const at = localAddressText(config);
  try {
    if (config.tls.kind === 'none')
      return (await fetch(`http://${at}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) }))
        .status;
    const asked = get(`https://${at}/readyz`, { rejectUnauthorized: false, timeout: PATIENCE_MILLISECONDS });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
    answer.resume();
    return answer.statusCode;
  } catch {
    return undefined;
  }
}

export async function lookAtCertificate(config: Config, now: number): Promise<Finding[]> {
  const { tls, dataFolder, publicUrl, port } = config;
  if (tls.kind === 'none') return [warn('certificate', text('doctor.certificate-none'))];
  const file = tls.kind === 'files' ? tls.certificate : join(dataFolder, 'tls', `presented-${port}.pem`);
  // Made at the first start.
  if (!existsSync(file)) return [];
  try {
    const chain = readChain(await readFile(file, 'utf8'));
    const days = daysToExpiry(chain, now);
    const leaf = chain[0];
    if (!leaf || days === undefined) return [bad('certificate', text('doctor.certificate-empty', { file }))];
    const host = hostNameOf(publicUrl);
    const found: Finding[] = [];
    if (!names(leaf, host)) found.push(bad('certificate', text('doctor.certificate-name', { file, host })));
    const state = judged('certificate', days);
    if (state !== 'good')
      found.push({ area: 'certificate', state, text: text('doctor.certificate-ends', { file, days }) });
    return found.length > 0 ? found : [good('certificate', text('doctor.certificate', { host, days }))];
  } catch (error) {
    return [bad('certificate', text('doctor.certificate-unread', { file, error: messageOf(error) }))];
  }
}
