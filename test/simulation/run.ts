/** One run: nodes, what clients ask of them, what goes wrong, and in which order. The same input gives the same run. */
import type { MasterKey } from '@sower/server/keys/seal/key-ring';
import { sealing as makeSealing, type Sealing } from '@sower/server/keys/seal/sealing';
import { endWhatWasLive } from '@sower/server/operations/backup/after-restore';
import { LEFT_OUT } from '@sower/server/operations/backup/format';
import { isBehind, keyRingOf, loadKeys } from '@sower/server/operations/rotation/follow';
import { inTransaction } from '@sower/server/store/db/transaction';
import { findSettings } from '@sower/server/store/operations/installation';
import fc from 'fast-check';
import { putter, RACES, type Race } from '../harness/databases/claim-races.ts';
import type { Coverage } from './coverage.ts';
import { type Hub, isEnd, type Meddling, type NodeDatabase } from './database.ts';
import type { Node, Replaced } from './node.ts';
import {
  type Asked,
  Clients,
  type Command,
  commands,
  KINDS,
  type Kind,
  raceOf,
  waited,
} from './operations.ts';
import { inLife, type Life, type Point, Scheduler } from './scheduler.ts';
import { BEGIN, masterOf, randomFrom, type Stage } from './stage.ts';
import { PRESENT, type Version } from './version.ts';

export type Input = {
  readonly commands: readonly Command[];
  /** Who goes on, and what fails; see `faultOf`. */
  readonly choices: readonly number[];
};

export type Ran = {
  readonly asked: readonly Asked[];
  readonly clients: Clients;
  readonly stage: Stage;
  readonly scheduler: Scheduler;
  readonly ended: number;
  /** The furthest that two clocks were apart. */
  readonly apart: number;
  /** What stands at the end without a way on. */
  readonly stuck: readonly string[];
  readonly unexpected: readonly unknown[];
  readonly deadlocks: readonly string[];
  readonly faults: number;
  /** How often the database was restored from a backup. */
  readonly restored: number;
  /** By the master key as it is at the end. */
  readonly sealing: Sealing;
  /** Rows that a node took for altered. */
  readonly altered: readonly string[];
};

const NODES = 3;
/** Of an earlier version, where there is one; the others are of the present one. */
const PREVIOUS_NODE = 1;
/** Requests that wait for an answer at once. */
const MOST_AT_ONCE = 6;
/** Eight days: whatever is deleted after a week has come of age by that clock. */
const JUMP_MILLISECONDS = 8 * 86_400_000;
/** More is a loop. */
const MOST_STEPS = 5_000;

const RANGE = 1 << 20;
/** A draw of zero is: no fault, the one that has waited longest. Every fortieth or so is a fault. */
type Fault = 'end' | 'lose-answer' | 'fail' | 'time' | 'clock';
function faultOf(draw: number): Fault | undefined {
  const high = draw >>> 10;
  if (high < 1_000) return undefined;
  if (high < 1_006) return 'end';
  if (high < 1_010) return 'lose-answer';
  if (high < 1_016) return 'fail';
  return high < 1_021 ? 'time' : 'clock';
}

const ALONG: Readonly<Record<string, readonly string[]>> = {
  audit: ['audit_unlinked', 'audit_chain'],
  users: ['user_words'],
  user_names: ['user_words'],
};

