/** What the page of a job offers, and what it says before that, without a browser. */
import { type JobKindName, jobKinds } from '@sower/api/jobs';
import { describe, expect, test } from 'vitest';
import { cancelWords, mayGoOn, mayPrint } from '../src/jobs/job-rules.ts';

describe('before a job is canceled', () => {
  test.each(jobKinds)('%s: that it can be resumed is said only where it can be', (kind: JobKindName) => {
    const later = mayGoOn({ kind, state: 'cancelled' });
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
