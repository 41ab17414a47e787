/** Which permissions the person who started a job needs, and anyone who views or controls it. */
import {
  factsOf,
  replaceManySchema,
  SOURCE_PERMISSIONS,
  type TokenSource,
  tokenSources,
} from '@sower/api/jobs';
import type { Permission } from '@sower/api/permissions';
import type { ReplacedFate } from '@sower/api/tokens';
import { z } from 'zod';
import { storedJson } from '../store/schema/stored-json.ts';
import type { JobRow } from '../store/work/jobs.ts';

const readAction = storedJson('jobs.input', z.looseObject({ action: z.string() }));
/** What runs of a source and rules are about gives nothing by itself. */
const readGiven = storedJson(
  'jobs.input',
  z.object({
    tokens: z.enum(tokenSources),
    profile: z.string().optional(),
    replace: replaceManySchema.optional(),
  }),
);

/** To start, pause, cancel or resume it, and to have its result. */
export function permissionToControl({ kind, input }: Pick<JobRow, 'kind' | 'input'>): Permission {
  const { control } = factsOf(kind);
  if (control === undefined) return permissionsToUndo({ input })[0];
  if (typeof control === 'string') return control;
  const { action } = readAction(input);
  const permission = Object.hasOwn(control, action) ? control[action] : undefined;
  if (permission === undefined) throw new Error(`jobs.input of a job of kind ${kind} has no known action`);
  return permission;
}

const readOf = storedJson('jobs.input', z.looseObject({ of: z.literal('token-file').optional() }));

/** Whether it is an import of tokens, or its undo. */
export const isOfTokenFile = ({ input }: Pick<JobRow, 'input'>): boolean => readOf(input).of === 'token-file';

/** Kinds of jobs that can be undone. */
export const UNDOABLE = ['distribute', 'assign', 'token-import'] as const satisfies readonly JobRow['kind'][];

/** What brought tokens is undone by deleting them; what gave them, by who may give them. */
export const permissionsToUndo = ({
  input,
}: Pick<JobRow, 'input'>): readonly [Permission, ...Permission[]] =>
  isOfTokenFile({ input }) ? ['tokens:delete'] : permissionsToGive(readGiven(input));

/** What a distribution needs, and its undo; an assignment has no profile. */
export const permissionsToGive = (input: {
  readonly tokens: TokenSource;
  readonly profile?: string | undefined;
  /** The server deletes what was replaced, later and without an actor. */
  readonly replace?: { readonly afterwards: ReplacedFate } | undefined;
}): readonly [Permission, ...Permission[]] => [
  ...(input.profile === undefined ? (['tokens:assign'] as const) : SOURCE_PERMISSIONS[input.tokens]),
  ...(input.replace?.afterwards === 'delete' ? (['tokens:delete'] as const) : []),
];
