/**
 * How many guesses a password takes, by zxcvbn-ts with its common, English and German dictionaries. A thread, because they take memory and
 * time.
 */
import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as german from '@zxcvbn-ts/language-de';
import * as english from '@zxcvbn-ts/language-en';
import type { StrengthQuestion } from './password-strength.ts';

const estimate = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary, ...german.dictionary },
  graphs: common.adjacencyGraphs,
  // Each possible substitution of a letter takes another run; a few are enough to find what people do.
  l33tMaxSubstitutions: 8,
});

parentPort?.on('message', ({ password, words }: StrengthQuestion) => {
  parentPort?.postMessage(estimate.check(password, [...words]).guessesLog10);
});
