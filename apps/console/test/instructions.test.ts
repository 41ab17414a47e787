/** What a user is told to click is what stands on the screen there, in each language. */
import { expect, test } from 'vitest';
import { de } from '../src/texts/de.ts';
import { en } from '../src/texts/en.ts';
import { selfServiceDe } from '../src/texts/self-service.de.ts';
import { selfServiceEn } from '../src/texts/self-service.en.ts';

test.each([
  ['en', en, selfServiceEn],
  ['de', de, selfServiceDe],
] as const)('instructions for QR delivery: %s', (_, { result }, { tokens, activate }) => {
  for (const label of [tokens.page, tokens.title, tokens.activate])
    expect(result.qr.activate).toContain(label);
  expect(result.qr.follow).toContain(activate.title);
});
