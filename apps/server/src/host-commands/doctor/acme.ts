/** Certificates by ACME: whether the last attempt failed, and whether the process that was asked can do what the settings want. */
import { inEnglish, text } from '@sower/texts/outcomes';
import type { Config } from '../../config.ts';
import { isoTime } from '../../core/time.ts';
import { reasonIn } from '../../store/db/reason.ts';
import { findAcme } from '../../store/keys/acme.ts';
import type { Database } from '../../store/schema/schema.ts';
import { bad, type Finding, good, warn } from './findings.ts';

const MINUTE = 60_000;

export async function lookAtAcme(db: Database, config: Config, now: number): Promise<Finding[]> {
  const acme = await findAcme(db);
  if (acme.enabled === 0) return [];
  const found: Finding[] = [];
  if (acme.by_dns === 1 && config.acmeDnsCommand === undefined)
    found.push(warn('certificate', text('acme.no-dns-command')));
  if (acme.failures > 0) {
    const reason = reasonIn(acme, inEnglish) ?? '–';
    found.push(
      bad('certificate', text('doctor.acme-failed', { time: isoTime(acme.failed_at ?? now), reason })),
    );
  } else if (now - acme.next_at > 60 * MINUTE)
    found.push(warn('certificate', text('doctor.acme-late', { time: isoTime(acme.next_at) })));
  if (found.length > 0) return found;
  return [good('certificate', text('doctor.acme', { time: isoTime(acme.renew_at ?? acme.next_at) }))];
}
