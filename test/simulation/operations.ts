/** What clients and administrators do in a run. A command is plain data, so that fast-check can leave out those that a failure does not need. */

import { DEFAULT_MAIL_SETTINGS } from '@sower/api/mail';
import { totp } from '@sower/otp/totp';
import { linkAudit } from '@sower/server/audit/chain';
import { forwardRound } from '@sower/server/audit/forward/forward';
import type { AttemptStep } from '@sower/server/authentication/challenge/attempt';
import { requireNewPin, setPin } from '@sower/server/authentication/pin/set-pin';
import { endEmergencyAccess, giveEmergencyAccess } from '@sower/server/authentication/token-access/emergency';
import { resynchronizeToken } from '@sower/server/authentication/token-access/resynchronize';
import { testToken } from '@sower/server/authentication/token-access/test-token';
import { type Actor, SYSTEM } from '@sower/server/core/actor';
import { TextError } from '@sower/server/core/outcome';
import { record } from '@sower/server/core/record';
import { editAdministrator } from '@sower/server/directory/administrators';
import { addDomain, removeDomain } from '@sower/server/directory/domains';
import { decideOnSecondApproval } from '@sower/server/directory/second-approval';
import { editSettings } from '@sower/server/directory/settings';
import { addUser, editUser } from '@sower/server/directory/users';
import { distributeJobs } from '@sower/server/jobs/distribution/distribute';
import { distributeMany } from '@sower/server/jobs/distribution/input';
import { addJobAbout, undoJobs } from '@sower/server/jobs/distribution/undo';
import { addRule } from '@sower/server/jobs/rules/rules';
import { runRules } from '@sower/server/jobs/rules/run';
import { synchronizeJobs } from '@sower/server/jobs/synchronize/kind';
import { startDueRun, startRun } from '@sower/server/jobs/synchronize/runs';
import type { MasterKey } from '@sower/server/keys/seal/key-ring';
import { sendDueMail } from '@sower/server/mail/send-due';
import { cutAudit } from '@sower/server/operations/retention/audit';
import { doRetention } from '@sower/server/operations/retention/retention';
import { beginRotation } from '@sower/server/operations/rotation/begin';
import { admitByCode } from '@sower/server/provisioning/distribution/admission';
import { distributeToken } from '@sower/server/provisioning/distribution/distribute';
import { withdrawDistribution } from '@sower/server/provisioning/distribution/withdraw';
import { assignNextToken, unassignToken } from '@sower/server/provisioning/tokens/assign';
import { markLost, setEnabled } from '@sower/server/provisioning/tokens/enable';
import { replaceToken } from '@sower/server/provisioning/tokens/replace';
import { requestToken } from '@sower/server/requests/ask';
import {
  approveRequest,
  cancelRequest,
  distributeRequest,
  rejectRequest,
} from '@sower/server/requests/decide';
import { findForwardedEverywhere } from '@sower/server/store/audit/forwards';
import { inTransaction } from '@sower/server/store/db/transaction';
import { updateMailSettings } from '@sower/server/store/mail/settings';
import { claimApproval } from '@sower/server/store/tokens/seeds';
import { claimSchedule, insertSchedule } from '@sower/server/store/work/due';
import { cancelJob, pauseJob, resumeJob, startJob } from '@sower/server/work/jobs';
import { forgetOldJobs, type JobKind, type JobKinds, workOnJob } from '@sower/server/work/runner';
import fc from 'fast-check';
import { RACES } from '../harness/databases/claim-races.ts';
import { Directory, directoryServers, STAFF } from './directory.ts';
import type { Node } from './node.ts';
import {
  ACTOR,
  ADA,
  BOB,
  DOMAIN,
  HOLDERS,
  type Holder,
  JOB,
  KEY,
  masterOf,
  OFFER,
  PERSONS,
  PROFILE,
  PROFILE_OF_RULES,
  SPARE,
  type Stage,
} from './stage.ts';