/** Runs about few things meet at them more often than runs about everything. */
const THEMES: readonly (readonly Kind[])[] = [
  KINDS,
  ['passcode', 'wrong', 'wait'],
  ['passcode', 'answer', 'wrong', 'set-pin', 'require-pin', 'wait'],
  ['give-emergency', 'emergency', 'end-emergency', 'passcode', 'disable', 'enable'],
  ['distribute', 'activate', 'withdraw', 'passcode', 'disable', 'enable'],
  ['provision', 'passcode', 'replace', 'unassign', 'assign'],
  ['replace', 'distribute', 'activate', 'passcode', 'unassign', 'assign'],
  ['passcode', 'test', 'resynchronize', 'disable', 'enable', 'lose', 'disable-user', 'enable-user'],
  ['work', 'pause-job', 'resume-job', 'cancel-job', 'wait'],
  ['add-user', 'remove-domain', 'add-domain'],
  ['loosen', 'tighten', 'approve-second', 'reject-second', 'disable-person', 'enable-person', 'days'],
  ['loosen', 'approve-second', 'tighten', 'disable-person'],
  ['settings', 'schedule', 'approve', 'wait', 'passcode'],
  ['ask-token', 'approve-request', 'reject-request', 'cancel-request', 'distribute-request', 'disable-user'],
  ['ask-token', 'approve-request', 'distribute-request', 'replace', 'assign'],
  ['mail-on', 'queue-mail', 'send-mail', 'wait'],
  ['mail-on', 'distribute', 'activate', 'passcode', 'set-pin'],
  ['link', 'passcode', 'wrong', 'disable', 'enable'],
  ['work', 'pause-job', 'resume-job', 'clean-up', 'days'],
  ['distribute-many', 'undo-many', 'work', 'disable-user', 'disable', 'distribute'],
  ['distribute-many', 'undo-many', 'replace', 'withdraw', 'unassign', 'assign'],
  ['add-rule', 'run-rules', 'work', 'disable-user', 'unassign', 'assign'],
  ['forward', 'link', 'passcode', 'disable', 'enable', 'wait'],
  ['run-source', 'due-run', 'change-directory', 'run-source', 'wrong', 'disable-user'],
  ['run-source', 'change-directory', 'due-run', 'days'],
  ['run-source', 'change-groups', 'change-directory', 'due-run', 'wait'],
  ['run-source', 'change-groups', 'add-group-rule', 'run-rules', 'work'],
  ['cut-trail', 'link', 'disable', 'set-pin'],
  ['cut-trail', 'forward', 'link', 'disable'],
  ['backup', 'restore', 'passcode', 'approve', 'wait'],
  ['backup', 'restore', 'give-emergency', 'emergency', 'passcode', 'answer', 'require-pin', 'wait'],
  ['backup', 'restore', 'distribute', 'activate', 'provision', 'passcode', 'replace', 'distribute-many'],
  ['rotate', 'follow-keys', 'set-pin', 'require-pin', 'passcode'],
  [
    'rotate',
    'follow-keys',
    'wait',
    'distribute',
    'activate',
    'passcode',
    'answer',
    'give-emergency',
    'emergency',
  ],
  [
    'rotate',
    'follow-keys',
    'wait',
    'set-pin',
    'link',
    'cut-trail',
    'loosen',
    'disable-person',
    'replace',
    'unassign',
  ],
  ['delete-old', 'days', 'passcode', 'answer', 'distribute', 'activate', 'clean-up'],
  // Each of them competes for one of forty things.
  ['claim'],
  ['claim'],
  ['claim'],
  ['claim'],
];

export const inputs = (themes: readonly (readonly Kind[])[] = THEMES, most?: number): fc.Arbitrary<Input> =>
  fc.record({
    commands: fc.oneof(...themes.map((kinds) => commands(kinds, most))),
    choices: fc.oneof(
      fc.noBias(fc.array(fc.nat(RANGE - 1), { maxLength: 200, size: 'max' })),
      // Without faults.
      fc.noBias(fc.array(fc.nat(1_023), { maxLength: 200, size: 'max' })),
    ),
  });

const FAILURES: readonly (() => Error)[] = [
  () => Object.assign(new Error('database or disk is full'), { errcode: 13 }),
  () =>
    Object.assign(new Error('the database system is shutting down'), { code: '57P01', severity: 'FATAL' }),
  () => Object.assign(new Error('deadlock detected'), { code: '40P01', severity: 'ERROR' }),
];

export type Simulation = {
  run(input: Input): Promise<Ran>;
  /** From now on. */
  meddle(meddling: Meddling, replaced?: Replaced): Promise<void>;
  readonly stage: Stage;
  close(): Promise<void>;
};

/**
 * Where a node stands is read from its stack. On SQLite that takes a third of the time of a schedule: the first are counted, then every tenth.
 * On PostgreSQL, most of the time is the database's.
 */
const COUNTED = 1_000;
const isCounted = (run: number, { settle }: Stage): boolean =>
  settle !== undefined || run < COUNTED || run % 10 === 0;

/**
 * @param coverage counts where schedules went through
 * @param previous the version of one of the nodes
 */
