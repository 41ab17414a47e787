/** An identity source as typed into its form, and what is sent of it. */
import {
  type AccountStates,
  type IdentitySource,
  SOURCE_PRESETS,
  type SourceInput,
  type SourceKind,
  sourceChangeKinds,
  sourceConnectionSchema,
  sourceLogOnSchema,
  sourceMappingSchema,
  sourceScheduleSchema,
  sourceStopSchema,
} from '@sower/api/identity-sources';
import { numberOf, numbersOf, textsOf } from '../../ui/forms/numbers.ts';
import { partsOf } from '../../ui/forms/parts-of.ts';

/** Kinds of changes with a bound, beside the users who are disabled. */
const BOUNDED = sourceChangeKinds.filter((kind) => kind !== 'disabled');
type Bounded = (typeof BOUNDED)[number];
type Bounds = Record<`${Bounded}Percent` | `${Bounded}AtLeast`, string>;
type Changes = SourceInput['stop']['changes'];

/** The inputs of each bound. */
export const BOUNDS = [
  { kind: 'disabled', atLeast: 'atLeast', percent: 'percent' } as const,
  ...BOUNDED.map(
    (kind) => ({ kind, atLeast: `${kind}AtLeast` as const, percent: `${kind}Percent` as const }) as const,
  ),
];

const boundsBy = (of: (kind: Bounded, part: 'percent' | 'atLeast') => string): Bounds =>
  Object.fromEntries(
    BOUNDED.flatMap((kind) => [
      [`${kind}Percent`, of(kind, 'percent')],
      [`${kind}AtLeast`, of(kind, 'atLeast')],
    ]),
  ) as Bounds;

const changesOf = (draft: Bounds): Changes =>
  Object.fromEntries(
    BOUNDED.map((kind) => [
      kind,
      { percent: numberOf(draft[`${kind}Percent`]), atLeast: numberOf(draft[`${kind}AtLeast`]) },
    ]),
  ) as Changes;

/** Numbers of the connection. */
const LIMITS = [
  'connectSeconds',
  'requestSeconds',
  'pageSize',
  'maxEntries',
  'maxMinutes',
  'maxMegabytes',
] as const;
const STOP = ['percent', 'atLeast'] as const;
const TRIES = ['tries', 'minutes'] as const;
const SCHEDULE = ['everyMinutes', 'fullEveryHours'] as const;

/** What a new one has unless something else is chosen. */
const USUAL = {
  connection: { ...sourceConnectionSchema.parse({ urls: ['ldaps://localhost'] }), urls: [] },
  stop: sourceStopSchema.parse({}),
  logOn: sourceLogOnSchema.parse({}),
  schedule: sourceScheduleSchema.parse({}),
};

/** What a kind of directory brings along: the rest is the same for all. */
const presetOf = (kind: SourceKind) => {
  const { search, mapping } = SOURCE_PRESETS[kind];
  return { filter: search.filter, ...mappingDraft(mapping) };
};

const mappingDraft = ({ logOnNames, protectedNames, ...mapping }: SourceInput['mapping']) => ({
  ...mapping,
  logOnNames: logOnNames.join(' '),
  protectedNames: protectedNames.join(' '),
});

export function draftOf(stored: IdentitySource | undefined) {
  const { connection, stop, logOn, schedule } = stored ?? USUAL;
  const search = stored?.search;
  return {
    name: stored?.name ?? '',
    kind: stored?.kind ?? ('active-directory' as const),
    securityDomain: stored?.securityDomain ?? '',
    enabled: stored?.enabled ?? false,
    urls: connection.urls.join('\n'),
    protection: connection.startTls ? ('tls' as const) : ('plain' as const),
    certificateAuthority: connection.certificateAuthority,
    bindName: connection.bindName,
    ...textsOf(connection, LIMITS),
    base: search?.base ?? '',
    groupBase: search?.groupBase ?? '',
    groupFilter: search?.groupFilter ?? '',
    ...presetOf('active-directory'),
    ...(stored && { filter: stored.search.filter, ...mappingDraft(stored.mapping) }),
    ...textsOf(stop, STOP),
    ...boundsBy((kind, part) => String(stop.changes[kind][part])),
    logOn: logOn.enabled,
    lookUp: logOn.lookUp,
    ...textsOf(logOn, TRIES),
    ...textsOf(schedule, SCHEDULE),
    notify: stored?.notify.join(', ') ?? '',
    /** As JSON: drafts are compared value by value. */
    rules: JSON.stringify(stored?.placement.rules ?? []),
    groups: JSON.stringify(stored?.groups ?? []),
  };
}
export type SourceDraft = ReturnType<typeof draftOf>;

