import { describe, it } from 'vitest';
import { cases } from './portable.ts';

describe('the portable suite', () => {
  for (const [name, run] of Object.entries(cases)) it(name, async () => run());
});
