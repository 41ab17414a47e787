/**
 * What is promised, in one page. Each sentence names the one of docs/threat-model.md or docs/architecture.md that it checks; those that no
 * sentence here covers are listed in docs/verification.md. It judges what clients were answered and what the database holds at the end, and
 * knows nothing of how the server works.
 */
import { CHAIN_START, chainText, parseAnchor } from '@sower/api/audit-chain';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { sha256 } from '@sower/server/audit/chain';
import { SEALED } from '@sower/server/keys/seal/sealed-columns';
import { STORED } from '@sower/server/operations/rotation/convert';
import { RACES } from '../harness/databases/claim-races.ts';
import { ADMINS, RECORDED, STAFF } from './directory.ts';
import { type Asked, FORWARDED_TO, GROUP_RULE, intervalAt } from './operations.ts';
import type { Ran } from './run.ts';
import { BEGIN, HOLDERS, JOB, JOB_ROWS } from './stage.ts';

type Promised = {
  readonly says: string;
  readonly from: readonly [string, string];
  broken(ran: Ran): string | undefined;
  /** Also of rows that claims alone are about, which make no sense together. */
  readonly ofClaims?: true;
  /** Counts rows of the trail, which is then not to be cut. */
  readonly ofWholeTrail?: true;
  /** Also where a restore brought back what was before. */
  readonly ofRestore?: true;
};

const LET_IN = /^(accepted|challenge)/;
const isIn = ({ answer }: Asked): boolean => LET_IN.test(answer ?? '');
const isOpen = ({ answer }: Asked): boolean => answer === undefined || answer === 'error';
const mayBeDone = (one: Asked): boolean => one.answer === 'done' || isOpen(one);
const list = (asked: readonly Asked[]): string => asked.map(({ number }) => `(${number})`).join(', ');

function atMostOnce(
  ran: Ran,
  keyOf: (asked: Asked) => string | undefined,
  won: (asked: Asked) => boolean,
): string | undefined {
  const winners = new Map<string, Asked[]>();
  for (const one of ran.asked) {
    const key = keyOf(one);
    if (key !== undefined && won(one)) winners.set(key, [...(winners.get(key) ?? []), one]);
  }
  for (const [key, of] of winners) if (of.length > 1) return `${key}: ${list(of)}`;
  return undefined;
}

/** Whether it was answered before the other was asked. */
const isBefore = (one: Asked, other: Asked): boolean => one.ended !== undefined && one.ended < other.began;

/** Of those that were done and did this, one that nothing undid before `asked`: everything that may have undone it began after it, or not at all. */
function standsBefore(
  ran: Ran,
  asked: Asked,
  does: (one: Asked) => boolean,
  undoes: (one: Asked) => boolean,
): Asked | undefined {
  return ran.asked.find(
    (one) =>
      does(one) &&
      one.answer?.startsWith('done') &&
      isBefore(one, asked) &&
      !ran.asked.some(
        (other) =>
          undoes(other) &&
          other !== one &&
          !isBefore(other, one) &&
          other.began < (asked.ended ?? Number.POSITIVE_INFINITY),
      ),
  );
}

const rows = (ran: Ran, sql: string, ...values: (string | number)[]): Record<string, unknown>[] =>
  ran.stage.ask(sql).all(...values) as Record<string, unknown>[];
const count = (ran: Ran, sql: string, ...values: (string | number)[]): number =>
  Number(rows(ran, sql, ...values)[0]?.n ?? 0);

/** A run that has read the directory as it is at the end, and is done. */
function doneRun(ran: Ran, modes: readonly string[] = ['full', 'delta']): Asked | undefined {
  const { version } = ran.clients.directory;
  const run = ran.asked.find(
    ({ kind, about, answer }) =>
      kind === 'run-source' &&
      modes.some((mode) => about === `${mode} run of version ${version}`) &&
      answer?.startsWith('done: '),
  );
  const [job] = run?.answer
    ? rows(ran, 'select state from jobs where id = ?', run.answer.slice('done: '.length))
    : [];
  return job?.state === 'done' ? run : undefined;
}

