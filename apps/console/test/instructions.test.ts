/** What a user is told to click is what stands on the screen there, in each language. */

import { expect, test } from 'vitest';
import {
  consoleDe as de,
  consoleEn as en,
  selfServiceDe,
  selfServiceEn,
} from '../../../packages/texts/test/tables.ts';

test.each([
  ['en', en, selfServiceEn],
  ['de', de, selfServiceDe],
] as const)('instructions for QR delivery: %s', (_, { result }, { tokens, activate }) => {
  for (const label of [tokens.page, tokens.title, tokens.activate])
    expect(result.qr.activate).toContain(label);
  expect(result.qr.follow).toContain(activate.title);
});
