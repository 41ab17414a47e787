/** What went wrong, in words, and at which field. */
import { ApiProblem, UnexpectedAnswer } from '@sower/api/client';
import type { ProblemCode, ProblemDocument } from '@sower/api/problems';

type FieldError = NonNullable<ProblemDocument['errors']>[number];

export function problemOf(error: unknown): ProblemDocument | undefined {
  return error instanceof ApiProblem ? error.problem : undefined;
}

/** What to say where no answer came, or one that this version does not know: the words of the browser and the client for it are English. */
export function ownWordsFor(error: unknown): 'ui.noConnection' | 'ui.otherVersion' | undefined {
  if (error instanceof TypeError) return 'ui.noConnection';
  // While nodes are upgraded one after the other, and a balancer sends each request to any of them.
  return error instanceof UnexpectedAnswer && error.fields.length > 0 ? 'ui.otherVersion' : undefined;
}

export function isProblem(error: unknown, code: ProblemCode): boolean {
  return problemOf(error)?.code === code;
}

/** Somebody else was faster: what is shown is no longer so. */
export const isOvertaken = (error: unknown): boolean => OVERTAKEN.some((code) => isProblem(error, code));
const OVERTAKEN = ['wrong-state', 'edited-meanwhile', 'in-use', 'not-found'] as const;

/** The message about one field; paths may have a prefix such as `body`. */
export function fieldProblem(error: unknown, ...paths: string[]): string | undefined {
  const found = problemOf(error)?.errors?.filter((entry) =>
    paths.some((path) => {
      const said = entry.path.replace(/^body\./, '');
      return said === path || said.startsWith(`${path}.`);
    }),
  );
  return found && found.length > 0 ? found.map((entry) => entry.message).join('; ') : undefined;
}

/** Fields without an input: a form must not hide messages that it cannot place. */
export function unplacedProblems(error: unknown, shown: readonly string[]): FieldError[] {
  return (problemOf(error)?.errors ?? []).filter(
    (entry) =>
      !shown.some((path) => entry.path.replace(/^body\./, '') === path || entry.path.startsWith(`${path}.`)),
  );
}
