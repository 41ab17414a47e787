/** The letters of a distribution: what each says, from the sealed codes. They are drawn when they are taken, so that no file with codes is kept. */

import { MAX_LETTERS } from '@sower/api/jobs';
import { MAIL_LANGUAGES, type MailLanguage } from '@sower/api/mail-events';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { writtenTime } from '../../mail/written-time.ts';
import { letterheadOf, linesOf } from '../../provisioning/distribution/distribution-settings.ts';
import type { Letter } from '../../provisioning/letters/draw.ts';
import { type JobRow, listAddressees } from '../../store/work/jobs.ts';
import { visibleJob } from '../../work/jobs.ts';
import { readInput } from './input.ts';
import { type DistributionContext, planOf } from './plan.ts';
import { fileNameOf, openCode, takeCodes, type Withheld } from './result.ts';

export type LettersFile = { readonly fileName: string; readonly pdf: string };

export async function takeLetters(
  context: DistributionContext & Pick<ServerContext, 'printLetters'>,
  actor: Actor,
  {
    id,
    codes,
    separate,
  }: { readonly id: string; readonly codes?: 'keep' | undefined; readonly separate: boolean },
): Promise<Outcome<LettersFile>> {
  const denial = denied(actor, 'tokens:distribute');
  if (denial) return denial;
  const found = await visibleJob(context, actor, id, ['distribute'], 'steer');
  if (!found.ok) return found;
  const job = found.value;
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
    const { name, application, downloadUrl, qrCode } = plan.value.deviceType;
    const pdf = await context.printLetters({
      job: job.name,
      sender: await letterheadOf(context),
      application,
      device: name,
      downloadUrl,
      scans: qrCode,
      separate,
      letters,
    });
    if (pdf === 'unreadable-logo') return refused('wrong-state', text('job.unreadable-logo'));
    return done({ fileName: fileNameOf(job, 'pdf'), pdf: Buffer.from(pdf).toString('base64') });
  });
}

async function lettersOf(context: DistributionContext, job: JobRow, withheld: Withheld): Promise<Letter[]> {
  const { settings } = await context.mailSettings.current(context.db);
  const rows = await listAddressees(context.db, job.id, MAX_LETTERS + 1, 0);
  const addressed = rows.filter(({ position }) => !withheld.has(position));
  return addressed.map((row) => {
    const language = languageOf(row.language ?? settings.language);
    const name = `${row.first_name ?? ''} ${row.last_name ?? ''}`.trim();
    const { code, link, url } = openCode(context, job.id, { ...row, sealed: row.sealed ?? '' });
    return {
      language,
      name: name === '' ? (row.user_id ?? '') : name,
      address: linesOf(row.address ?? ''),
      serial: row.serial ?? '',
      url,
      code,
      link,
      until: row.expires_at === null ? undefined : writtenTime(row.expires_at, language, settings.timeZone),
      date: writtenTime(
        { date: new Date(context.now()).toISOString().slice(0, 10) },
        language,
        settings.timeZone,
      ),
    };
  });
}

const languageOf = (tag: string): MailLanguage => MAIL_LANGUAGES.find((language) => language === tag) ?? 'en';
