/**
 * The package's suite as plain functions: no test framework, no Node modules, so that it runs in a browser as it does in Node.
 * A case that fails throws or rejects.
 */
import type { Cases } from './assert.ts';
import { cases as authenticator } from './authenticator.ts';
import { cases as bindings } from './bindings.ts';
import { cases as derivations } from './derivations.ts';
import { cases as documents } from './documents.ts';
import { cases as exchanges } from './exchanges.ts';
import { cases as links } from './links.ts';
import { cases as refusals } from './refusals.ts';
import { cases as tampering } from './tampering.ts';

export const cases: Cases = {
  ...derivations,
  ...documents,
  ...refusals,
  ...bindings,
  ...links,
  ...exchanges,
  ...tampering,
  ...authenticator,
};
