/**
 * The package's suite as plain functions: no test framework, no Node modules, so that it runs in a browser as it does in Node.
 * A case that fails throws.
 */
import type { Cases } from './assert.ts';
import { cases as packets } from './packet-cases.ts';
import { cases as vectors } from './vector-cases.ts';

export const cases: Cases = { ...vectors, ...packets };
