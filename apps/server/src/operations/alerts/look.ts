/** What needs attention: one list, for Home, mail, the audit trail wherever it is forwarded to, and Prometheus. */

import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type AlertKind, judged } from '@sower/api/checks';
import type { LogOnOutcome, LogOnWay } from '@sower/api/figures';
import { DAY, HOUR, isoTime, MINUTE } from '@sower/api/time';
import { readText, type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { isLate } from '../../directory/sources/sources.ts';
import { daysToExpiry, readChain } from '../../keys/x509/certificate-view.ts';
import type { ServedCertificate } from '../../keys/x509/served-certificate.ts';
import { firstGoodDay } from '../../provisioning/tokens/assign.ts';
import { sumFigures } from '../../store/audit/figures.ts';
import { type AuditForwardRow, listAuditForwards } from '../../store/audit/forwards.ts';
import { listAudit } from '../../store/audit/search.ts';
import { type ReasonColumns, reasonValue } from '../../store/db/reason.ts';
import { TOP_DOMAIN } from '../../store/directory/domains.ts';
import { listContested } from '../../store/directory/users.ts';
import { listRules } from '../../store/distribution/rules.ts';
import { findAcme } from '../../store/keys/acme.ts';
import { countWaiting } from '../../store/operations/alerts.ts';
import { backupAges } from '../../store/operations/backups.ts';
import { listSavedReports } from '../../store/reporting/saved-reports.ts';
import { listSources } from '../../store/sources/identity-sources.ts';
import { hasSeeds } from '../../store/tokens/seeds.ts';
import { countNextTokens } from '../../store/tokens/tokens.ts';
import { listSchedules } from '../../store/work/due.ts';
import { wrongClocks } from '../nodes/nodes.ts';

export type LookContext = Pick<ServerContext, 'db' | 'now' | 'settings'> & {
  readonly served: Pick<ServedCertificate, 'facts'>;
  readonly dataFolder: string;
  /** Why a failover could lose what was accepted, if it could. */
  readonly untrusted: () => Promise<Text | undefined>;
};

export type Found = { readonly kind: AlertKind; readonly about?: string; readonly text: Text };

const MEBIBYTE = 1024 * 1024;
const LATE = {
  guessing: 30 * MINUTE,
  altered: 7 * DAY,
  aside: 7 * DAY,
} as const;
const SHOWN_CONFLICTS = 3;
/** An alert about a host has its name, and only that host reports it. */
export const OF_HOST: ReadonlySet<AlertKind> = new Set(['certificate', 'disk']);

/** What any server can see, and what only a server on the host in question can. */
export type AlertScope = 'installation' | 'host';

/** @returns what was found, and why some parts could not be checked, which does not affect the others */
export async function lookForAlerts(
  context: LookContext,
  scope: AlertScope,
): Promise<{ readonly found: readonly Found[]; readonly failed: readonly unknown[] }> {
  const results = await Promise.allSettled(PARTS[scope].map((part) => part(context)));
  return {
    found: results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])),
    failed: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
  };
}

const only = (found: Found | false | undefined): readonly Found[] => (found ? [found] : []);

async function ofBackups({ db, now }: LookContext): Promise<readonly Found[]> {
  const { made, verified } = await backupAges(db, now());
  // Without a seed there is nothing to lose yet, and the set-up guide says so.
  if (made === null)
    return only((await hasSeeds(db)) && { kind: 'backup-late', text: text('alert.backup-none') });
  const late = (kind: 'backup-late' | 'backup-unverified', at: number | null): boolean =>
    at === null || judged(kind, now() - at) === 'bad';
  return [
    ...only(
      late('backup-late', made) && {
        kind: 'backup-late',
        text: text('alert.backup-late', { time: isoTime(made) }),
      },
    ),
    ...only(
      late('backup-unverified', verified) && {
        kind: 'backup-unverified',
        text:
          verified === null
            ? text('alert.backup-never-verified')
            : text('alert.backup-unverified', { time: isoTime(verified) }),
      },
    ),
  ];
}

/** Its own CA renews by itself; behind a proxy there is none. */
function certificateEnds({ now, served }: LookContext, source: 'stored' | 'files'): Found | undefined {
  const facts = served.facts();
  const days = facts.source === source ? daysToExpiry(readChain(facts.pem), now()) : undefined;
  if (days === undefined || judged('certificate', days) !== 'bad') return undefined;
  return {
    kind: 'certificate',
    ...(source === 'files' ? { about: hostname() } : {}),
    text: days < 0 ? text('alert.certificate-ended') : text('alert.certificate', { count: days }),
  };
}

const ofFiles = async (context: LookContext) => only(certificateEnds(context, 'files'));

