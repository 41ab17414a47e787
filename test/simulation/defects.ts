/**
 * Defects that are planted at run time, without a change of shipped files: a statement without its condition, a commit that is answered early,
 * a cache that is not told. Each has to be found; README.md has the table.
 */
import type { Meddling } from './database.ts';
import type { Replaced } from './node.ts';
import type { Kind } from './operations.ts';

export type Defect = {
  readonly what: string;
  readonly meddling?: Meddling;
  readonly replaced?: Replaced;
  /** What has to happen for it to show. */
  readonly kinds: readonly Kind[];
  /** Only there would it be one. */
  readonly on?: 'postgresql';
  /** So many schedules are enough, with the seed of the test. */
  readonly within: number;
};

const memo = (rewrite: (sql: string) => string): ((sql: string) => string) => {
  const known = new Map<string, string>();
  return (sql) => {
    let text = known.get(sql);
    if (text === undefined) {
      text = rewrite(sql);
      known.set(sql, text);
    }
    return text;
  };
};

/** Always true, with the parameters that the condition has. */
const without = (condition: RegExp, where = /./): Meddling => ({
  rewrite: memo((sql) => (where.test(sql) ? sql.replace(condition, (found) => `(${found} or 1 = 1)`) : sql)),
});
/** Changes nothing. */
const dropped = (statement: RegExp): Meddling => ({
  rewrite: memo((sql) => {
    if (!statement.test(sql)) return sql;
    if (/ where /.test(sql) && !/^\s*(with|insert)/.test(sql))
      return sql.replace(/ where (?!.* where )/s, ' where 1 = 0 and ');
    return sql.includes(' values (') && !sql.startsWith('with')
      ? sql.replace(/ values \((.*)\)\s*$/s, (_, values) => ` select ${values} where 1 = 0`)
      : `${sql} where 1 = 0`;
  }),
});
const replacing = (found: RegExp, by: string, where = /./): Meddling => ({
  rewrite: memo((sql) => (where.test(sql) ? sql.replace(found, by) : sql)),
});
/** A row is read where it should be taken. */
const readInstead = (table: string): Meddling => ({
  rewrite: memo((sql) => {
    const found = new RegExp(`^delete from "${table}" where (.*) returning (.*)$`).exec(sql);
    return found ? `select ${found[2]} from "${table}" where ${found[1]}` : sql;
  }),
});

/** Rows are read, and others may change them until the transaction ends. */
const unlocked = (where: RegExp): Meddling =>
  replacing(/\s+for (?:no key update|update|key share)\b(?: of \S+)?(?: skip locked)?/g, '', where);

const PASSCODES: readonly Kind[] = ['passcode', 'wait'];
const SECONDS: readonly Kind[] = ['loosen', 'approve-second', 'reject-second'];
const TRAIL: readonly Kind[] = ['cut-trail', 'forward', 'link', 'disable'];
const RUNS: readonly Kind[] = ['run-source', 'change-directory', 'due-run'];
const GROUPS: readonly Kind[] = ['run-source', 'run-source', 'change-groups', 'due-run'];
const GROUP_RULES: readonly Kind[] = ['add-group-rule', 'change-groups', 'run-source', 'run-rules'];
const IN_GROUP = /exists \(select 1 from user_groups g where g\.user_id = "u"\."id" and g\.name = \?\)/g;
const GUESSES: readonly Kind[] = ['wrong'];
const QUESTIONS: readonly Kind[] = ['passcode', 'answer'];
const EMERGENCY: readonly Kind[] = ['give-emergency', 'emergency', 'end-emergency'];
const CODES: readonly Kind[] = ['distribute', 'activate', 'withdraw'];
const PROVISIONED: readonly Kind[] = ['provision', 'passcode'];
const BARRED: readonly Kind[] = ['disable', 'disable-user', 'lose', 'passcode'];
const REPLACED: readonly Kind[] = ['replace', 'provision', 'passcode', 'unassign'];

