/** What the page of a job offers, and what it says before that, without a browser. */
import { type JobKindName, jobKinds } from '@sower/api/jobs';
import { describe, expect, test } from 'vitest';
import { cancelWords, mayPrint } from '../../../apps/console/src/jobs/job-rules.ts';
import { againstResuming } from '../../../apps/server/src/work/jobs.ts';

describe('before a job is canceled', () => {
  test.each(jobKinds)('%s: that it can be resumed is said only where it can be', (kind: JobKindName) => {
    const now = Date.now();
    const canceled = {
      state: 'cancelled',
      total: 1,
      created_at: now,
      state_since: now,
      ended_at: now,
    } as const;
    const later = againstResuming({ kind, ...canceled }, now) === undefined;
    expect(cancelWords({ kind }) === 'jobs.cancelBody').toBe(later);
    expect(later).toBe(kind !== 'synchronize' && kind !== 'token-import');
  });

  test('an import says what becomes of the seeds', () => {
    expect(cancelWords({ kind: 'token-import' })).toBe('tokenFiles.cancelBody');
  });
});

test('letters are offered for codes that are still here, and not for more than one file has', () => {
  expect(mayPrint({ codes: 'ready', letters: 'possible' })).toBe(true);
  expect(mayPrint({ codes: 'ready', letters: 'too-many' })).toBe(false);
  expect(mayPrint({ codes: 'taken', letters: 'possible' })).toBe(false);
});
