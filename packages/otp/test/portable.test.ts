import { test } from 'vitest';
import { cases } from './portable.ts';

for (const [name, run] of Object.entries(cases)) test(name, run);