export const KINDS = [
  'passcode',
  'wrong',
  'answer',
  'emergency',
  'test',
  'resynchronize',
  'approve',
  'give-emergency',
  'end-emergency',
  'disable',
  'enable',
  'lose',
  'disable-user',
  'enable-user',
  'distribute',
  'withdraw',
  'activate',
  'provision',
  'set-pin',
  'require-pin',
  'replace',
  'unassign',
  'assign',
  'settings',
  'schedule',
  'work',
  'pause-job',
  'resume-job',
  'cancel-job',
  'add-user',
  'add-domain',
  'remove-domain',
  'ask-token',
  'approve-request',
  'reject-request',
  'cancel-request',
  'distribute-request',
  'mail-on',
  'queue-mail',
  'send-mail',
  'link',
  'forward',
  'clean-up',
  'delete-old',
  'cut-trail',
  'change-directory',
  'change-groups',
  'run-source',
  'due-run',
  'distribute-many',
  'undo-many',
  'add-rule',
  'add-group-rule',
  'run-rules',
  'loosen',
  'tighten',
  'approve-second',
  'reject-second',
  'disable-person',
  'enable-person',
  'days',
  'wait',
] as const;
/**
 * `claim` has rows of its own, which others would find; what a restore brings back breaks most promises; a change of the master key takes
 * nodes that have their keys from the database; the last are for schedules that are written by hand.
 */
export type Kind =
  | (typeof KINDS)[number]
  | 'claim'
  | 'backup'
  | 'restore'
  | 'rotate'
  | 'follow-keys'
  | 'look-at-places'
  | 'jump';

export type Command = {
  readonly kind: Kind;
  readonly node: number;
  /** Of whom: HOLDERS. */
  readonly user: number;
  /** Which of several, or how long. */
  readonly number: number;
  /** The same request at so many nodes, as a client sends that gets no answer. */
  readonly copies: number;
  /** Begins once everything before it is answered. */
  readonly after: boolean;
};

/** Often what races most: the same passcode twice. */
const WEIGHTS: Partial<Record<Kind, number>> = {
  passcode: 8,
  wrong: 4,
  answer: 6,
  emergency: 4,
  activate: 4,
  distribute: 3,
  provision: 3,
  'follow-keys': 4,
  rotate: 2,
};

export const commands = (kinds: readonly Kind[] = KINDS, most = 10): fc.Arbitrary<Command[]> =>
  fc.array(
    fc.record({
      kind: fc.oneof(...kinds.map((kind) => ({ arbitrary: fc.constant(kind), weight: WEIGHTS[kind] ?? 1 }))),
      node: fc.nat(2),
      user: fc.nat(1),
      number: fc.nat(11),
      after: fc.boolean(),
      copies: fc.oneof(
        { arbitrary: fc.constant(1), weight: 3 },
        { arbitrary: fc.constant(2), weight: 2 },
        { arbitrary: fc.constant(3), weight: 1 },
      ),
    }),
    { minLength: 1, maxLength: most, size: 'max' },
  );

/** One request, and what came of it. */
export type Asked = {
  readonly number: number;
  readonly kind: Kind;
  readonly node: number;
  readonly began: number;
  readonly at: number;
  /** The user and the one thing that it is about: a device's interval, an attempt, a code, a token. */
  readonly userId: string;
  readonly about: string;
  readonly interval?: number;
  /** What at most one may be answered `done` for. */
  readonly once?: string;
  /** Undefined while there is no answer, which there may never be. */
  answer?: string;
  ended?: number;
  endedAt?: number;
};

/** A device as a client knows it. */
type Device = {
  readonly name: string;
  readonly holder: Holder;
  readonly seed: Uint8Array;
  readonly serial: string;
};

/** What clients know of the world. */
export class Clients {
  readonly devices: Device[] = HOLDERS.map((holder) => ({
    name: `device of ${holder.userId}`,
    holder,
    seed: holder.seed,
    serial: holder.serial,
  }));
  readonly attempts: {
    readonly userId: string;
    readonly id: string;
    readonly kind: string;
    readonly interval: number;
    readonly device: Device;
  }[] = [];
  readonly emergency: { readonly userId: string; readonly code: string; readonly answered: number }[] = [];
  readonly codes: { readonly serial: string; readonly code: string }[] = [];
  readonly pins = new Map<string, string>();
  /** What the mail server has accepted, by Message-ID, each time. */
  readonly mails: string[] = [];
  /** What another system has accepted of the audit trail: the rows of each batch. */
  readonly forwarded: (readonly string[])[] = [];
  readonly directory = new Directory();
  /** Master keys, the present one last, as each node finds it where it reads it. */
  readonly masters: MasterKey[] = [masterOf(0)];
  /** What they compete for, and how many have begun to. */
  readonly races = new Map<string, { readonly of: Contested; callers: number }>();
  /** How far the run has come, as `Asked` counts it. */
  moment: () => number = () => 0;
}

