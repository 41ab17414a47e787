/** The letters of a distribution: what each says, from the sealed codes. They are drawn when they are taken, so that no file with codes is kept. */

import { MAX_LETTERS } from '@sower/api/jobs';
import { MAIL_LANGUAGES, type MailLanguage } from '@sower/api/mail-events';
import { dayOf } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { linesOf } from '../../directory/organization-look.ts';
import { writeMail } from '../../mail/queue.ts';
import { writtenTime } from '../../mail/render.ts';
import {
  ctkipUrl,
  type DistributionPlan,
  distributionMail,
  linkFor,
} from '../../provisioning/distribution/distribute.ts';
import { letterheadOf } from '../../provisioning/distribution/distribution-settings.ts';
import type { Letter } from '../../provisioning/letters/draw.ts';
import { listRecipients } from '../../store/mail/templates.ts';
import { type JobRow, listAddressees, listJobRows } from '../../store/work/jobs.ts';
import { visibleJob } from '../../work/jobs.ts';
import { readInput } from './input.ts';
import { type DistributionContext, planOf } from './plan.ts';
import { fileNameOf, openCode, takeCodes, type Withheld } from './result.ts';

type Context = DistributionContext & Pick<ServerContext, 'printLetters'>;
type LettersFile = { readonly fileName: string; readonly pdf: string };

export async function takeLetters(
  context: Context,
  actor: Actor,
  {
    id,
    codes,
    separate,
    sample = false,
  }: {
    readonly id: string;
    readonly codes?: 'keep' | undefined;
    readonly separate: boolean;
    /** One letter without a code, before the job is started. */
    readonly sample?: boolean | undefined;
  },
): Promise<Outcome<LettersFile>> {
  const denial = denied(actor, 'tokens:distribute');
  if (denial) return denial;
  const found = await visibleJob(context, actor, id, ['distribute'], 'steer');
  if (!found.ok) return found;
  const job = found.value;
  if (sample) return sampleLetter(context, job, separate);
  if (job.codes === 'none') return refused('wrong-state', text('job.no-codes'));
  return takeCodes(context, actor, job, codes, async (withheld) => {
    const plan = await planOf(context, { ...readInput(job), mail: undefined });
    if (!plan.ok) return plan;
    const letters = await lettersOf(context, job, withheld);
    const [why] = withheld.values();
    if (why && letters.length === 0) return refused('not-permitted', why);
    // Of more, not all were read.
    if (letters.length + withheld.size > MAX_LETTERS)
      return refused('wrong-state', text('job.too-many-letters', { count: MAX_LETTERS }));
    return printed(context, job, plan.value, letters, separate);
  });
}

async function printed(
  context: Context,
  job: JobRow,
  { deviceType }: Pick<DistributionPlan, 'deviceType'>,
  letters: readonly Letter[],
  separate: boolean,
): Promise<Outcome<LettersFile>> {
  const { application, downloadUrl, qrCode } = deviceType;
  const pdf = await context.printLetters({
    job: job.name,
    sender: await letterheadOf(context),
    application,
    downloadUrl,
    scans: qrCode,
    separate,
    byTelephone: (await context.settings.current())['organization.codesByTelephone'],
    letters,
  });
  if (pdf === 'unreadable-logo') return refused('wrong-state', text('job.unreadable-logo'));
  return done({ fileName: fileNameOf(job, 'pdf'), pdf: Buffer.from(pdf).toString('base64') });
}

async function sampleLetter(context: Context, job: JobRow, separate: boolean): Promise<Outcome<LettersFile>> {
  const sample = await sampleOf(context, job);
  if (!sample) return refused('wrong-state', text('job.no-sample'));
  const { token, base, snapshot, expiresAt, input } = sample.plan;
  const recipient = (await listRecipients(context.db, [token.user_id])).get(token.user_id);
  const { settings } = await context.mailSettings.current(context.db);
  const letter = letterOf(context, settings, {
    ...{ first_name: recipient?.firstName, last_name: recipient?.lastName, user_id: recipient?.userId },
    ...{
      language: recipient?.language,
      address: sample.address,
      serial: token.serial,
      expires_at: expiresAt,
    },
    code: NO_CODE,
    link: linkFor(base, snapshot, NO_CODE, input.nickname),
    url: ctkipUrl(base, snapshot.algorithm),
  });
  return printed(context, job, sample.plan, [letter], separate);
}

async function lettersOf(context: DistributionContext, job: JobRow, withheld: Withheld): Promise<Letter[]> {
  const { settings } = await context.mailSettings.current(context.db);
  const rows = await listAddressees(context.db, job.id, MAX_LETTERS + 1, 0);
  const addressed = rows.filter(({ position }) => !withheld.has(position));
  return addressed.map((row) =>
    letterOf(context, settings, {
      ...row,
      ...openCode(context, job.id, { ...row, sealed: row.sealed ?? '' }),
    }),
  );
}

type Addressed = Readonly<
  Record<
    'first_name' | 'last_name' | 'user_id' | 'language' | 'address' | 'serial',
    string | null | undefined
  >
> & { readonly expires_at: number | null } & Pick<Letter, 'code' | 'link' | 'url'>;

function letterOf(
  { now }: Pick<ServerContext, 'now'>,
  settings: { readonly language: string; readonly timeZone: string },
  { code, link, url, ...row }: Addressed,
): Letter {
  const language = languageOf(row.language ?? settings.language);
  const name = `${row.first_name ?? ''} ${row.last_name ?? ''}`.trim();
  return {
    language,
    name: name === '' ? (row.user_id ?? '') : name,
    address: linesOf(row.address ?? ''),
    serial: row.serial ?? '',
    url,
    code,
    link,
    until: row.expires_at === null ? undefined : writtenTime(row.expires_at, language, settings.timeZone),
    date: writtenTime({ date: dayOf(now()) }, language, settings.timeZone),
  };
}

const languageOf = (tag: string): MailLanguage => MAIL_LANGUAGES.find((language) => language === tag) ?? 'en';

// What the first user will get, shown before a distribution is started: by what writes it then, without a code.

/** In place of an activation code, or the serial number of a token, that is made when the job runs. */
const NO_CODE = '·'.repeat(12);

type Sample = { readonly plan: DistributionPlan; readonly address: string };

/** @returns undefined if the job is no distribution that waits to be started, or if it gives nothing */
export async function sampleOf(context: DistributionContext, job: JobRow): Promise<Sample | undefined> {
  if (job.kind !== 'distribute' || job.state !== 'waiting') return undefined;
  const [row] = await listJobRows(context.db, job.id, { state: 'ready' }, 1, 0);
  if (!row || row.target === null) return undefined;
  const planned = await planOf(context, readInput(job));
  if (!planned.ok) return undefined;
  const { token, input } = planned.value;
  return {
    plan: {
      ...planned.value,
      token: { ...token, serial: row.serial ?? NO_CODE, user_id: row.target },
      input: { ...input, nickname: row.nickname ?? '' },
    },
    address: row.address ?? '',
  };
}

/** @returns none while mail is off, and for a user without an address */
export async function sampleMail(
  context: DistributionContext,
  job: JobRow,
): Promise<{ readonly subject: string; readonly text: string }[]> {
  const sample = await sampleOf(context, job);
  if (!sample) return [];
  const written = await writeMail(context, context.db, distributionMail(sample.plan, NO_CODE, ''));
  return written.map(({ subject, text }) => ({ subject, text }));
}