export const DEFECTS: readonly Defect[] = [
  {
    what: 'the compare-and-set of an interval without its condition',
    within: 5,
    kinds: PASSCODES,
    meddling: without(/seeds\.position < (\?|v\.position|"v"\."position")/),
  },
  {
    what: 'it accepts the present interval again',
    within: 5,
    kinds: PASSCODES,
    meddling: replacing(/seeds\.position < /, 'seeds.position <= '),
  },
  {
    what: 'the seed is moved back',
    within: 5,
    kinds: PASSCODES,
    meddling: replacing(
      /update seeds set position = (\?|"v"\."position"|v\.position)/,
      'update seeds set position = -1 + 0 * $1',
    ),
  },
  {
    what: 'an acceptance without its audit row',
    within: 5,
    kinds: PASSCODES,
    meddling: dropped(/insert into "audit" /),
  },
  {
    what: 'an audit row that is not linked, and that no link waits for',
    within: 5,
    kinds: PASSCODES,
    meddling: replacing(/^\/\* linked \*\/ /, ''),
  },
  {
    what: 'guesses counted whatever was counted since the check',
    within: 20,
    kinds: GUESSES,
    meddling: without(/held\.guess_version = ("v"\."seen"|v\.seen)/, /update users set\s+guess_version/),
  },
  {
    what: 'a guess that does not make others stale',
    within: 5,
    kinds: GUESSES,
    meddling: replacing(/guess_version = users\.guess_version \+ 1/, 'guess_version = users.guess_version'),
  },
  {
    what: 'failures of a token counted as one',
    within: 20,
    kinds: GUESSES,
    meddling: replacing(/failures = tokens\.failures \+ 1/, 'failures = 1'),
  },
  {
    what: 'failures of a token not counted',
    within: 20,
    kinds: GUESSES,
    meddling: replacing(/failures = tokens\.failures \+ 1/, 'failures = tokens.failures'),
  },
  {
    what: 'a check before the queue: in no turn, and on any count',
    within: 20,
    kinds: GUESSES,
    replaced: { withoutTurns: true },
    meddling: without(/held\.guess_version = ("v"\."seen"|v\.seen)/, /update users set\s+guess_version/),
  },
  { what: 'a question read, not claimed', within: 20, kinds: QUESTIONS, meddling: readInstead('attempts') },
  {
    what: 'an emergency tokencode read, not claimed',
    within: 5,
    kinds: ['give-emergency', 'emergency'],
    meddling: readInstead('emergency_codes'),
  },
  {
    what: 'earlier emergency tokencodes stay',
    within: 20,
    kinds: EMERGENCY,
    meddling: dropped(/^delete from "emergency_codes" where "token_id"/),
  },
  {
    what: 'an activation code redeemed in any state',
    within: 20,
    kinds: CODES,
    meddling: without(/distributions\.state in \('issued', 'opened'\)/),
  },
  {
    what: 'a withdrawal that withdraws nothing',
    within: 5,
    kinds: CODES,
    meddling: replacing(
      /set "state" = \?, "reason" = \?, "text" = \? where/,
      'set "state" = "state", "reason" = coalesce(?, ?, ?) where',
      /^update "distributions" set "state" = .*"state" in/,
    ),
  },
  {
    what: 'a redeemed code without its seed',
    within: 20,
    kinds: CODES,
    meddling: dropped(/^insert into "seeds"/),
  },
  {
    what: 'other seeds stay after the first tokencode',
    within: 20,
    kinds: PROVISIONED,
    meddling: replacing(/^delete from seeds where token_id/, 'delete from seeds where 1 = 0 and token_id'),
  },
  {
    what: 'an approval without its condition',
    within: 5,
    kinds: ['approve'],
    meddling: without(/"approved" < \?/),
  },
  {
    what: 'a time of a schedule claimed without its condition',
    within: 5,
    kinds: ['schedule'],
    meddling: without(/"next_at" = \?(?=\)? returning)/, /^update "schedules"/),
  },
  {
    what: 'an approval of a second administrator used twice',
    within: 60,
    kinds: ['claim'],
    meddling: without(/"used_at" is null/, /^update "second_approvals"/),
  },
  {
    what: 'a decision of a second administrator over an earlier one',
    within: 60,
    kinds: SECONDS,
    meddling: without(/"decision" is null/, /^update "second_approvals"/),
  },
  {
    what: 'an approval of a second administrator that does not end',
    within: 120,
    kinds: ['loosen', 'approve-second', 'days'],
    meddling: without(/"expires_at" > \?/, /second_approvals/),
  },
  {
    what: 'settings stored whatever their version',
    within: 5,
    kinds: ['settings'],
    meddling: without(/"settings_version" = \?(?=\)? returning)/),
  },
  {
    what: 'a pass over what is sealed that leaves out a table',
    within: 20,
    kinds: ['rotate', 'follow-keys', 'follow-keys', 'set-pin'],
    meddling: replacing(/from "seeds"/, 'from "seeds" where 1 = 0', /^\s*select "id", "sealed" from "seeds"/),
  },
  {
    what: 'a restore that leaves seeds where they were',
    within: 80,
    kinds: ['restore', 'passcode'],
    meddling: dropped(/^update "seeds" set "position" = .*"algorithm" != \?/s),
  },
  {
    what: 'a restore that leaves approvals of devices usable',
    within: 60,
    kinds: ['restore', 'approve'],
    meddling: dropped(/^update "seeds" set "approved" = \? where "approved"/),
  },
  {
    what: 'a restore that leaves activation codes',
    within: 400,
    kinds: ['backup', 'restore', 'distribute', 'activate'],
    meddling: replacing(
      /where /,
      'where 1 = 0 and ',
      /^select "id" from "distributions" where "state" in .* limit \?$/,
    ),
  },
  {
    what: 'a user stored whatever the version',
    within: 5,
    kinds: ['disable-user', 'enable-user'],
    meddling: without(/"version" = \?(?=\)? returning)/, /^update "users"/),
  },
  {
    what: 'a token disabled in words only',
    within: 60,
    kinds: BARRED,
    meddling: dropped(/^update "tokens" set "enabled" = \?, "version"/),
  },
  {
    what: 'a disabled token not looked at',
    within: 60,
    kinds: BARRED,
    meddling: replacing(/tokens\.enabled as token_enabled/, '1 as token_enabled'),
  },
  {
    what: 'a lost token not looked at',
    within: 20,
    kinds: ['lose', 'passcode'],
    meddling: replacing(/tokens\.lost as token_lost/, '0 as token_lost'),
  },
  {
    what: 'a disabled user not looked at',
    within: 20,
    kinds: BARRED,
    meddling: replacing(/users\.enabled as user_enabled/, '1 as user_enabled'),
  },
  {
    what: 'a row read once by each node, and never again',
    within: 20,
    kinds: BARRED,
    meddling: { readsOnce: true },
  },
  {
    what: 'seeds stay with a token that was given back',
    within: 5,
    kinds: REPLACED,
    meddling: dropped(/delete from "seeds" where token_id in \(select tokens\.id/),
  },
  {
    what: 'a pair stays when its token is given back',
    within: 20,
    kinds: REPLACED,
    meddling: dropped(/delete from "replacements" where token_id in \(select v\.id/),
  },
  {
    what: 'a token that was given back stays enabled',
    within: 5,
    kinds: REPLACED,
    meddling: replacing(
      /set "user_id" = \?, "enabled" = \?/,
      'set "user_id" = ?, "enabled" = 1 + 0 * ?',
      /^update "tokens"/,
    ),
  },
  {
    what: 'a PIN stays with a token that was given back',
    within: 20,
    kinds: ['set-pin', 'unassign'],
    meddling: replacing(
      /"pin" = \?, "pin_set_at"/,
      '"pin" = coalesce(?, "pin"), "pin_set_at"',
      /^update "tokens" set "user_id"/,
    ),
  },
  {
    what: 'a guess without its audit row',
    within: 5,
    kinds: GUESSES,
    meddling: dropped(/insert into "audit" /),
  },
  {
    what: 'the start of the next batch is not noted',
    within: 20,
    kinds: ['work', 'pause-job', 'resume-job', 'wait'],
    meddling: replacing(/"position" = \?, "done"/, '"position" = 0 * ?, "done"', /^update "jobs"/),
  },
  {
    what: 'a batch of a job that was paused or taken away',
    within: 20,
    kinds: ['work', 'pause-job', 'cancel-job', 'wait'],
    meddling: without(/"lease" = \? and "state" = \?(?=\)? returning)/, /^update "jobs"/),
  },
  {
    what: 'a domain is deleted with what is in it',
    within: 20,
    kinds: ['add-user', 'remove-domain'],
    meddling: replacing(/\(select count\(\*\) from "users"/, '(select 0 * count(*) from "users"'),
  },
  {
    what: 'claims answered before they are carried out',
    within: 20,
    kinds: PASSCODES,
    meddling: { answersClaimsEarly: true },
  },
  {
    what: 'an acceptance answered before its commit',
    within: 5,
    kinds: QUESTIONS,
    replaced: { answersBeforeCommit: true },
  },
  {
    what: 'a commit answered before it is carried out',
    within: 60,
    kinds: ['disable', 'passcode'],
    meddling: { answersCommitsEarly: true },
  },
  {
    what: 'a commit that is answered and does not happen',
    within: 20,
    kinds: ['passcode', 'answer', 'disable', 'wrong'],
    meddling: { losesCommits: true },
  },
  {
    what: 'each statement of a transaction by itself',
    within: 20,
    kinds: ['passcode', 'wrong', 'disable', 'set-pin'],
    meddling: { tearsTransactions: true },
  },
  {
    what: 'what failed half way is kept',
    within: 100,
    kinds: ['passcode', 'wrong', 'distribute', 'disable'],
    meddling: { commitsFailed: true },
  },
  {
    what: 'a statement that failed is not noticed',
    within: 100,
    kinds: ['wrong', 'passcode', 'distribute', 'disable'],
    meddling: { ignoresFailures: true },
  },
  {
    what: 'a commit that failed is taken for one that was done',
    within: 60,
    kinds: PASSCODES,
    replaced: { takesFailureForDone: true },
  },
  {
    what: 'a cache that is not told of changes',
    within: 500,
    kinds: ['settings', 'passcode', 'wrong'],
    meddling: { swallows: () => true },
  },
  {
    what: 'a cache that neither is told nor grows old',
    within: 300,
    kinds: ['settings', 'passcode', 'wrong', 'wait'],
    meddling: { swallows: () => true },
    replaced: { clockStands: true },
  },
  {
    what: 'the age of a paused job counted since it was made',
    within: 20,
    kinds: ['pause-job', 'clean-up', 'days'],
    meddling: replacing(/coalesce\("state_since", "created_at"\)/, '"created_at"'),
  },
  {
    what: 'a request decided whatever its version',
    within: 60,
    kinds: ['ask-token', 'approve-request', 'reject-request', 'cancel-request'],
    meddling: without(/"version" = \?(?= and| returning|$)/, /^update "token_requests"/),
  },
  {
    what: 'two steps of a request approved by one person',
    within: 20,
    kinds: ['ask-token', 'approve-request'],
    meddling: replacing(
      /where "request_id" in/,
      'where 1 = 0 and "request_id" in',
      /^select .*"request_decisions"/,
    ),
  },
  {
    what: 'a mail claimed while another node sends it',
    within: 20,
    kinds: ['mail-on', 'queue-mail', 'send-mail'],
    meddling: replacing(/next_at = \?, attempts/, 'next_at = 0 * ?, attempts', /update mail set lease/),
  },
  {
    what: 'a row that waits to be linked, forgotten when others are linked',
    within: 60,
    kinds: ['link', 'passcode', 'wrong'],
    meddling: replacing(
      /where "?audit_id"? in \((select value from json_each\(\?\)|[?, ]+)\)/,
      'where (audit_id in ($1) or 1 = 1)',
      /^delete from "?audit_unlinked/,
    ),
  },
  {
    what: 'an undo that leaves the codes as they are',
    within: 60,
    kinds: ['distribute-many', 'undo-many'],
    meddling: replacing(
      /where distributions\."id" in/,
      'where 1 = 0 and distributions."id" in',
      /set state = 'withdrawn'/,
    ),
  },
  {
    what: 'a receiver of the trail that is behind by one more link than it has got',
    within: 40,
    kinds: ['forward', 'link', 'passcode'],
    meddling: replacing(/"seq" = \?/, '"seq" = 1 + ?', /^update "audit_forwards"/),
  },
  {
    what: 'a trail cut beyond what has arrived where it is forwarded to',
    within: 200,
    kinds: TRAIL,
    meddling: replacing(/min\("seq"\)/, '9 + min("seq")', /"audit_forwards"/),
  },
  {
    what: 'a cut that takes one link more than it says',
    within: 60,
    kinds: TRAIL,
    meddling: replacing(/"seq" <= \?/, '"seq" <= 1 + ?', /^delete from "audit_chain"/),
  },
  {
    what: 'a user taken for gone before the last page of the directory was read',
    within: 60,
    kinds: RUNS,
    meddling: replacing(/"?job_id"? = \?/, 'job_id = ? and position = 0', /as "?found"?/),
  },
  {
    what: 'a group that a user has left stays recorded',
    within: 20,
    kinds: GROUPS,
    meddling: dropped(/^delete from "user_groups"/),
  },
  {
    what: 'a user who joins a group, and is not changed, is not read',
    within: 120,
    kinds: GROUPS,
    meddling: replacing(
      /"source_state" != \?/,
      '1 = 0 and "source_state" != ?',
      /"source_name", "domain" from "users"/,
    ),
  },
  {
    what: 'a role stays when its group is left',
    within: 20,
    kinds: GROUPS,
    meddling: dropped(/^delete from "role_grants"/),
  },
  {
    // Users of the stage have tokens that work, and are no joiners.
    what: 'a rule that does not look at its group',
    within: 20,
    kinds: ['add-user', 'add-group-rule', 'run-rules'],
    meddling: without(IN_GROUP, /as wanted/),
  },
  {
    what: 'a rule that does not see that its group was left',
    within: 600,
    kinds: GROUP_RULES,
    meddling: without(IN_GROUP, /rule_leavers/),
  },
  {
    on: 'postgresql',
    what: 'guesses counted by a user that others change meanwhile',
    within: 40,
    kinds: GUESSES,
    meddling: unlocked(/held as/),
  },
  {
    on: 'postgresql',
    what: 'a domain deleted while a user is added to it',
    within: 20,
    kinds: ['add-user', 'add-domain', 'remove-domain'],
    meddling: unlocked(/from "security_domains"/),
  },
];