const NAMES = Object.keys(RACES);
type Contested = Awaited<ReturnType<(typeof RACES)[string]['make']>>;
/** Which claim a command is. */
export const raceOf = ({ number, user, node }: Command): string =>
  NAMES[(number + 12 * user + 24 * node) % NAMES.length] as string;

const tokencode = ({ seed }: Device, interval: number): string => totp({ key: seed, interval, digits: 8 });
export const intervalAt = (time: number): number => Math.floor(time / 60_000);

/** Text that says what a client learns; undefined if this cannot be done now. */
type Request = {
  readonly userId: string;
  readonly about: string;
  readonly interval?: number;
  readonly once?: string;
  send(node: Node): Promise<string>;
};

const CLIENT = { client: 'api-key:simulation', source: '192.0.2.1' };
const spoken = (outcome: { readonly ok: boolean; readonly problem?: string }): string =>
  outcome.ok ? 'done' : `refused: ${outcome.problem}`;

export async function requestOf(
  command: Command,
  clients: Clients,
  time: number,
  beside: Pick<Stage, 'one'>,
): Promise<Request | undefined> {
  const holder = HOLDERS[command.user % 2] as Holder;
  const { userId } = holder;
  const { number } = command;
  const devices = clients.devices.filter((device) => device.holder === holder);
  const device = devices[number % devices.length] as Device;
  const offset = (Math.floor(number / devices.length) % 4) - 1;
  const interval = intervalAt(time) + offset;
  const serialOf = (): string => (number % 3 === 2 ? SPARE.serial : holder.serial);
  const passcodeFor = (at: number): string => (clients.pins.get(device.serial) ?? '') + tokencode(device, at);
  const stepped =
    (at: number) =>
    (step: AttemptStep): string => {
      if (step.state !== 'challenge') return step.state;
      clients.attempts.push({ userId, id: step.attempt, kind: step.challenge.kind, interval: at, device });
      return `challenge: ${step.challenge.kind}`;
    };
  const act = (about: string, send: (node: Node) => Promise<string>): Request => ({ userId, about, send });
  switch (command.kind) {
    case 'passcode':
      return {
        ...{ userId, about: device.name, interval },
        send: ({ context }) =>
          context.attempts
            .start({ ...CLIENT, userId, passcode: passcodeFor(interval) })
            .then(stepped(interval)),
      };
    case 'wrong':
      return act('guess', ({ context }) =>
        context.attempts.start({ ...CLIENT, userId, passcode: '00000000' }).then(stepped(0)),
      );
    case 'answer': {
      const open = clients.attempts.filter((attempt) => attempt.userId === userId);
      const attempt = open[open.length - 1 - (number % Math.min(2, open.length))];
      if (!attempt) return undefined;
      const pin = ['7391', '8264'][number % 2] as string;
      const at = Math.max(attempt.interval + 1, intervalAt(time));
      const next = tokencode(attempt.device, at);
      const answer =
        number === 11
          ? '00000000'
          : attempt.kind.startsWith('new-pin')
            ? pin
            : attempt.kind === 'next-tokencode'
              ? next
              : (clients.pins.get(attempt.device.serial) ?? '') + next;
      return {
        ...{ userId, about: `attempt ${attempt.id}` },
        send: async ({ context }) => {
          if (attempt.kind.startsWith('new-pin') && number !== 11)
            clients.pins.set(attempt.device.serial, pin);
          const step = await context.attempts.answer({ ...CLIENT, userId, attempt: attempt.id, answer });
          return stepped(at)(step);
        },
      };
    }
    case 'emergency': {
      const known = clients.emergency.filter((code) => code.userId === userId);
      const found = known[number % known.length];
      if (!found) return undefined;
      const pin = clients.pins.get(holder.serial) ?? '';
      return act(`emergency ${found.code}`, ({ context }) =>
        context.attempts.start({ ...CLIENT, userId, passcode: pin + found.code }).then(stepped(0)),
      );
    }
    case 'test':
      return {
        ...{ userId, about: device.name, interval },
        send: async ({ context }) => {
          const tested = await testToken(context, ACTOR, {
            serial: device.serial,
            passcode: passcodeFor(interval),
          });
          return tested.ok ? tested.value.result : spoken(tested);
        },
      };
    case 'resynchronize':
      return {
        ...{ userId, about: device.name, interval: interval + 1 },
        send: async ({ context }) => {
          const [first, second] = [tokencode(device, interval), tokencode(device, interval + 1)];
          const outcome = await resynchronizeToken(context, ACTOR, { serial: device.serial, first, second });
          return outcome.ok ? 'accepted' : spoken(outcome);
        },
      };
    case 'approve': {
      // As far as clocks of devices may be off.
      const moment = intervalAt(time) + (number % 11) - 5;
      return act(`approval ${moment}`, async ({ context }) =>
        String(await claimApproval(context.db, holder.seedId, moment)),
      );
    }
    case 'give-emergency':
      return act(holder.serial, async ({ context }) => {
        const given = await giveEmergencyAccess(context, ACTOR, {
          serial: holder.serial,
          kind: 'set',
          whenTokenReturns: 'end',
        } as never);
        if (given.ok)
          for (const code of given.value.codes)
            clients.emergency.push({ userId, code, answered: clients.moment() });
        return spoken(given);
      });
    case 'end-emergency':
      return act(holder.serial, async ({ context }) =>
        spoken(await endEmergencyAccess(context, ACTOR, { serial: holder.serial })),
      );
    case 'disable':
    case 'enable':
      return act(holder.serial, async ({ context }) =>
        spoken(
          await setEnabled(context, ACTOR, { serial: holder.serial, enabled: command.kind === 'enable' }),
        ),
      );
    case 'lose':
      return act(`${number % 2 === 0 ? 'lost' : 'found'} ${holder.serial}`, async ({ context }) =>
        spoken(await markLost(context, ACTOR, { serial: holder.serial, lost: number % 2 === 0 })),
      );
    case 'disable-user':
    case 'enable-user': {
      const version = Number(
        (await beside.one('select version from users where id = ?', holder.userRow))?.version ?? 0,
      );
      const change = { enabled: command.kind === 'enable-user' };
      return {
        ...{ userId, about: userId, once: `${userId} of version ${version}` },
        send: async ({ context }) =>
          spoken(await editUser(context as never, ACTOR, { userId, version, change } as never)),
      };
    }
    case 'distribute': {
      const serial = serialOf();
      return act(serial, (node) => distribute(node, serial, number, clients).then(({ answer }) => answer));
    }
    case 'provision': {
      const serial = serialOf();
      return act(serial, async (node) => {
        const { answer, code } = await distribute(node, serial, number, clients);
        return code === undefined ? answer : activate(node, { serial, code }, clients);
      });
    }
    case 'withdraw': {
      const serial = serialOf();
      return act(serial, async ({ context }) => spoken(await withdrawDistribution(context, ACTOR, serial)));
    }
    case 'activate': {
      const known = clients.codes[clients.codes.length - 1 - (number % Math.min(3, clients.codes.length))];
      if (!known) return undefined;
      return act(`code ${known.code}`, (node) => activate(node, known, clients));
    }
    case 'set-pin': {
      const pin = ['5829', '6047'][number % 2] as string;
      // Ada's token shows tokencodes, and has no PIN.
      return act(BOB.serial, async ({ context }) => {
        const set = await setPin(context, ACTOR, { serial: BOB.serial, pin });
        if (set.ok) clients.pins.set(BOB.serial, pin);
        return spoken(set);
      });
    }
    case 'require-pin':
      return act(BOB.serial, async ({ context }) =>
        spoken(await requireNewPin(context, ACTOR, { serial: BOB.serial, required: number % 2 === 0 })),
      );
    case 'replace':
      return act(holder.serial, async ({ context }) => {
        const afterwards = number % 2 === 0 ? 'unassign' : 'delete';
        const outcome = await replaceToken(context, ACTOR, {
          serial: holder.serial,
          keepPin: false,
          afterwards,
        });
        return spoken(outcome);
      });
    case 'unassign': {
      const serial = number % 4 === 3 ? holder.serial : SPARE.serial;
      return act(serial, async ({ context }) => spoken(await unassignToken(context, ACTOR, { serial })));
    }
    case 'assign':
      return act(SPARE.serial, async ({ context }) =>
        spoken(await assignNextToken(context, ACTOR, { userId })),
      );
    case 'settings': {
      const version = Number(
        (await beside.one('select settings_version from installation'))?.settings_version ?? 0,
      );
      const window = number % 4 === 3 ? 2 : 0;
      const change = { 'verify.window': window };
      return {
        ...{ userId, about: `window ${window}`, once: `settings of version ${version}` },
        send: async ({ context }) => spoken(await editSettings(context, ACTOR, { version, change } as never)),
      };
    }
    // More codes may be shown without a second person: what the two-person rule itself guards.
    case 'loosen':
    case 'tighten': {
      const person = PERSONS[command.user % 2] as Person;
      const version = Number(
        (await beside.one('select settings_version from installation'))?.settings_version ?? 0,
      );
      const codes = command.kind === 'loosen' ? 30 : 10;
      return {
        ...{ userId: person.name, about: `${codes} codes`, once: `settings of version ${version}` },
        send: async ({ context }) =>
          spoken(
            await editSettings(context, asPerson(person), {
              version,
              change: { 'approvals.singleCodes': codes },
            }),
          ),
      };
    }
    case 'approve-second':
    case 'reject-second': {
      const row = await beside.one(
        'select id, object, decision from second_approvals order by id desc limit 1',
      );
      if (!row) return undefined;
      const [id, object] = [String(row.id), String(row.object)];
      const person = PERSONS[command.user % 2] as Person;
      return {
        ...{ userId: person.name, about: `approval ${id}`, once: `decision on ${id}` },
        send: async ({ context }) =>
          spoken(
            await decideOnSecondApproval(
              context,
              asPerson(person),
              id,
              command.kind === 'approve-second' ? object : undefined,
            ),
          ),
      };
    }
    case 'disable-person':
    case 'enable-person': {
      const person = PERSONS[command.user % 2] as Person;
      const version = Number(
        (await beside.one('select version from administrators where id = ?', person.id))?.version ?? 0,
      );
      const change = { enabled: command.kind === 'enable-person' };
      return {
        ...{ userId: person.name, about: person.name, once: `${person.name} of version ${version}` },
        send: async ({ context }) =>
          spoken(
            await editAdministrator(context as never, ACTOR, { userName: person.name, version, change }),
          ),
      };
    }
    case 'schedule': {
      const due = Number(
        (await beside.one("select next_at from schedules where id = 'simulated'"))?.next_at ?? time,
      );
      return act(`schedule ${due}`, async ({ context }) => {
        await insertSchedule(context.db, {
          id: 'simulated',
          kind: 'alerts',
          about: null,
          cron: '* * * * *',
          time_zone: 'UTC',
          next_at: due,
        });
        const claimed = await claimSchedule(
          context.db,
          { id: 'simulated', next_at: due },
          { next_at: due + 60_000 },
        );
        return claimed ? 'claimed' : 'not';
      });
    }
    case 'work':
      return act(JOB, async (node) => ((await work(node)) ? 'worked' : 'none'));
    case 'pause-job':
      return act(JOB, async ({ context }) => spoken(await pauseJob(context, ACTOR, JOB)));
    case 'resume-job':
      return act(JOB, async ({ context }) => spoken(await resumeJob(context, STARTER, JOB)));
    case 'cancel-job':
      return act(JOB, async ({ context }) => spoken(await cancelJob(context, ACTOR, JOB)));
    case 'add-user': {
      const fresh = { userId: `u${number}`, firstName: '', lastName: '', email: '', securityDomain: DOMAIN };
      return act('domain', async ({ context }) =>
        spoken(await addUser(context as never, ACTOR, fresh as never)),
      );
    }
    case 'add-domain':
      return act('domain', async ({ context }) =>
        spoken(await addDomain(context as never, ACTOR, { name: `d${number}`, parent: DOMAIN } as never)),
      );
    case 'remove-domain':
      return act('domain', async ({ context }) =>
        spoken(await removeDomain(context as never, ACTOR, DOMAIN)),
      );
    case 'ask-token':
      return act('request', async ({ context }) =>
        spoken(
          await requestToken(context, named('asker'), { userId, offer: OFFER, nickname: '', reason: '' }),
        ),
      );
    case 'approve-request':
    case 'reject-request':
    case 'cancel-request':
    case 'distribute-request':
      return decisionOf(command, holder, beside);
    case 'mail-on': {
      const version = Number((await beside.one('select version from mail_settings'))?.version ?? 0);
      const mail = { ...DEFAULT_MAIL_SETTINGS, enabled: true, host: 'localhost', from: 'sower@example.com' };
      return act('mail', async ({ context }) =>
        String(await updateMailSettings(context.db, version, { settings: JSON.stringify(mail) })),
      );
    }
    case 'queue-mail':
      return act('mail', async ({ context }) => {
        const administrator = { name: 'a', mail: 'a@example.com' };
        await inTransaction(context.db, (trx) =>
          context.queueMail(trx, { event: 'alert', userRow: administrator, values: {} }),
        );
        return 'done';
      });
    case 'send-mail':
      return act('mail', async ({ context, reach }) => {
        const sent = await sendDueMail({
          ...context,
          async sendMail(_, { raw }) {
            await reach('mail server');
            clients.mails.push(/^Message-ID: <(.*)@/im.exec(Buffer.from(raw).toString())?.[1] ?? 'none');
            await reach('answer of the mail server');
            return { kind: 'accepted', reply: '250' };
          },
        });
        return `${sent}`;
      });
    case 'link':
      return act('trail', async ({ context, auditHead }) => {
        await linkAudit({ ...context, auditHead, onAuditFindings: () => {} }, async () => {});
        return 'done';
      });
    case 'forward':
      return act('trail', async ({ context, reach }) => {
        const target = {
          ...{ name: FORWARDED_TO, fromStart: true },
          async send(rows: readonly { readonly id: string }[]) {
            await reach('receiver');
            clients.forwarded.push(rows.map(({ id }) => id));
            await reach('answer of the receiver');
          },
        };
        return String(await forwardRound({ ...context, ends: NEVER.signal }, target));
      });
    case 'delete-old':
      return act('old rows', async ({ context }) => {
        await doRetention({ ...context, backups: { running: new Set() } } as never);
        return 'done';
      });
    case 'run-source': {
      const id = String((await beside.one('select id from identity_sources'))?.id);
      const mode = number % 3 === 2 ? 'delta' : 'full';
      // One that has begun may have read what was there before.
      const open = await beside.one("select id from jobs where kind = 'synchronize' and ended_at is null");
      return act(`${mode} run of version ${clients.directory.version}`, async (node) => {
        const started = await startRun(sourceContext(node, clients), STARTER, { id, mode, preview: false });
        if (!started.ok) return spoken(started);
        await workOnSource(node, clients);
        return `${open ? 'joined' : 'done'}: ${started.value.job_id}`;
      });
    }
    case 'due-run':
      return act('due run', async (node) => {
        const due = await startDueRun(sourceContext(node, clients));
        await workOnSource(node, clients);
        return due ? 'due' : 'not';
      });
    case 'cut-trail':
      return act('trail', async ({ context }) => {
        const most = await findForwardedEverywhere(context.db);
        // Whatever its age.
        const rows = await cutAudit(context as never, context.now() + 60_000, undefined, undefined, most);
        return `done: ${rows}`;
      });
    case 'distribute-many': {
      const held = number % 2 === 0;
      const input = {
        ...{ name: `M${number}`, choose: { userIds: HOLDERS.map((one) => one.userId) }, profile: PROFILE },
        ...({ tokens: held ? 'held' : 'stock', binding: 'any', nickname: '', again: true } as const),
      };
      return act('many', async (node) => {
        const made = await distributeMany(node.context, STARTER, input);
        if (!made.ok) return spoken(made);
        const { id, name } = made.value;
        // An older job may come first.
        for (let tries = 0; tries < 2; tries += 1) {
          await work(node);
          const started = await startJob(node.context, STARTER, { id, name });
          if (started.ok) return (await work(node)) ? 'done' : 'refused: none';
        }
        return 'refused: busy';
      });
    }
    case 'undo-many': {
      const row = await beside.one(
        "select id from jobs where id <> ? and kind = 'distribute' order by created_at desc, id desc limit 1",
        JOB,
      );
      if (!row) return undefined;
      const id = String(row.id);
      return act(`job ${id}`, async (node) => {
        const undo = await addJobAbout(node.context, STARTER, id, 'undo');
        if (undo.ok) await work(node);
        return spoken(undo);
      });
    }
    case 'add-rule': {
      const rule = {
        ...({ name: `R${number % 2}`, profile: PROFILE_OF_RULES, tokens: 'stock', binding: 'any' } as const),
        ...({ enabled: true, perDay: 5, freeAfterDays: 0, leavers: 'all', renewDays: 30 } as const),
      };
      return act('rule', async ({ context }) => spoken(await addRule(context, STARTER, rule)));
    }
    case 'add-group-rule': {
      const rule = {
        ...{ name: GROUP_RULE, group: STAFF, profile: PROFILE_OF_RULES, tokens: 'mint' as const },
        ...{ binding: 'any' as const, enabled: true, perDay: 5, freeAfterDays: 0, leavers: 'own' as const },
        renewDays: 0,
      };
      const id = String((await beside.one('select id from identity_sources'))?.id);
      return act('rules', async (node) => {
        const added = await addRule(node.context, STARTER, rule);
        if (!added.ok) return spoken(added);
        // Whom it is for.
        await startRun(sourceContext(node, clients), STARTER, { id, mode: 'full', preview: false });
        await workOnSource(node, clients);
        return workOnRules(node);
      });
    }
    case 'run-rules': {
      // One that is not done has its users from before.
      const open = await beside.one(
        'select id from jobs where rule_id is not null and ended_at is null limit 1',
      );
      return act(open ? 'rules behind a job' : 'rules', workOnRules);
    }
    case 'rotate':
      return act('master key', async ({ context }) => {
        const present = clients.masters.at(-1) as MasterKey;
        const next = masterOf(clients.masters.length);
        try {
          await beginRotation(context, present, next);
          return 'done';
        } catch (error) {
          if (error instanceof TextError) return 'refused';
          throw error;
        } finally {
          // Whatever the host was answered, and if nothing was, it looks which opens the database, and leaves that to each process.
          const begun = await beside.one('select 1 from key_wraps where master = ?', next.name);
          if (begun && clients.masters.at(-1)?.name !== next.name) clients.masters.push(next);
        }
      });
    case 'follow-keys':
      return act('data keys', async ({ follower, pass }) => {
        for (let rounds = 0; rounds < 4; rounds += 1) {
          await follower?.round();
          // Five seconds until all are known to have said which keys they have, and an hour until the last step.
          await pass(rounds === 3 && number % 3 === 0 ? 3_700 : 6);
        }
        return 'done';
      });
    case 'clean-up':
      return act(JOB, async ({ context }) => {
        await forgetOldJobs(context);
        return 'done';
      });
    case 'claim': {
      const name = raceOf(command);
      const contested = clients.races.get(name);
      if (!contested) return undefined;
      return act(name, async ({ context }) => {
        const caller = contested.callers;
        contested.callers += 1;
        return Number(await RACES[name]?.call(context.db, contested.of, caller)) > 0 ? 'claimed' : 'not';
      });
    }
    case 'look-at-places':
      return act('places', async ({ look }) => {
        await look();
        return 'done';
      });
    case 'backup':
    case 'restore':
    case 'change-directory':
    case 'change-groups':
    case 'jump':
    case 'wait':
    case 'days':
      return undefined;
  }
}