export async function simulation(
  stage: Stage,
  {
    coverage,
    previous,
  }: { readonly coverage?: Coverage | undefined; readonly previous?: Version | undefined } = {},
): Promise<Simulation> {
  const versions: readonly Version[] = Array.from({ length: NODES }, (_, number) =>
    previous && number === PREVIOUS_NODE ? previous : PRESENT,
  );
  const hub: Hub = {
    scheduler: new Scheduler([]),
    meddling: {},
    writer: undefined,
    losing: new Set(),
    announce: () => {},
    onStatement: () => {},
    deadlocks: [],
  };
  const opened = (): NodeDatabase[] => versions.map((version) => stage.node(hub, version));
  let databases = opened();
  const reopen = async (): Promise<void> => {
    for (const database of databases) await database.close();
    databases = opened();
  };
  const unwatch = coverage?.watchStatements();
  let runs = 0;
  let replaced: Replaced = {};
  let last: Promise<unknown> = Promise.resolve();
  const tablesOf = new Map<string, readonly string[]>();
  const changed = new Set<string>();
  hub.onStatement = (sql) => {
    let tables = tablesOf.get(sql);
    if (!tables) {
      const named = [...sql.matchAll(/\b(?:insert into|update|delete from)\s+"?([a-z_]+)"?/g)];
      // What the writer and triggers change with it, no statement names.
      tables = named.flatMap(([, table = '']) => [table, ...(ALONG[table] ?? [])]);
      tablesOf.set(sql, tables);
    }
    for (const table of tables) changed.add(table);
  };
  return {
    stage,
    async meddle(meddling, instead = {}) {
      hub.meddling = meddling;
      replaced = instead;
      await reopen();
    },
    async run(input) {
      // One that was given up, as when the time for all of them is over, ends first.
      await last;
      const ran = runFrom(input);
      last = ran.catch(() => {});
      return ran;
    },
    async close() {
      await last;
      unwatch?.();
      for (const database of databases) await database.close();
      await stage.close();
    },
  };
  async function runFrom(input: Input): Promise<Ran> {
    await stage.reset(changed);
    changed.clear();
    hub.writer = undefined;
    hub.losing.clear();
    hub.deadlocks = [];
    // IDs are in order within a process: those of a run are not to go on from those of the run before.
    for (const { newId } of new Set(versions))
      newId({ now: () => 0, random: (length) => new Uint8Array(length) });
    if (coverage) coverage.counts = isCounted(runs, stage);
    runs += 1;
    const scheduler = new Scheduler(input.choices, { coverage, settle: stage.settle });
    hub.scheduler = scheduler;
    const ran = await scheduler.withTurns(() =>
      runOn({ stage, hub, versions, databases, scheduler, input, replaced, changed }),
    );
    await stage.gather(changed);
    // What hangs would hold a connection in the next run.
    if (ran.stuck.length > 0) await reopen();
    return ran;
  }
}

