/** The suite of this package as plain functions, free of Node and of any test runner, so that it runs in a browser too. */
import type { Cases } from './assert.ts';
import { carrierCases } from './carrier-cases.ts';
import { codeCases } from './code-cases.ts';
import { pskcCases } from './pskc-cases.ts';
import { sdtidCases } from './sdtid-cases.ts';

export const cases: Cases = { ...codeCases, ...carrierCases, ...sdtidCases, ...pskcCases };