/** With every right, and by which name. */
const named = (name: string): Actor => ({ ...ACTOR, kind: 'api-key', name, principal: name });

type Person = (typeof PERSONS)[number];
const asPerson = ({ id, name }: Person): Actor => ({
  ...ACTOR,
  ...{ kind: 'administrator', name, principal: id },
});

/** About the latest request of the user, as it is now. Two approvers decide, each by a name of their own. */
async function decisionOf(
  { kind, number }: Command,
  { userId, userRow }: Holder,
  beside: Pick<Stage, 'one'>,
): Promise<Request | undefined> {
  const row = await beside.one(
    'select id, version from token_requests where user_id = ? order by created_at desc, id desc limit 1',
    userRow,
  );
  if (!row) return undefined;
  const [id, version] = [String(row.id), Number(row.version)];
  const approver = named(`approver ${number % 2}`);
  const once = kind === 'approve-request' || kind === 'reject-request' ? { once: `${id} of ${version}` } : {};
  const decision = { id, version, comment: '' };
  return {
    ...{ userId, about: `request ${id}`, ...once },
    async send({ context }) {
      switch (kind) {
        case 'approve-request':
          return spoken(await approveRequest(context, approver, decision));
        case 'reject-request':
          return spoken(await rejectRequest(context, approver, decision));
        case 'cancel-request':
          return spoken(await cancelRequest(context, approver, decision));
        default:
          return spoken(
            await distributeRequest(context, named('distributor'), id, {
              deviceBinding: { kind: 'any' },
              comment: '',
            } as never),
          );
      }
    },
  };
}