async function runOn({
  stage,
  hub,
  versions,
  databases,
  scheduler,
  input,
  replaced,
  changed,
}: {
  readonly stage: Stage;
  readonly hub: Hub;
  /** By the number of the node. */
  readonly versions: readonly Version[];
  readonly databases: readonly NodeDatabase[];
  readonly scheduler: Scheduler;
  readonly input: Input;
  readonly replaced: Replaced;
  /** Tables that statements have changed so far. */
  readonly changed: ReadonlySet<string>;
}): Promise<Ran> {
  const clock = { time: BEGIN, off: [0, 0, 0] };
  const random = randomFrom(4_711);
  const clients = new Clients();
  clients.moment = () => scheduler.trace.length;
  const asked: Asked[] = [];
  const unexpected: unknown[] = [];
  const nodes: Node[] = [];
  let apart = 0;
  let faults = 0;
  let starts = 0;
  let restored = 0;
  const altered: string[] = [];
  const rotates = input.commands.some(({ kind }) => kind === 'rotate');

  async function start(number: number): Promise<void> {
    starts += 1;
    const version = versions[number] as Version;
    const { contextOf, headKeeper, keyRingOf, keyFollower, loadKeys, placesLook, deviceTypes } = version;
    const life: Life = {
      node: number,
      name: `node ${number}${version === PRESENT ? '' : ' of the version before'}${starts > NODES ? ` (start ${starts})` : ''}`,
      ended: false,
    };
    const { db, heard } = await (databases[number] as NodeDatabase).open(life);
    const keyRing = keyRingOf(clients.masters.at(-1) as MasterKey);
    if (rotates) await loadKeys(db, keyRing, () => clock.time);
    const sealing = rotates
      ? version.sealing(
          () => keyRing.keys,
          random,
          () => isBehind(keyRing, clock.time),
        )
      : version === PRESENT
        ? stage.sealing
        : version.sealing(masterOf(0).octets as Uint8Array, random);
    const context = contextOf(db, {
      life,
      clock,
      sealing,
      deviceTypes: deviceTypes ?? stage.deviceTypes,
      random,
      replaced,
      sleep: () => scheduler.point('sleep'),
      onAlteredRow: ({ table, id }) => altered.push(`${table} ${id}`),
    });
    const readMaster = async (): Promise<MasterKey> => clients.masters.at(-1) as MasterKey;
    nodes[number] = {
      ...{ life, heard, context, auditHead: headKeeper(context) },
      follower: rotates ? keyFollower({ ...context, keyRing, readMaster }) : undefined,
      look: placesLook(context, [{ name: `place ${number}`, fromStart: false, send: async () => {} }]),
      reach: (what) => scheduler.point(what),
      async pass(seconds) {
        await scheduler.point(`${seconds} s pass`);
        clock.time += seconds * 1_000;
      },
    };
  }
  hub.announce = (tables, from) => {
    for (const node of nodes)
      if (node.life !== from && !node.life.ended)
        inLife(node.life, () => scheduler.point(`hears of ${tables.join()}`)).then(
          () => node.heard(tables),
          () => {},
        );
  };
  for (let number = 0; number < NODES; number += 1) await start(number);
  // Before anything is scheduled.
  const { db } = (nodes[0] as Node).context;
  const contested = new Set(input.commands.filter(({ kind }) => kind === 'claim').map(raceOf));
  // Until the one row is there again.
  if (contested.has('claimInstallation')) contested.delete('claimSerials');
  for (const name of contested)
    clients.races.set(name, { of: await (RACES[name] as Race).make(await putter(db), db), callers: 0 });

  /** All nodes are stopped, a host loads the last backup, and ends what was live. */
  async function restore(host: number): Promise<void> {
    for (const { life } of nodes) if (!life.ended) scheduler.end(life);
    await scheduler.settle();
    await stage.restore(changed);
    scheduler.trace.push('the database is restored');
    restored += 1;
    for (let number = 0; number < NODES; number += 1) await start(number);
    const { context } = nodes[host] as Node;
    const { settings } = await findSettings(context.db);
    await inTransaction(context.db, (trx) =>
      endWhatWasLive(trx, context, settings, { since: 'backup', keepCodes: false, hotpJump: undefined }),
    );
  }

  async function begin(command: Command): Promise<void> {
    if (command.kind === 'wait' || command.kind === 'days') {
      clock.time += waited(command) * 1_000;
      scheduler.trace.push(`${waited(command)} s pass`);
      return;
    }
    if (command.kind === 'change-directory') {
      scheduler.trace.push(clients.directory.change(command.number, clock.time));
      return;
    }
    if (command.kind === 'change-groups') {
      scheduler.trace.push(clients.directory.regroup(command.number));
      return;
    }
    if (command.kind === 'backup') {
      await stage.backUp(changed, LEFT_OUT);
      scheduler.trace.push('the database is backed up');
      return;
    }
    if (command.kind === 'restore') return restore(command.node);
    if (command.kind === 'jump') {
      clock.off[command.node] = JUMP_MILLISECONDS;
      scheduler.trace.push(`node ${command.node}: its clock jumps ahead`);
      return;
    }
    // Each process does so every second.
    const copies = command.kind === 'follow-keys' ? NODES : command.copies;
    for (let copy = 0; copy < copies; copy += 1) {
      const node = nodes[(command.node + copy) % NODES] as Node;
      const { requestOf } = versions[node.life.node] as Version;
      const request = await requestOf(command, clients, clock.time, stage);
      if (!request) return;
      const { userId, about, interval, once } = request;
      const one: Asked = {
        ...{ number: asked.length, kind: command.kind, node: node.life.node, began: scheduler.trace.length },
        ...{
          at: clock.time,
          userId,
          about,
          ...(interval === undefined ? {} : { interval }),
          ...(once === undefined ? {} : { once }),
        },
      };
      asked.push(one);
      scheduler.trace.push(
        `${node.life.name} is asked (${one.number}): ${command.kind} ${userId} ${about} ${interval ?? ''}`,
      );
      const { life } = node;
      inLife(life, () => request.send(node)).then(
        (answer) => {
          if (life.ended) return;
          one.answer = answer;
          one.ended = scheduler.trace.length;
          one.endedAt = clock.time;
          scheduler.trace.push(`${life.name} answers (${one.number}): ${answer}`);
        },
        (error) => {
          if (life.ended || isEnd(error)) return;
          one.answer = 'error';
          one.ended = scheduler.trace.length;
          one.endedAt = clock.time;
          scheduler.trace.push(`${life.name} answers (${one.number}): error ${(error as Error).message}`);
          if (!isExpected(error)) unexpected.push(error);
        },
      );
    }
  }

  const queue = [...input.commands];
  async function meddle(fault: Fault, draw: number, point: Point | undefined): Promise<boolean> {
    const life = point?.life ?? nodes[draw % NODES]?.life;
    if (!life) return false;
    switch (fault) {
      case 'end':
        scheduler.end(life);
        await scheduler.settle();
        await start(life.node);
        return true;
      case 'lose-answer':
        hub.losing.add(life);
        return false;
      case 'fail':
        if (!point || point.what === 'commit' || point.what.includes('answer') || point.what === 'turn')
          return false;
        scheduler.fail(point, (FAILURES[draw % FAILURES.length] as () => Error)());
        return true;
      case 'time':
        clock.time += [1_000, 5_000, 60_000, 400_000][draw % 4] as number;
        scheduler.trace.push('time passes');
        return true;
      case 'clock':
        // Clocks of several nodes differ by less than a minute (hold-back.ts).
        clock.off[life.node] = ((draw % 5) - 2) * 10_000;
        apart = Math.max(apart, Math.max(...clock.off) - Math.min(...clock.off));
        scheduler.trace.push(`${life.name}: its clock is ${clock.off[life.node]} ms off`);
        return true;
    }
  }

  for (;;) {
    await scheduler.settle();
    const points = scheduler.runnable();
    const waitingFor = asked.filter(({ answer }) => answer === undefined).length;
    const mayBegin =
      queue[0] !== undefined && (points.length === 0 || (waitingFor < MOST_AT_ONCE && !queue[0].after));
    const options = points.length + (mayBegin ? 1 : 0);
    if (options === 0 && (await stage.goesOn?.())) continue;
    if (options === 0 || scheduler.steps > MOST_STEPS) break;
    const draw = scheduler.draw();
    const chosen = (draw & 1_023) % options;
    const point = points[chosen];
    const fault = faultOf(draw);
    if (fault) faults += 1;
    if (fault && (await meddle(fault, draw, point))) continue;
    if (point) scheduler.go(point);
    else await begin(queue.shift() as Command);
  }
  const keyRing = keyRingOf(clients.masters.at(-1) as MasterKey);
  if (rotates) await loadKeys((nodes[0] as Node).context.db, keyRing);
  return {
    ...{
      asked,
      clients,
      stage,
      scheduler,
      unexpected,
      apart,
      faults,
      restored,
      altered,
      sealing: makeSealing(() => keyRing.keys, random),
      ended: clock.time,
      deadlocks: hub.deadlocks,
    },
    stuck: scheduler.waiting.map(({ life, what }) => `${life.name}: ${what}`),
  };
}

/** A lock that another node has kept for longer than a caller waits (postgresql/hot.ts). */
const TOO_SLOW = ['57014', '55P03'];

/** What callers get as 503, rather than a bug. */
function isExpected(error: unknown): boolean {
  const { errcode, code, message } = error as Error & { errcode?: unknown; code?: unknown };
  return (
    errcode === 13 ||
    // Held up while the others changed their data key.
    /^data key \d+ is not known here/.test(message) ||
    ['57P01', '40P01', '08006', ...(TOO_SLOW as readonly unknown[])].includes(code as string)
  );
}
