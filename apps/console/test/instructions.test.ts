/** What a user is told to click is what stands on the screen there, in each language. */

import { consoleDe as de } from '@sower/texts/console/all.de';
import { consoleEn as en } from '@sower/texts/console/all.en';
import { selfServiceDe } from '@sower/texts/console/self-service.de';
import { selfServiceEn } from '@sower/texts/console/self-service.en';
import { expect, test } from 'vitest';

test.each([
  ['en', en, selfServiceEn],
  ['de', de, selfServiceDe],
] as const)('instructions for QR delivery: %s', (_, { result }, { tokens, activate }) => {
  for (const label of [tokens.page, tokens.title, tokens.activate])
    expect(result.qr.activate).toContain(label);
  expect(result.qr.follow).toContain(activate.title);
});