async function ofCertificate(context: LookContext): Promise<readonly Found[]> {
  const acme = await findAcme(context.db);
  return [
    ...only(certificateEnds(context, 'stored')),
    ...only(
      acme.enabled === 1 &&
        judged('acme', acme.failures) === 'bad' && {
          kind: 'acme',
          text: text('alert.acme', { count: acme.failures, reason: reasonValue(acme) }),
        },
    ),
  ];
}

/** Also for `sower doctor`. */
export async function ofSources({ db, now }: Pick<LookContext, 'db' | 'now'>): Promise<readonly Found[]> {
  const sources = (await listSources(db)).filter(({ enabled }) => enabled === 1);
  const found = sources.flatMap((row): readonly Found[] => {
    const about = row.name;
    if (row.trouble !== null)
      return [
        {
          kind: 'source-stopped',
          about,
          text: text('alert.source-stopped', { name: about, reason: readText(row.trouble) ?? row.trouble }),
        },
      ];
    return only(
      isLate(row, now()) && {
        kind: 'source-late',
        about,
        text: text('alert.source-late', {
          name: about,
          time: isoTime(Number(row.good_at ?? row.created_at)),
        }),
      },
    );
  });
  const conflicts = await Promise.all(
    sources.map(async ({ id, name }) => {
      const { count, some } = await listContested(db, id, SHOWN_CONFLICTS);
      const ids = `${some.join(', ')}${count > some.length ? ', …' : ''}`;
      return only(
        count > 0 && {
          kind: 'source-conflict',
          about: name,
          text: text('alert.source-conflict', { name, count, ids }),
        },
      );
    }),
  );
  const certificates = sources.flatMap(({ name, certificate_until: until }) => {
    const days = until === null ? undefined : Math.floor((Number(until) - now()) / DAY);
    return only(
      days !== undefined &&
        judged('source-certificate', days) === 'bad' && {
          kind: 'source-certificate',
          about: name,
          text:
            days < 0
              ? text('alert.source-certificate-ended', { name })
              : text('alert.source-certificate', { name, count: days }),
        },
    );
  });
  return [...found, ...conflicts.flat(), ...certificates];
}

async function ofTokens({ db, now, settings }: LookContext): Promise<readonly Found[]> {
  const { 'alerts.fewestTokens': fewest, 'tokens.autoAssignDays': days } = await settings.current();
  return only(
    fewest > 0 &&
      (await countNextTokens(
        db,
        { scopes: [TOP_DOMAIN.path], expiresFrom: firstGoodDay(now(), days) },
        fewest,
      )) < fewest && {
        kind: 'tokens-low',
        text: text('alert.tokens-low', { count: fewest }),
      },
  );
}

async function ofWaiting({ db, now }: LookContext): Promise<readonly Found[]> {
  const { oldest_mail: mail, undelivered_mail: dead, oldest_audit: audit } = await countWaiting(db);
  const stuck = mail !== null && judged('mail-stuck', now() - Number(mail)) === 'bad';
  return [
    ...only(
      (stuck || Number(dead) > 0) && {
        kind: 'mail-stuck',
        text: stuck
          ? text('alert.mail-stuck', { time: isoTime(Number(mail)) })
          : text('alert.mail-given-up', { count: Number(dead) }),
      },
    ),
    ...only(
      audit !== null &&
        judged('audit-behind', now() - Number(audit)) === 'bad' && {
          kind: 'audit-behind',
          text: text('alert.audit-behind', { time: isoTime(Number(audit)) }),
        },
    ),
  ];
}

async function ofAudit({ db, now }: LookContext): Promise<readonly Found[]> {
  const [forwards, [altered], [guessing]] = await Promise.all([
    listAuditForwards(db),
    listAudit(db, { object: 'audit', action: 'audit.altered', since: now() - LATE.altered }, 1),
    listAudit(db, { object: 'ctkip', action: 'ctkip.guessing', since: now() - LATE.guessing }, 1),
  ]);
  return [
    ...forwards.flatMap((row) => ofForward(row, now())),
    ...only(
      altered && {
        kind: 'audit-altered',
        text: text('alert.audit-altered', { time: isoTime(altered.at), reason: reasonValue(altered) }),
      },
    ),
    ...only(guessing && { kind: 'guessing', text: text('alert.guessing', { time: isoTime(guessing.at) }) }),
  ];
}

/** A client's users mistype, too: as many as this for each that is accepted. */
const REFUSED_OF_ONE = 4;
const WAYS = {
  'passcodes-guessed': ['radius', 'agent', 'rest'],
  'passwords-guessed': ['console', 'self-service'],
} as const satisfies Partial<Record<AlertKind, readonly LogOnWay[]>>;