export const PROMISES: readonly Promised[] = [
  {
    says: 'An interval of a device is accepted at most once, ever.',
    ofRestore: true,
    from: [
      'docs/threat-model.md',
      'each interval is accepted once, ever, by compare-and-set, across processes and restarts',
    ],
    broken: (ran) =>
      atMostOnce(
        ran,
        ({ about, interval }) => (interval === undefined ? undefined : `${about}, ${interval}`),
        (one) => isIn(one) || one.answer === 'next-tokencode',
      ),
  },
  {
    says: 'An emergency tokencode is accepted at most once.',
    ofRestore: true,
    from: ['docs/architecture.md', 'using a one-time code deletes it'],
    broken: (ran) => atMostOnce(ran, ({ about, kind }) => (kind === 'emergency' ? about : undefined), isIn),
  },
  {
    says: 'A question is answered once.',
    ofRestore: true,
    from: ['docs/architecture.md', 'deleted by the one answer that claims it'],
    broken: (ran) => atMostOnce(ran, ({ about, kind }) => (kind === 'answer' ? about : undefined), isIn),
  },
  {
    says: 'Of many answers to a question one is looked at; to the others it does not exist.',
    ofWholeTrail: true,
    from: ['docs/threat-model.md', 'A mismatch looks like an unknown challenge'],
    broken(ran) {
      const answers = ran.asked.filter((one) => one.kind === 'answer' && !isOpen(one));
      const questions = new Set(answers.map(({ about }) => about)).size;
      const unknown = count(
        ran,
        "select count(*) as n from audit where json_extract(text, '$.code') in ('event.nobody-asked', 'event.challenge-answered')",
      );
      return answers.length - questions > unknown
        ? `${answers.length} answers to ${questions} questions, ${unknown} were to none`
        : undefined;
    },
  },
  {
    says: 'An activation code is redeemed at most once.',
    ofRestore: true,
    from: ['docs/threat-model.md', 'codes work once'],
    broken: (ran) =>
      atMostOnce(
        ran,
        ({ about, kind }) => (kind === 'activate' ? about : undefined),
        ({ answer }) => answer === 'activated',
      ),
  },
  {
    says: 'An approval is accepted at most once.',
    ofRestore: true,
    from: ['docs/threat-model.md', 'an approval works once, for minutes, for its own token'],
    broken: (ran) =>
      atMostOnce(
        ran,
        ({ about, kind, userId }) => (kind === 'approve' ? `${userId} ${about}` : undefined),
        ({ answer }) => answer === 'true',
      ),
  },
  {
    says: 'Each time of a schedule is claimed by one node.',
    from: [
      'docs/architecture.md',
      'the node that advances its time does the work: one node, once for each time',
    ],
    broken: (ran) =>
      atMostOnce(
        ran,
        ({ about, kind }) => (kind === 'schedule' ? about : undefined),
        ({ answer }) => answer === 'claimed',
      ),
  },
  {
    says: 'Of those who claim, redeem or advance the same thing at once, as many have it as there are of it.',
    ofClaims: true,
    from: ['docs/architecture.md', '`claim` succeeds for at most one caller'],
    broken(ran) {
      const won = Map.groupBy(
        ran.asked.filter(({ kind, answer }) => kind === 'claim' && answer === 'claimed'),
        ({ about }) => about,
      );
      for (const [name, of] of won)
        if (of.length > (RACES[name]?.winners ?? 1)) return `${name}: ${list(of)}`;
      return undefined;
    },
  },
  {
    says: 'What was edited in one version is changed by one administrator.',
    from: ['docs/architecture.md', '`advance` is a compare-and-set'],
    broken: (ran) =>
      atMostOnce(
        ran,
        ({ once }) => once,
        ({ answer }) => answer === 'done',
      ),
  },
  {
    says: 'What was answered as accepted is durable: the seed stands at that interval or later, or is gone.',
    from: ['docs/threat-model.md', 'answers are sent only after it'],
    broken(ran) {
      for (const { userId, seedId } of HOLDERS) {
        const [seed] = rows(ran, 'select position from seeds where id = ?', seedId);
        if (!seed) continue;
        const lost = ran.asked.filter(
          (one) =>
            one.about === `device of ${userId}` && isIn(one) && (one.interval ?? 0) > Number(seed.position),
        );
        if (lost.length > 0) return `the seed of ${userId} stands at ${seed.position}: ${list(lost)}`;
      }
      return undefined;
    },
  },
  {
    says: 'A refusal moves no seed: where it stands was accepted, or asked without an answer.',
    from: [
      'docs/architecture.md',
      '`position` only grows, by compare-and-set, so no interval is accepted twice',
    ],
    broken(ran) {
      for (const { userId, seedId } of HOLDERS) {
        const [seed] = rows(ran, 'select position from seeds where id = ?', seedId);
        if (!seed || Number(seed.position) < 0) continue;
        const explains = (one: Asked): boolean => isIn(one) || isOpen(one) || one.answer === 'next-tokencode';
        const some = ran.asked.some(
          (one) =>
            explains(one) &&
            (one.interval === seed.position || one.kind === 'answer') &&
            one.userId === userId,
        );
        if (!some) return `no request explains that the seed of ${userId} stands at ${seed.position}`;
      }
      return undefined;
    },
  },
  {
    says: 'Each acceptance has its row in the trail, and no row is without one.',
    ofWholeTrail: true,
    from: ['docs/architecture.md', 'append-only; input cannot forge, hide or prevent a row'],
    broken(ran) {
      for (const { userId } of HOLDERS) {
        const of = ran.asked.filter(
          (one) => one.userId === userId && ['passcode', 'emergency', 'answer'].includes(one.kind),
        );
        const written = count(
          ran,
          "select count(*) as n from audit where object = ? and action in ('authenticate', 'authenticate.challenge') and result = 'success'",
          `user:${userId}`,
        );
        const least = of.filter(
          (one) => one.answer === 'accepted' || (one.kind === 'passcode' && isIn(one)),
        ).length;
        const most = of.filter((one) => isIn(one) || isOpen(one)).length;
        if (written < least || written > most)
          return `${userId}: ${written} rows for ${least} to ${most} acceptances`;
      }
      return undefined;
    },
  },
  {
    says: 'Each guess that was looked at is counted, and is in the trail once.',
    ofWholeTrail: true,
    from: [
      'docs/architecture.md',
      '`guess_version` grows with every wrong passcode that is counted, and nothing is accepted on the basis of an older one',
    ],
    broken(ran) {
      for (const { userId, userRow } of HOLDERS) {
        const [user] = rows(ran, 'select guess_version from users where id = ?', userRow);
        const [first] = rows(ran, 'select guess_version from template.users where id = ?', userRow);
        const counted = Number(user?.guess_version ?? 0) - Number(first?.guess_version ?? 0);
        const saying = (...codes: string[]): number =>
          count(
            ran,
            `select count(*) as n from audit where object = ? and action = 'authenticate' and result = 'refused'
             and json_extract(text, '$.code') in (${codes.map((code) => `'event.${code}'`).join()})`,
            `user:${userId}`,
          );
        const looked = saying('wrong-passcode', 'next-tokencode-wrong', 'pin-set-passcode-wrong');
        // These count if another token of the user does not wait, or there is none.
        const perhaps = saying('wrong-passcode-and', 'no-provisioned-token');
        if (counted < looked || counted > looked + perhaps)
          return `${userId}: ${counted} are counted, ${looked} are in the trail`;
      }
      return undefined;
    },
  },
  {
    says: 'Not more guesses are looked at than the waits allow.',
    from: [
      'docs/threat-model.md',
      'of a hundred guesses at once, through every channel and two processes, five are checked',
    ],
    broken(ran) {
      const seconds = (ran.ended + ran.apart - (ran.asked[0]?.at ?? ran.ended)) / 1_000;
      const jumps = ran.apart > 0 ? 2 : 0;
      for (const { userId } of HOLDERS) {
        const looked = count(
          ran,
          "select count(*) as n from audit where object = ? and result = 'refused' and json_extract(text, '$.code') = 'event.wrong-passcode'",
          `user:${userId}`,
        );
        const resets = ran.asked.filter(
          (one) =>
            one.userId === userId &&
            one.kind !== 'wrong' &&
            (isIn(one) || isOpen(one) || ['enable', 'unassign', 'replace'].includes(one.kind)),
        ).length;
        const devices = ran.clients.devices.filter(({ holder }) => holder.userId === userId).length;
        const most = (resets + 1) * devices * (5 + jumps + Math.floor(Math.log2(seconds + 1)));
        if (looked > most) return `${userId}: ${looked} guesses were looked at, ${most} are allowed`;
      }
      return undefined;
    },
  },
  {
    says: 'A disabled or lost token, or a disabled user, is accepted by no node once the change was answered.',
    from: ['docs/authentication.md', 'a disabled, lost, expired or held-back token all get the same answer'],
    broken(ran) {
      for (const one of ran.asked) {
        if (!isIn(one) || !['passcode', 'emergency', 'answer'].includes(one.kind)) continue;
        const { serial } = HOLDERS.find(({ userId }) => userId === one.userId) as (typeof HOLDERS)[number];
        const token =
          one.about === `device of ${one.userId}` || one.kind === 'emergency'
            ? standsBefore(
                ran,
                one,
                ({ kind, about }) => kind === 'disable' && about === serial,
                ({ kind, about }) => (kind === 'enable' && about === serial) || kind === 'replace',
              )
            : undefined;
        // Emergency tokencodes are for users whose token is lost.
        const lost =
          one.about === `device of ${one.userId}`
            ? standsBefore(
                ran,
                one,
                ({ about }) => about === `lost ${serial}`,
                ({ about, kind }) => about === `found ${serial}` || kind === 'replace',
              )
            : undefined;
        const user = standsBefore(
          ran,
          one,
          ({ kind, about }) => kind === 'disable-user' && about === one.userId,
          ({ kind, about }) => kind === 'enable-user' && about === one.userId,
        );
        const by = token ?? lost ?? user;
        if (by) return `(${one.number}) was accepted after (${by.number})`;
      }
      return undefined;
    },
  },
  {
    says: 'An emergency tokencode is accepted by no node once its access has ended or others were given.',
    from: ['docs/architecture.md', 'an emergency tokencode of a token'],
    broken(ran) {
      for (const one of ran.asked) {
        if (one.kind !== 'emergency' || !isIn(one)) continue;
        const given = ran.clients.emergency.find(({ code }) => one.about === `emergency ${code}`);
        const { serial } = HOLDERS.find(({ userId }) => userId === one.userId) as (typeof HOLDERS)[number];
        const by = ran.asked.find(
          (other) =>
            (other.kind === 'end-emergency' || other.kind === 'give-emergency') &&
            other.about === serial &&
            other.answer === 'done' &&
            isBefore(other, one) &&
            given !== undefined &&
            other.began > given.answered,
        );
        if (by) return `(${one.number}) was accepted after (${by.number})`;
      }
      return undefined;
    },
  },
  {
    says: 'A setting holds on the node that changed it once that was answered, and on every node two seconds later.',
    from: ['docs/architecture.md', 'until they change or for a few seconds'],
    broken(ran) {
      const edits = ran.asked.filter(
        ({ kind, answer }) =>
          kind === 'settings' && (answer === 'done' || answer === undefined || answer === 'error'),
      );
      for (const one of ran.asked) {
        // Before a tokencode of it was accepted, a device is taken to be on time.
        if (one.kind !== 'passcode' || one.answer !== 'accepted' || one.about !== `device of ${one.userId}`)
          continue;
        const off = Math.abs((one.interval ?? 0) - intervalAt(one.at));
        if (
          ran.apart > 0 ||
          one.endedAt !== one.at ||
          ran.asked.some(
            (other) =>
              // Also meanwhile: a tokencode that strayed makes the one after it the next.
              other.began < (one.ended ?? one.began) &&
              other.userId === one.userId &&
              other !== one &&
              (isIn(other) || isOpen(other)),
          )
        )
          continue;
        const last = edits.filter((edit) => edit.began < (one.ended ?? 0));
        const holds = last.filter(
          (edit) =>
            isBefore(edit, one) &&
            edit.answer === 'done' &&
            (edit.node === one.node || (edit.endedAt ?? one.at) + 2_000 < one.at),
        );
        const [edit] = holds;
        if (last.length === 1 && edit && off > Number(edit.about.slice('window '.length)))
          return `(${one.number}) was accepted after (${edit.number})`;
      }
      return undefined;
    },
  },
  {
    says: 'A withdrawn or superseded activation code is accepted by no node once the change was answered.',
    from: ['docs/architecture.md', 'a token has at most one that is `issued` or `opened`, by a unique index'],
    broken(ran) {
      for (const one of ran.asked) {
        if (one.kind !== 'activate' || one.answer !== 'activated') continue;
        const made = ran.asked.find(
          ({ answer, kind }) =>
            kind === 'distribute' && answer === `done: ${one.about.slice('code '.length)}`,
        );
        if (!made) continue;
        const by = ran.asked.find(
          (other) =>
            ((other.kind === 'withdraw' && other.answer === 'done') ||
              (other.kind === 'distribute' && other.answer?.startsWith('done'))) &&
            other.about === made.about &&
            isBefore(made, other) &&
            isBefore(other, one),
        );
        if (by)
          return `(${one.number}) redeemed the code of (${made.number}), which ended with (${by.number})`;
      }
      return undefined;
    },
  },
  {
    says: 'A token has one current seed, one live distribution, and is in one pair at most.',
    ofRestore: true,
    from: ['docs/architecture.md', 'at most one is `current`'],
    broken(ran) {
      const [twice] = rows(
        ran,
        `select token_id from seeds where state = 'current' group by token_id having count(*) > 1
         union all select token_id from distributions where state in ('issued', 'opened') group by token_id having count(*) > 1
         union all select replaced_id from replacements group by replaced_id having count(*) > 1
         union all select token_id from replacements join tokens old on old.id = replaced_id join tokens new on new.id = token_id
           where old.user_id is null or new.user_id is null or old.user_id <> new.user_id`,
      );
      return twice && `token ${twice.token_id}`;
    },
  },
  {
    says: 'Nothing of a former user stays on a token.',
    from: ['docs/threat-model.md', 'a returned token keeps no latest distribution'],
    broken(ran) {
      const [left] = rows(
        ran,
        `select serial from tokens where user_id is null and (pin is not null or enabled = 1 or emergency_until is not null
           or exists (select 1 from seeds where token_id = tokens.id)
           or exists (select 1 from emergency_codes where token_id = tokens.id)
           or exists (select 1 from distributions where token_id = tokens.id and state in ('issued', 'opened')))`,
      );
      return left && `token ${left.serial}`;
    },
  },
  {
    says: 'Of each redeemed code there is one seed, unless it was replaced or given back since; of each seed, its redeemed code.',
    from: ['docs/threat-model.md', 'leave half a token'],
    broken(ran) {
      const [half] = rows(
        ran,
        `select id from distributions where state = 'provisioned' and latest = 1 and not exists (select 1 from seeds where distribution_id = distributions.id)
           and not exists (select 1 from distributions later where later.token_id = distributions.token_id and later.created_at >= distributions.created_at and later.id <> distributions.id)
           and exists (select 1 from tokens where id = distributions.token_id and user_id = distributions.user_id)
         union all select id from seeds where state = 'pending' and not exists
           (select 1 from distributions where distributions.id = seeds.distribution_id and state = 'provisioned')`,
      );
      return half && `${half.id}`;
    },
  },
  {
    says: 'Each row of a job is done once, whoever took it over; the counts equal the rows.',
    ofWholeTrail: true,
    from: ['docs/architecture.md', 'a batch and the start of the next are one transaction'],
    broken(ran) {
      const [twice] = rows(
        ran,
        "select object, count(*) as n from audit where object like 'token:row %' group by object having count(*) > 1",
      );
      if (twice) return `${twice.object}: ${twice.n} times`;
      const [job] = rows(ran, 'select done, position, state from jobs where id = ?', JOB);
      // Its ID says that it is from 2024, by which it is old.
      if (!job && ran.asked.some(({ kind }) => kind === 'delete-old')) return undefined;
      const done = count(ran, "select count(*) as n from audit where object like 'token:row %'");
      if (job?.done !== done || job.position !== done) return `${job?.done} are counted, ${done} are done`;
      return job.state === 'done' && done !== JOB_ROWS ? `it is done after ${done}` : undefined;
    },
  },
  {
    says: 'Of a distribution to many, each user has one code at most, and none once it is undone; the counts equal the rows.',
    from: ['docs/architecture.md', 'a batch and the start of the next are one transaction'],
    broken(ran) {
      const [wrong] = rows(
        ran,
        `select 'two codes: ' || job_id as what from distributions where job_id is not null group by job_id, user_id having count(*) > 1
         union all select 'not in its rows: ' || d.id from distributions d where d.job_id is not null
           and exists (select 1 from jobs where id = d.job_id)
           and not exists (select 1 from job_rows r where r.job_id = d.job_id and r.distribution_id = d.id)
         union all select 'counts: ' || j.id from jobs j where j.kind = 'distribute' and j.phase = 'work' and j.id <> '${JOB}'
           and j.done <> (select count(*) from job_rows r where r.job_id = j.id and r.state in ('done', 'undone', 'kept'))
         union all select 'undone, and its code is live: ' || d.id from job_rows r join distributions d on d.id = r.distribution_id
           where r.state = 'undone' and d.state in ('issued', 'opened')
         union all select 'without a code: ' || r.job_id from job_rows r join jobs j on j.id = r.job_id
           where j.kind = 'distribute' and r.state in ('done', 'undone', 'kept') and r.distribution_id is null`,
      );
      return wrong && `${wrong.what}`;
    },
  },
  {
    says: 'The trail arrives in its order, and where it is forwarded to is behind nothing that has not arrived.',
    ofWholeTrail: true,
    from: [
      'docs/threat-model.md',
      'sending moves on only after a batch has arrived, in the order of the chain',
    ],
    broken(ran) {
      const seqs = new Map(
        rows(ran, 'select seq, audit_id from audit_chain').map((row) => [
          String(row.audit_id),
          Number(row.seq),
        ]),
      );
      const arrived = new Set<number>();
      for (const batch of ran.clients.forwarded)
        for (const id of batch) {
          const seq = seqs.get(id);
          if (seq === undefined) return `${id} was forwarded and is in no chain`;
          if (!arrived.has(seq) && seq > 1 && !arrived.has(seq - 1)) return `link ${seq} before ${seq - 1}`;
          arrived.add(seq);
        }
      const [at] = rows(ran, 'select seq from audit_forwards where id = ?', FORWARDED_TO);
      for (let seq = 1; seq <= Number(at?.seq ?? 0); seq += 1)
        if (!arrived.has(seq)) return `it stands at ${at?.seq}, and ${seq} has not arrived`;
      return undefined;
    },
  },
  {
    says: 'What was paused or canceled does not go on once that was answered, unless it is resumed.',
    from: ['docs/architecture.md', 'at most one node works on it at a time, by a lease'],
    broken(ran) {
      const { trace } = ran.scheduler;
      // Of the trace, no line says which job a batch was of: there is one, unless another was made.
      if (trace.some((line) => line.includes(': insert into jobs'))) return undefined;
      for (const one of ran.asked) {
        if (
          !['pause-job', 'cancel-job'].includes(one.kind) ||
          one.answer !== 'done' ||
          one.ended === undefined
        )
          continue;
        const { ended } = one;
        if (
          ran.asked.some(
            (other) => other.kind === 'resume-job' && (other.ended ?? Number.POSITIVE_INFINITY) > one.began,
          )
        )
          continue;
        // A transaction that wrote before and committed later would have held the row.
        const later = trace.findIndex(
          (line, at) => at > ended && line.includes(': update jobs set position'),
        );
        if (later >= 0) return `(${one.number}) was answered, and a batch was done: ${trace[later]}`;
      }
      return undefined;
    },
  },
  {
    says: 'A job that was paused less than a week ago is not ended because it is old.',
    from: ['docs/operations.md', 'resumed after a pause, for seven days are ended'],
    broken(ran) {
      const [job] = rows(ran, 'select state, text, state_since, ended_at from jobs where id = ?', JOB);
      const old = job?.state === 'cancelled' && String(job.text).includes('job.paused-long');
      const paused = ran.asked.findLast(({ kind, answer }) => kind === 'pause-job' && answer === 'done');
      if (!old || !paused) return undefined;
      const days = (Number(job.ended_at) - paused.at + ran.apart) / 86_400_000;
      return days < 7 ? `(${paused.number}) paused it ${days.toFixed(1)} days before` : undefined;
    },
  },
  {
    says: 'A request is granted once each of its steps was approved, each by another person, and has one token then.',
    from: ['docs/threat-model.md', 'nobody approves a step of a request that they made or that is for them'],
    broken(ran) {
      const [wrong] = rows(
        ran,
        `select id, step, state from token_requests r where
           step <> (select count(*) from request_decisions d where d.request_id = r.id and d.decision = 'approved')
           or step <> (select count(distinct actor) from request_decisions d where d.request_id = r.id and d.decision = 'approved')
           or (state in ('approved', 'done') and step <> 2) or (state = 'pending' and step > 1)
           or (state = 'done') <> (select count(*) = 1 from request_decisions d where d.request_id = r.id and d.decision = 'distributed')
           or (state = 'done' and not exists (select 1 from tokens t join distributions d on d.token_id = t.id where t.serial = r.serial))
         union all select user_id, count(*), 'open twice' from token_requests where state in ('pending', 'approved')
           group by user_id, offer_id having count(*) > 1`,
      );
      return wrong && `request ${wrong.id}: ${wrong.state}, ${wrong.step} steps`;
    },
  },
  {
    says: 'What needs a second administrator is done once for each approval, which another gave, within a day.',
    ofWholeTrail: true,
    from: [
      'docs/threat-model.md',
      'who approves exactly that with a fresh proof; an approval is for one person and is used once',
    ],
    broken(ran) {
      const [wrong] = rows(
        ran,
        `select id from second_approvals where used_at is not null
           and (decision is null or decision <> 'approved' or decided_person is null or decided_person = person or used_at >= expires_at)`,
      );
      if (wrong) return `approval ${wrong.id}`;
      const of = (action: string): number =>
        count(ran, 'select count(*) as n from audit where action = ?', `second-approval.${action}`);
      const used = count(ran, 'select count(*) as n from second_approvals where used_at is not null');
      if (of('use') !== used && !ran.asked.some(({ kind }) => kind === 'delete-old'))
        return `${used} are used, ${of('use')} are in the trail`;
      // By the version that each has changed: whether it was more than before.
      const edits = ran.asked.filter(({ once }) => once?.startsWith('settings of'));
      const versionOf = (one: Asked): number => Number(one.once?.split(' ').at(-1));
      const codesOf = ({ about }: Asked): number | undefined =>
        about.endsWith(' codes') ? Number.parseInt(about, 10) : undefined;
      let [codes, raised] = [DEFAULT_SETTINGS['approvals.singleCodes'], 0];
      for (const one of edits
        .filter(({ answer }) => answer === 'done')
        .toSorted((a, b) => versionOf(a) - versionOf(b))) {
        const now = codesOf(one) ?? codes;
        if (now > codes) raised += 1;
        codes = now;
      }
      const open = edits.filter(isOpen).length;
      return raised > used || (open === 0 && raised < used)
        ? `${raised} were done, ${used} approvals are used`
        : undefined;
    },
  },
  {
    says: 'What an administrator approved who was disabled since is not done.',
    from: ['docs/threat-model.md', 'write access to the database is not enough to approve anything'],
    broken(ran) {
      for (const one of ran.asked) {
        if (one.kind !== 'loosen' || one.answer !== 'done') continue;
        const needed = ran.asked.filter(
          ({ kind, answer, userId }) =>
            kind === 'approve-second' && answer === 'done' && userId !== one.userId,
        );
        const [other] = needed;
        const by =
          other &&
          standsBefore(
            ran,
            one,
            ({ kind, userId }) => kind === 'disable-person' && userId === other.userId,
            ({ kind, userId }) => kind === 'enable-person' && userId === other.userId,
          );
        // Where another was done, this one may have changed nothing, which needs no approval.
        if (by && !ran.asked.some((each) => each !== one && each.kind === 'loosen' && mayBeDone(each)))
          return `(${one.number}) was done after (${by.number})`;
      }
      return undefined;
    },
  },
  {
    says: 'Who is in the directory all the time is never taken for gone, and is one user.',
    from: ['docs/architecture.md', 'only then can a user count as gone'],
    broken(ran) {
      const { constant } = ran.clients.directory;
      const [wrong] = rows(
        ran,
        `select source_key as key, count(*) as n, min(enabled) as enabled, max(source_state) as state
         from users where source_key is not null group by source_key`,
      ).filter(
        ({ key, n, enabled, state }) =>
          n !== 1 || (constant.has(String(key)) && (enabled !== 1 || state !== 'active')),
      );
      return wrong && `${wrong.key}: ${wrong.n} users, enabled: ${wrong.enabled}, ${wrong.state}`;
    },
  },
  {
    says: 'A whole run that is done leaves users as the directory was when it was read.',
    from: ['docs/architecture.md', 'stores it page by page'],
    broken(ran) {
      const { people } = ran.clients.directory;
      const run = doneRun(ran, ['full']);
      if (!run) return undefined;
      const shown = rows(
        ran,
        "select source_key as key, last_name as name, enabled from users where source_key is not null and source_state <> 'gone'",
      );
      const differs =
        shown.length !== people.size ||
        shown.some(({ key, name, enabled }) => people.get(String(key)) !== name || enabled !== 1);
      return differs
        ? `after (${run.number}): ${JSON.stringify(shown)} for ${JSON.stringify([...people])}`
        : undefined;
    },
  },
  {
    says: 'A run that is done leaves each user in the groups that the directory had them in when it was read.',
    from: ['docs/architecture.md', 'a group of a directory that a user is in, as the last run has seen it'],
    broken(ran) {
      const { directory } = ran.clients;
      const run = doneRun(ran);
      if (!run) return undefined;
      const groups = Map.groupBy(
        rows(
          ran,
          'select u.source_key as key, g.name from user_groups g join users u on u.id = g.user_id where u.source_key is not null order by g.name',
        ),
        ({ key }) => String(key),
      );
      for (const key of directory.people.keys()) {
        const recorded = groups.get(key)?.map(({ name }) => String(name)) ?? [];
        const are = RECORDED.filter((group) => directory.membersOf(group).has(key));
        if (recorded.join() !== are.join())
          return `after (${run.number}) ${key} is recorded in ${recorded.join(' and ') || 'none'}, and is in ${are.join(' and ') || 'none'}`;
      }
      return undefined;
    },
  },
  {
    says: 'A role by a group is held by those who are in it: by no one else after a whole run, and never by one who was not.',
    from: ['docs/operations.md', '`roles`, their members are administrators'],
    broken(ran) {
      const { directory } = ran.clients;
      const held = new Set(
        rows(
          ran,
          `select a.source_key as key from role_grants g join administrators a on a.id = g.administrator_id
           where g.source_id is not null`,
        ).map(({ key }) => String(key)),
      );
      const stranger = [...held].find((key) => !directory.everIn[ADMINS].has(key));
      if (stranger !== undefined) return `${stranger} has it, and has never been in the group`;
      const run = doneRun(ran, ['full']);
      const members = [...directory.membersOf(ADMINS)].filter((key) => directory.people.has(key));
      return run && [...held].sort().join() !== members.sort().join()
        ? `after (${run.number}) it is held by ${[...held].join()}, and ${members.join()} are in the group`
        : undefined;
    },
  },
  {
    says: 'A rule for a group gives tokens to those alone who have been in it.',
    from: ['docs/operations.md', 'or those of them who are in a directory group'],
    broken(ran) {
      const [wrong] = rows(ran, OF_GROUP_RULE, GROUP_RULE).filter(
        ({ key }) => !ran.clients.directory.everIn[STAFF].has(String(key)),
      );
      return wrong && `token ${wrong.serial} of ${wrong.user}`;
    },
  },
  {
    says: 'A code that a rule gave for a group is lost with it, once a run has seen it and the rule has run.',
    from: ['docs/operations.md', 'A user who leaves it, or is disabled, loses an unused activation code'],
    broken(ran) {
      const run = doneRun(ran);
      const last = ran.asked.findLast(({ kind }) => kind === 'run-rules');
      const [rule] = rows(ran, 'select enabled from distribution_rules where name = ?', GROUP_RULE);
      if (!run || last?.answer !== 'done' || last.about !== 'rules' || !isBefore(run, last) || !rule?.enabled)
        return undefined;
      // One that began before may have made a job since, of those who were in it by then.
      const meanwhile = ran.asked.some(
        (one) => one !== last && one.about.startsWith('rules') && !isBefore(run, one) && !isBefore(one, last),
      );
      const members = ran.clients.directory.membersOf(STAFF);
      const [left] = rows(ran, OF_GROUP_RULE, GROUP_RULE).filter(
        ({ key, state }) => ['issued', 'opened'].includes(String(state)) && !members.has(String(key)),
      );
      return left && !meanwhile
        ? `after (${run.number}) and (${last.number}), ${left.user} has the one of ${left.serial}`
        : undefined;
    },
  },
  {
    says: 'A mail that is marked as sent was accepted by the mail server, and unless something fails, once.',
    from: [
      'docs/architecture.md',
      'claimed with a lease; its content is sealed, and deleted once it is sent',
    ],
    broken(ran) {
      const { mails } = ran.clients;
      const never = rows(ran, "select id from mail where state = 'sent'").find(
        ({ id }) => !mails.includes(String(id)),
      );
      if (never) return `mail ${never.id} was not sent`;
      if (ran.faults > 0 || ran.ended - BEGIN > 300_000) return undefined;
      const twice = mails.find((id, at) => mails.indexOf(id) !== at);
      return twice && `mail ${twice} was sent twice`;
    },
  },
  {
    says: 'The chain is whole: each link continues the one before it or the last cut, each row has one, and the anchor is of the last link.',
    ofRestore: true,
    from: ['docs/architecture.md', 'a changed, removed or moved row breaks every hash after it'],
    broken(ran) {
      const links = rows(
        ran,
        `select c.seq, c.hash as linked, a.id, a.at, a.actor, a.action, a.object, a.result, a.reason, a.source
         from audit_chain c left join audit a on a.id = c.audit_id order by c.seq`,
      );
      let [seq, hash] = [0, CHAIN_START];
      for (const cut of rows(ran, 'select seq, hash, rows from audit_cuts order by seq')) {
        if (Number(cut.seq) - seq !== cut.rows)
          return `${cut.rows} rows are said to be cut between ${seq} and ${cut.seq}`;
        [seq, hash] = [Number(cut.seq), String(cut.hash)];
      }
      for (const { linked, ...row } of links.filter((link) => Number(link.seq) > seq)) {
        seq += 1;
        hash = sha256(chainText(hash, row as never));
        if (row.seq !== seq || linked !== hash) return `link ${row.seq} does not continue the one before it`;
      }
      const [installation] = rows(ran, 'select audit_head from installation');
      const anchor = parseAnchor(String(installation?.audit_head ?? ''))?.head;
      if ((anchor?.seq ?? 0) !== seq) return `the anchor is of link ${anchor?.seq}, and the last is ${seq}`;
      const altered = count(ran, "select count(*) as n from audit where action = 'audit.altered'");
      return altered > 0 ? `${altered} alterations were reported, and nobody altered it` : undefined;
    },
  },
  {
    says: 'What is cut from the trail had arrived wherever the trail was forwarded to.',
    from: ['docs/operations.md', 'Rows that have not arrived everywhere are not cut off by retention'],
    broken(ran) {
      const [early] = rows(
        ran,
        `select f.seq as stands, c.seq as cut from audit_forwards f, (select max(seq) as seq from audit_cuts) c where f.seq < c.seq`,
      );
      const first = ran.asked.find(({ kind }) => kind === 'cut-trail');
      // Who begins to listen while it is cut, or later, gets what is left.
      const listening = ran.asked.some(
        (one) =>
          one.kind === 'forward' && first !== undefined && isBefore(one, first) && one.answer !== 'error',
      );
      return early && listening ? `it stands at ${early.stands}, and is cut up to ${early.cut}` : undefined;
    },
  },
  {
    says: 'No row is taken for altered that the server wrote.',
    ofRestore: true,
    from: ['docs/architecture.md', 'the row counts only with its mark'],
    broken: ({ altered: [row] }) => row,
  },
  {
    says: 'What is stored opens, and fits, under the data keys that are left, wherever a change of the master key stands.',
    from: ['docs/threat-model.md', 'everything is sealed and marked again, the earlier key opens nothing'],
    broken(ran) {
      if (!ran.asked.some(({ kind }) => kind === 'rotate')) return undefined;
      const [newest] = rows(ran, 'select state from data_keys order by id desc limit 1');
      for (const { table, column, key, aad } of SEALED)
        for (const row of rows(ran, `select * from ${table} where ${column} is not null`)) {
          const values = key.map((name) => row[name] as string | number);
          try {
            ran.sealing.open(aad(...values), String(row[column]));
          } catch (error) {
            return `${table}.${column} of ${values.join()}: ${(error as Error).message}`;
          }
        }
      if (newest?.state !== 'done') return undefined;
      for (const { table, column, key, anew } of STORED)
        for (const row of rows(ran, `select * from ${table} where ${column} is not null`)) {
          const values = Object.keys(key).map((name) => row[name] as string | number);
          if (anew(ran.sealing, String(row[column]), values) !== undefined)
            return `${table}.${column} of ${values.join()} was left under an earlier data key`;
        }
      return undefined;
    },
  },
  {
    says: 'Whatever is in a security domain is in one that exists.',
    ofRestore: true,
    from: ['docs/architecture.md', 'a node of a tree'],
    broken(ran) {
      const [lost] = rows(
        ran,
        `select user_id as name from users where domain not in (select path from security_domains)
         union all select name from security_domains where parent_id not in (select id from security_domains)`,
      );
      return lost && `${lost.name}`;
    },
  },
  {
    says: 'Each audit row waits to be linked, or is linked.',
    ofRestore: true,
    ofClaims: true,
    from: ['docs/architecture.md', 'deleted with the link, so linking reads nothing else'],
    broken(ran) {
      const lost = count(
        ran,
        'select count(*) as n from audit where id not in (select id from audit_unlinked) and id not in (select audit_id from audit_chain)',
      );
      return lost > 0 ? `${lost} rows are in neither` : undefined;
    },
  },
  {
    says: 'Nothing waits for ever once faults end, and nothing fails in a way that is not foreseen.',
    ofRestore: true,
    ofClaims: true,
    from: ['docs/architecture.md', 'any other exception'],
    broken(ran) {
      if (ran.stuck.length > 0) return ran.stuck.join('; ');
      const waits = ran.asked.filter(
        (one) => one.answer === undefined && !ran.scheduler.trace.some((line) => line.endsWith(': ends')),
      );
      if (waits.length > 0) return `without an answer: ${list(waits)}`;
      const [error] = ran.unexpected;
      return error === undefined ? undefined : String((error as Error).stack ?? error);
    },
  },
];

/** What the rule for a group has given. */
const OF_GROUP_RULE = `
  select coalesce(u.source_key, '') as key, u.user_id as user, t.serial, d.state from distributions d
  join jobs j on j.id = d.job_id join distribution_rules r on r.id = j.rule_id
  join users u on u.id = d.user_id join tokens t on t.id = d.token_id where r.name = ?`;

/** The first promise that a run breaks. */
export function judge(ran: Ran): string | undefined {
  const claims = ran.clients.races.size > 0;
  const cut = ran.asked.some(({ kind }) => kind === 'cut-trail');
  for (const { says, ofClaims, ofWholeTrail, ofRestore, broken } of PROMISES) {
    if ((claims && !ofClaims) || (cut && ofWholeTrail) || (ran.restored > 0 && !ofRestore)) continue;
    const how = broken(ran);
    if (how !== undefined) return `${says} ${how}`;
  }
  return undefined;
}

export { intervalAt };
