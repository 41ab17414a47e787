/**
 * What a run has found for each entry, as administrators see it: page by page, with the possible choices for conflicts, or all of it as a
 * file.
 */

import { csvText } from '@sower/api/csv';
import type { EntryAction, SourceFinding } from '@sower/api/identity-sources';
import type { ConflictChoice, SourceConflict } from '@sower/api/source-conflicts';
import { readText, type Text } from '@sower/texts/outcomes';
import { type Actor, covers } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { domainNames } from '../../store/directory/domains.ts';
import { type ConflictEntry, findChoices, keysOf, listConflictEntries } from '../../store/sources/choices.ts';
import { sourceNamesOf } from '../../store/sources/identity-sources.ts';
import { type EntryRow, listFindings } from '../../store/sources/runs.ts';
import { changesOf } from './apply.ts';
import { choicesFor } from './choices.ts';
import type { SynchronizeContext } from './context.ts';
import { wordsOfRoles } from './rule-roles.ts';
import { runFor } from './runs.ts';

export type Finding = EntryRow & {
  readonly conflict?: SourceConflict;
  readonly chosen?: ConflictChoice | undefined;
  /** Names of security domains by path. */
  readonly domains?: ReadonlyMap<string, string>;
  /** Words for roles. */
  readonly roles?: ReadonlyMap<string, Text>;
};

const rolesIn = (rows: readonly EntryRow[]): string[] =>
  rows.flatMap((row) => (changesOf(row).roles ?? []).flat()).map(String);

const domainsIn = (rows: readonly EntryRow[]): string[] =>
  rows
    .flatMap((row) => [row.domain, changesOf(row).securityDomain?.[0]])
    .flatMap((path) => (typeof path === 'string' ? [path] : []));

export async function showFindings(
  context: SynchronizeContext,
  actor: Actor,
  input: { readonly id: string; readonly run: string; readonly action?: EntryAction | undefined },
  limit: number,
  after: number,
): Promise<Outcome<Finding[]>> {
  const found = await runFor(context, actor, input);
  if (!found.ok) return found;
  const rows = await listFindings(context.db, input.run, input.action, limit, after);
  const open = rows.filter(({ action }) => action === 'conflict');
  const positions = open.map(({ position }) => Number(position));
  const entries = await listConflictEntries(context.db, input.run, { positions });
  const conflicts = new Map(entries.map((row) => [Number(row.position), row]));
  const holders = entries.map(({ holder_source }) => ({ source_id: holder_source }));
  const sources = await sourceNamesOf(context.db, holders);
  const choices = await findChoices(context.db, input.id, keysOf(rows));
  const domains = await domainNames(context.db, domainsIn(rows));
  const roles = await wordsOfRoles(context.db, context, rolesIn(rows));
  return done(
    rows.map((row) => {
      const conflict = conflicts.get(Number(row.position));
      return {
        ...row,
        domains,
        roles,
        ...(conflict ? { conflict: viewConflict(actor, conflict, sources) } : {}),
        chosen: choices.get(row.source_key ?? '')?.choice,
      };
    }),
  );
}

function viewConflict(
  actor: Actor,
  row: ConflictEntry,
  sources: ReadonlyMap<string, string>,
): SourceConflict {
  const { holder, holder_domain: domain, holder_source: source } = row;
  const isShown = holder !== null && covers(actor, 'users:view', domain ?? '');
  return {
    kind: row.kind,
    choices: choicesFor(row),
    ...(isShown
      ? {
          holder: {
            userId: row.holder_user_id ?? '',
            firstName: row.holder_first_name ?? '',
            lastName: row.holder_last_name ?? '',
            email: row.holder_email ?? '',
            ...(source === null ? {} : { source: sources.get(source) ?? '' }),
          },
        }
      : {}),
  };
}

const MAX_IN_FILE = 200_000;
const PAGE = 1_000;

/** As a file, one line for each finding. */
export async function runFile(
  context: SynchronizeContext,
  actor: Actor,
  input: { readonly id: string; readonly run: string },
  inWords: (text: Text) => string,
): Promise<Outcome<{ fileName: string; csv: string }>> {
  const found = await runFor(context, actor, input);
  if (!found.ok) return found;
  const lines: string[][] = [['action', 'userId', 'entry', 'changes', 'reason', 'result']];
  for (let after = -1; lines.length <= MAX_IN_FILE; ) {
    const page = await listFindings(context.db, input.run, undefined, PAGE, after);
    const domains = await domainNames(context.db, domainsIn(page));
    const roles = await wordsOfRoles(context.db, context, rolesIn(page));
    for (const row of page) {
      const finding = viewFinding({ ...row, domains, roles }, inWords);
      lines.push([
        finding.action,
        finding.userId,
        finding.entry,
        finding.changes.map(({ field, before, after }) => `${field}: ${before} -> ${after}`).join('; '),
        finding.detail ?? '',
        finding.result ?? '',
      ]);
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = Number(last.position);
  }
  return done({ fileName: `run-${input.run}.csv`, csv: csvText(lines) });
}

export function viewFinding(row: Finding, inWords: (text: Text) => string): SourceFinding {
  const reason = row.text === null ? undefined : readText(row.text);
  const inRoles = (names: unknown): string =>
    (names as string[])
      .map((name) => {
        const words = row.roles?.get(name);
        return words ? inWords(words) : name;
      })
      .join(', ');
  return {
    number: Number(row.position) + 1,
    action: row.action ?? 'changed',
    userId: row.user_id,
    entry: row.name,
    firstName: row.first_name,
    lastName: row.last_name,
    changes: [
      ...Object.entries(changesOf(row)).map(([field, [before, after]]) => ({
        field,
        before: field === 'roles' ? inRoles(before) : inDomains(field, before, row.domains),
        after: field === 'roles' ? inRoles(after) : inDomains(field, after, row.domains),
      })),
      // Which domain a rule puts someone in, before the user exists.
      ...(row.action === 'added' && row.domain !== null
        ? [
            {
              field: 'securityDomain',
              before: '',
              after: inDomains('securityDomain', row.domain, row.domains),
            },
          ]
        : []),
    ],
    disables: row.disables === 1,
    ...(reason ? { reason: reason.code, detail: inWords(reason) } : {}),
    ...(row.result === null ? {} : { result: row.result }),
    ...(row.conflict ? { conflict: row.conflict } : {}),
    ...(row.chosen === undefined ? {} : { chosen: row.chosen }),
  };
}

const inDomains = (field: string, value: unknown, names: ReadonlyMap<string, string> | undefined): string =>
  field === 'securityDomain' ? (names?.get(String(value)) ?? written(value)) : written(value);

const written = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : value === null ? '' : String(value);