/** By the figures, which all servers share. A limit slows a source, and an account; this sees many sources and many accounts. */
async function ofLogOns({ db, now }: LookContext): Promise<readonly Found[]> {
  const from = Math.floor(now() / HOUR) * HOUR - HOUR;
  const domains = [TOP_DOMAIN.path];
  const counted = await sumFigures(db, { kind: 'log-on', grain: 'hour', domains, from });
  return (['passcodes-guessed', 'passwords-guessed'] as const).flatMap((kind) => {
    const ways: readonly string[] = WAYS[kind];
    const sum = (outcome: LogOnOutcome): number =>
      counted
        .filter((row) => ways.includes(row.name) && row.outcome === outcome)
        .reduce((total, { count }) => total + count, 0);
    const [refused, accepted] = [sum('refused'), sum('accepted')];
    return only(
      judged(kind, refused - REFUSED_OF_ONE * accepted) === 'bad' && {
        kind,
        text: text(`alert.${kind}`, { refused, accepted }),
      },
    );
  });
}

function ofForward(row: AuditForwardRow, now: number): readonly Found[] {
  const { id: target, set_aside: count, set_aside_link: link, set_aside_at: at } = row;
  const found = { kind: 'audit-forward', about: target } as const;
  if (judged('audit-forward', row.failures) === 'bad')
    return [{ ...found, text: text('alert.audit-forward', { target, reason: reasonValue(row) }) }];
  return only(
    link !== null &&
      at !== null &&
      Math.abs(now - at) < LATE.aside && {
        ...found,
        text: text('alert.audit-set-aside', { target, count, link }),
      },
  );
}

/** For all hosts, as each has reported about itself. */
async function ofClocks(context: LookContext): Promise<readonly Found[]> {
  return (await wrongClocks(context)).map(({ host, seconds }) => ({
    kind: 'clock',
    about: host,
    text: text('alert.clock', { host, seconds }),
  }));
}

async function ofDisk({ dataFolder }: LookContext): Promise<readonly Found[]> {
  const { bavail, bsize } = await statfs(dataFolder);
  const free = bavail * bsize;
  const about = hostname();
  return only(
    judged('disk', free) === 'bad' && {
      kind: 'disk',
      about,
      text: text('alert.disk', { host: about, free: Math.floor(free / MEBIBYTE) }),
    },
  );
}

async function ofReplication({ untrusted }: LookContext): Promise<readonly Found[]> {
  const reason = await untrusted();
  return only(reason && { kind: 'replication', text: text('alert.replication', { reason }) });
}

/** A report that some recipients did not get was mailed: its page says who is left out. Of a run before version 0.1.0, `left-out` alone. */
const NOT_TO_ALL: readonly (string | undefined)[] = ['saved-report.not-to-all', 'saved-report.left-out'];
const isLeftOut = ({ text: stored }: ReasonColumns): boolean =>
  stored !== null && NOT_TO_ALL.includes(readText(stored)?.code);

/** What does its work without anyone watching: until someone looks, only a reason in a list says that it no longer does. */
async function ofUnwatched({ db, now }: LookContext): Promise<readonly Found[]> {
  const schedules = await listSchedules(db);
  const mailed = new Set(schedules.map(({ about: id }) => id));
  const rules = (await listRules(db)).filter(({ reason }) => reason !== null);
  const reports = (await listSavedReports(db)).filter(
    (row) => row.reason !== null && mailed.has(row.id) && !isLeftOut(row),
  );
  const about = (kind: 'rule-stopped' | 'report-failed', row: ReasonColumns & { name: string }): Found => ({
    kind,
    about: row.name,
    text: text(`alert.${kind}`, { name: row.name, reason: reasonValue(row) }),
  });
  return [
    ...rules.map((row) => about('rule-stopped', row)),
    ...reports.map((row) => about('report-failed', row)),
    ...schedules.flatMap(({ id, kind, failed_since: since }) =>
      only(
        since !== null &&
          judged('schedule-failed', now() - since) === 'bad' && {
            kind: 'schedule-failed',
            about: id,
            text: text('alert.schedule-failed', {
              name: text(`schedule-kind.${kind}`),
              time: isoTime(since),
            }),
          },
      ),
    ),
  ];
}

const PARTS: Readonly<Record<AlertScope, readonly ((context: LookContext) => Promise<readonly Found[]>)[]>> =
  {
    installation: [
      ofBackups,
      ofCertificate,
      ofSources,
      ofTokens,
      ofWaiting,
      ofAudit,
      ofLogOns,
      ofReplication,
      ofClocks,
      ofUnwatched,
    ],
    host: [ofFiles, ofDisk],
  };