export const FORWARDED_TO = 'receiver';
/** Of those in a group of the directory. */
export const GROUP_RULE = 'G';
const NEVER = new AbortController();

/** Who made the jobs. */
const STARTER: Actor = { ...ACTOR, kind: 'api-key', name: 'jobs', key: KEY };
const ROWS_AT_ONCE = 2;

/** The shipped kinds; but the rows of one job each only leave a row in the trail. The runner is the shipped one. */
const JOB_KINDS = (context: Node['context']): JobKinds => {
  const rows: JobKind = {
    needs: () => [],
    prepare: async () => ({
      ok: true,
      value: async (trx, { position, total }) => {
        const batch = Array.from(
          { length: Math.min(ROWS_AT_ONCE, total - position) },
          (_, row) => position + row,
        );
        for (const row of batch)
          await record(trx, context, SYSTEM, { action: 'token.edit', object: `token:row ${row}` });
        const next = position + batch.length;
        return { position: next, done: batch.length, leftOut: 0, failed: 0, last: next >= total };
      },
    }),
    end: () => 'done',
  };
  const distribution = distributeJobs(context);
  const of = (job: { readonly id: string }): JobKind => (job.id === JOB ? rows : distribution);
  const distribute: JobKind = {
    needs: (job) => of(job).needs(job),
    prepare: (actor, job) => of(job).prepare(actor, job),
    end: (job) => of(job).end(job),
  };
  return { distribute, undo: undoJobs(context) } as Partial<JobKinds> as JobKinds;
};

