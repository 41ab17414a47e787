/** How an operation of the API ended, for tests of what is refused. What is no problem of the API is thrown. */
import { ApiProblem } from '@sower/api/client';
import type { ProblemDocument } from '@sower/api/problems';

async function problemIn(work: Promise<unknown>): Promise<ApiProblem | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
}

/** The problem that it ends with. @throws if it does not */
export async function problemOf(work: Promise<unknown>): Promise<ProblemDocument> {
  const error = await problemIn(work);
  if (!error) throw new Error('was not refused');
  return error.problem;
}

/** `none` if it succeeds. */
export const problemCode = async (work: Promise<unknown>): Promise<string> =>
  (await problemIn(work))?.problem.code ?? 'none';

/** `none` if it succeeds; of a problem without a reason, its sentence. */
export async function problemReason(work: Promise<unknown>): Promise<string> {
  const error = await problemIn(work);
  return error ? (error.problem.reason ?? String(error)) : 'none';
}
