/** The answers of the validate API: one envelope around results, challenges and errors. Values only; the endpoint decides. */

import { type Text, text } from '@sower/texts/outcomes';
import type { AttemptStep } from '../authentication/challenge/attempt.ts';
import { promptOf } from '../authentication/challenge/question.ts';
import type { InWords } from '../web/language.ts';

/** The version of the shape, which clients compare; `version` says who speaks it. */
const SHAPE_VERSION = '3.12';

/** What clients look up in errors: a parameter; who calls; what that one may do. */
export const ERROR_CODE = {
  parameter: 905,
  caller: 4031,
  right: 303,
  absent: 404,
  busy: 503,
  failed: -500,
} as const;

type Envelope = { readonly version: string; readonly now: number };

const envelope = ({ version, now }: Envelope, rest: object): object => ({
  id: 1,
  jsonrpc: '2.0',
  time: now / 1000,
  version: `Sower ${version}`,
  versionnumber: SHAPE_VERSION,
  signature: '',
  ...rest,
});

export const resultAnswer = (about: Envelope, value: unknown, detail?: object): object =>
  envelope(about, { result: { status: true, value }, ...(detail === undefined ? {} : { detail }) });

export const errorAnswer = (about: Envelope, code: number, message: string): object =>
  envelope(about, { result: { status: false, error: { code, message } }, detail: null });

/** A question that a passcode answers, where none was sent. */
export const FIRST_PROMPT: Text = text('prompt.passcode');

/**
 * The answer to a check. A message is always text, since a client ends its process where it is not; a final answer names no transaction,
 * since a client asks again as long as there is one.
 */
export function stepAnswer(about: Envelope, inWords: InWords, step: AttemptStep): object {
  switch (step.state) {
    case 'accepted':
      return envelope(about, {
        result: { status: true, value: true, authentication: 'ACCEPT' },
        detail: { message: inWords(text('validate.accepted')), serial: step.serial },
      });
    case 'rejected':
      return envelope(about, {
        result: { status: true, value: false, authentication: 'REJECT' },
        detail: { message: inWords(text('validate.rejected')) },
      });
    case 'challenge':
      return challengeAnswer(about, step.attempt, inWords(promptOf(step.challenge)));
  }
}

export function challengeAnswer(
  about: Envelope,
  transaction: string,
  message: string,
  value: unknown = false,
): object {
  return envelope(about, {
    result: { status: true, value, authentication: 'CHALLENGE' },
    detail: {
      message,
      serial: '',
      type: 'totp',
      transaction_id: transaction,
      transaction_ids: [transaction],
      // LinOTP's name of it.
      transactionid: transaction,
      messages: [message],
      client_mode: 'interactive',
      preferred_client_mode: 'interactive',
      multi_challenge: [
        {
          transaction_id: transaction,
          message,
          client_mode: 'interactive',
          type: 'totp',
          serial: '',
          attributes: null,
        },
      ],
    },
  });
}
