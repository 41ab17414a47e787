/** A node: the domain's functions with caches, queues and clocks of their own, made as compose/context.ts makes them, without listeners. */
import type { HeadKeeper } from '@sower/server/audit/head';
import { type KeyedMutex, keyedMutex } from '@sower/server/authentication/limits/keyed-mutex';
import { acceptances, type Commit } from '@sower/server/authentication/verify/acceptance';
import { authenticator } from '@sower/server/authentication/verify/authenticate';
import type { Sealing } from '@sower/server/keys/seal/sealing';
import { mailQueue } from '@sower/server/mail/queue';
import type { KeyFollower } from '@sower/server/operations/rotation/follow';
import { tokenActivator } from '@sower/server/provisioning/distribution/activate';
import type { DeviceTypes } from '@sower/server/provisioning/profiles/device-types';
import { policyReader } from '@sower/server/store/authentication/policies';
import type { KeptTable } from '@sower/server/store/db/changes';
import type { AlteredRow } from '@sower/server/store/keys/marks';
import { mailSettingsReader } from '@sower/server/store/mail/settings';
import { settingsReader } from '@sower/server/store/operations/installation';
import type { Database } from '@sower/server/store/schema/schema';
import { isEnd } from './database.ts';
import type { Life } from './scheduler.ts';

/** What all nodes of a run have in common. */
export type Clock = {
  /** Epoch milliseconds, as a right clock shows them. */
  time: number;
  /** Of one node: how far its clock is off. */
  readonly off: number[];
};

export type Node = {
  readonly life: Life;
  readonly context: ReturnType<typeof contextOf>;
  /** Learns of data keys, and replaces what is sealed under the one before; only where the master key is changed in a run. */
  readonly follower: KeyFollower | undefined;
  /** The end of the audit chain, as it remembers it. */
  readonly auditHead: HeadKeeper;
  /** Says that it forwards the trail to a place of its own, and gives up those that none forwards to. */
  look(): Promise<void>;
  /** A point of the scheduler: another server is reached, or answers. */
  reach(what: string): Promise<void>;
  /** Waits, while time passes for all. */
  pass(seconds: number): Promise<void>;
  /** Another node announces changes. */
  heard(tables: readonly KeptTable[]): void;
};

/** Planted defects of a node; see defects.ts. */
export type Replaced = {
  /** Checks of one user are not made one after the other. */
  readonly withoutTurns?: true;
  /** What is cached never grows old. */
  readonly clockStands?: true;
  /** An acceptance is answered as soon as it is queued. */
  readonly answersBeforeCommit?: true;
  /** A commit that failed is taken for one that was done. */
  readonly takesFailureForDone?: true;
};

const PUBLIC_URL = 'https://otp.example.com';

export function contextOf(
  db: Database,
  {
    life,
    clock,
    sealing,
    deviceTypes,
    random,
    sleep,
    onAlteredRow,
    replaced = {},
  }: {
    readonly life: Life;
    readonly clock: Clock;
    readonly sealing: Sealing;
    readonly deviceTypes: DeviceTypes;
    readonly random: (length: number) => Uint8Array;
    /** A point of the scheduler. */
    readonly sleep: (milliseconds: number) => Promise<void>;
    readonly onAlteredRow: (row: AlteredRow) => void;
    readonly replaced?: Replaced;
  },
) {
  const now = (): number => clock.time + (clock.off[life.node] ?? 0);
  const monotonic = (): number => (replaced.clockStands ? 0 : clock.time);
  const mailSettings = mailSettingsReader(db, monotonic);
  let batches = 0;
  const base = {
    db,
    sealing,
    deviceTypes,
    settings: settingsReader(db, monotonic),
    mailSettings,
    queueMail: mailQueue({ sealing, mailSettings, publicUrl: PUBLIC_URL, now, random }),
    policies: policyReader(db, monotonic),
    publicUrl: PUBLIC_URL,
    now,
    random,
    monotonic,
    sleep,
    isAlone: () => false,
    // Every other batch has one more in its transaction, with others' turn between them.
    async isAwaited() {
      await sleep(0);
      batches += 1;
      return batches % 2 === 0;
    },
    databaseNow: () => clock.time,
    onAlteredRow,
  };
  const shipped = acceptances(base);
  const commit: Commit = replaced.answersBeforeCommit
    ? async (verdict) => {
        shipped(verdict).catch(() => {});
        return 'done';
      }
    : replaced.takesFailureForDone
      ? (verdict) => shipped(verdict).catch((error) => (isEnd(error) ? Promise.reject(error) : 'done'))
      : shipped;
  const inTurn: KeyedMutex = replaced.withoutTurns ? (_, work) => work() : keyedMutex();
  const whole = { ...base, commit, inTurn };
  return {
    ...whole,
    attempts: authenticator({ ...whole, observe: () => {} }),
    activate: tokenActivator(base),
  };
}