const work = ({ context }: Node): Promise<boolean> => workOnJob(context, JOB_KINDS(context), () => false);

async function workOnRules(node: Node): Promise<string> {
  await runRules(node.context);
  // The check, and what it finds; an older job may come first.
  for (let works = 0; works < 3; works += 1) await work(node);
  return 'done';
}

async function distribute({ context }: Node, serial: string, number: number, clients: Clients) {
  const input = { profile: PROFILE, deviceBinding: { kind: 'any' }, nickname: '', revokeNow: number === 7 };
  const outcome = await distributeToken(context, ACTOR, serial, input as never);
  if (!outcome.ok) return { answer: spoken(outcome) };
  const code = outcome.value.activationCode as string;
  clients.codes.push({ serial, code });
  return { answer: `done: ${code}`, code };
}

/** By the clock of the database, as background work is (compose/background.ts). */
const sourceContext = ({ context, reach }: Node, clients: Clients) => ({
  ...context,
  now: context.databaseNow,
  ldapServers: directoryServers(clients.directory, reach),
});

async function workOnSource(node: Node, clients: Clients): Promise<void> {
  const context = sourceContext(node, clients);
  const kinds = { synchronize: synchronizeJobs(context) } as Partial<JobKinds> as JobKinds;
  while (await workOnJob(context, kinds, () => false, 'synchronize'));
}

/** What an authenticator does, without the cryptography: the seed is random. */
async function activate(
  { context }: Node,
  { serial, code }: { serial: string; code: string },
  clients: Clients,
) {
  const admitted = await admitByCode(context, code);
  if (admitted.kind !== 'live') return admitted.kind;
  const K_TOKEN = context.random(16);
  const name = Buffer.from(K_TOKEN).toString('hex');
  const holder = HOLDERS.find((one) => one.userId === admitted.admission.userId) ?? ADA;
  clients.devices.push({ name: `device with ${name}`, holder, seed: K_TOKEN.slice(), serial });
  const activated = await context.activate({
    ...{
      admission: admitted.admission,
      K_TOKEN,
      keyId: '',
      requestHash: `v1:${name}` as never,
      reply: 'reply',
    },
    ...{ resendMilliseconds: 60_000, deviceId: undefined, source: undefined },
  });
  return activated ? 'activated' : 'refused';
}

/** How much time passes: a second, a minute, … */
export const waited = ({ kind, number }: Command): number =>
  kind === 'days'
    ? (number + 1) * 86_400
    : ([1, 3, 10, 30, 60, 60, 120, 300, 600, 1_800, 3_600, 60][number] as number);