export const rulesOf = ({ rules }: Pick<SourceDraft, 'rules'>) =>
  JSON.parse(rules) as SourceInput['placement']['rules'];

export const groupsOf = ({ groups }: Pick<SourceDraft, 'groups'>) =>
  JSON.parse(groups) as SourceInput['groups'];

/** Another kind: fields that were not changed get the usual values of that kind. */
export function withKind(draft: SourceDraft, kind: SourceKind): SourceDraft {
  const before = presetOf(draft.kind);
  const usual = presetOf(kind);
  const untouched = (Object.keys(before) as (keyof typeof before)[]).filter(
    (name) => draft[name] === before[name],
  );
  return { ...draft, kind, ...Object.fromEntries(untouched.map((name) => [name, usual[name]])) };
}

const linesOf = (text: string): string[] => partsOf(text, /\s+/);

/** Without the password. */
export function bodyOf(draft: SourceDraft) {
  const { name, securityDomain, enabled, key, userId, firstName, lastName, email, telephone } = draft;
  const { language, certificate } = draft;
  const isPlain = draft.protection === 'plain';
  return {
    name,
    ...(securityDomain === '' ? {} : { securityDomain }),
    enabled,
    connection: {
      urls: linesOf(draft.urls),
      startTls: !isPlain,
      plain: isPlain,
      certificateAuthority: draft.certificateAuthority,
      bindName: draft.bindName,
      ...numbersOf(draft, LIMITS),
    },
    search: {
      base: draft.base,
      filter: draft.filter,
      groupBase: draft.groupBase,
      groupFilter: draft.groupFilter,
    },
    mapping: {
      ...{ key, userId, firstName, lastName, email, telephone, language, certificate },
      logOnNames: linesOf(draft.logOnNames),
      protectedNames: linesOf(draft.protectedNames),
      domainName: draft.domainName,
      accountStates: draft.accountStates as AccountStates,
      groupMember: draft.groupMember,
      nestedGroups: draft.nestedGroups,
    },
    stop: { ...numbersOf(draft, STOP), changes: changesOf(draft) },
    logOn: { enabled: draft.logOn, ...numbersOf(draft, TRIES), lookUp: draft.lookUp },
    schedule: numbersOf(draft, SCHEDULE),
    placement: { rules: rulesOf(draft) },
    groups: groupsOf(draft),
    notify: partsOf(draft.notify, ','),
  };
}

/** Whether the stored password would go elsewhere, or less protected: it has to be typed again. */
export function needsPassword(stored: IdentitySource | undefined, draft: SourceDraft): boolean {
  if (!stored?.passwordSet || draft.bindName.trim() === '') return false;
  const before = draftOf(stored);
  return (
    linesOf(draft.urls).join('\n') !== before.urls ||
    draft.protection !== before.protection ||
    draft.certificateAuthority !== before.certificateAuthority ||
    draft.bindName.trim() !== before.bindName
  );
}

const within = <Part extends string, Name extends string>(part: Part, names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, `${part}.${name}`])) as Record<Name, string>;

/** The path of each field in the request, so that the server's messages appear at the right input. */
export const PATHS: Record<keyof SourceDraft, string> = {
  name: 'name',
  kind: 'kind',
  securityDomain: 'securityDomain',
  enabled: 'enabled',
  urls: 'connection.urls',
  protection: 'connection.startTls',
  ...within('connection', ['certificateAuthority', 'bindName', ...LIMITS]),
  ...within('search', ['base', 'filter', 'groupBase', 'groupFilter']),
  ...within('mapping', sourceMappingSchema.keyof().options),
  ...within('stop', STOP),
  ...boundsBy((kind, part) => `stop.changes.${kind}.${part}`),
  logOn: 'logOn.enabled',
  ...within('logOn', ['lookUp', ...TRIES]),
  ...within('schedule', SCHEDULE),
  rules: 'placement.rules',
  groups: 'groups',
  notify: 'notify',
};
