/** Activation codes: of which characters, how long, and what every client does with them on the way. */

import { renderLink } from '@sower/ctkip/links';
import { encodeSoapRequest } from '@sower/ctkip/soap';
import { text } from '@sower/texts/outcomes';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '../../../test/harness/token-modes.ts';
import {
  canonicalCode,
  chosenCodeProblem,
  codeInLink,
  generateCode,
} from '../src/provisioning/distribution/activation-code.ts';

const ABOUT = { serial: '000100000001', userId: 'ann', minLength: 8 };
const TEMPLATE = 'com.rsa.securid://ctkip?scheme=https&url={hostport}{path}&activationCode={activationCode}';
const CHARACTERS = text('activation-code.characters');

/** As it stands in a link and in the SOAP envelope, for clients that decode nothing and escape nothing. */
function carried(code: string): { link: string; envelope: string } {
  const rendered = renderLink(TEMPLATE, {
    url: 'https://otp.example.com/ctkip/services/CtkipService',
    activationCode: codeInLink(code),
  });
  const link = rendered.ok ? (/activationCode=(.*)$/.exec(rendered.link)?.[1] ?? '') : '';
  const soap = encodeSoapRequest({
    authData: codeInLink(code),
    provisioningData: new Uint8Array(0),
    request: new Uint8Array(0),
  });
  return { link, envelope: /<AuthData[^>]*>([^<]*)<\/AuthData>/.exec(soap)?.[1] ?? '' };
}

test('a chosen code is taken only when nothing on its way to the server changes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (code) => {
      if (chosenCodeProblem(code, ABOUT) !== undefined) return;
      expect(carried(code)).toEqual({ link: canonicalCode(code), envelope: canonicalCode(code) });
    }),
    { numRuns: 5_000 },
  );
  // Every character of ASCII by itself, among others that are good.
  for (let at = 0x21; at < 0x7f; at += 1) {
    const code = `Garden${String.fromCharCode(at)}Gate47`;
    const problem = chosenCodeProblem(code, ABOUT);
    if (/[A-Za-z0-9._-]/.test(String.fromCharCode(at))) {
      expect([code, problem]).toEqual([code, undefined]);
      expect(carried(code).link).toBe(canonicalCode(code));
    } else expect([code, problem]).toEqual([code, CHARACTERS]);
  }
  expect(chosenCodeProblem('Gartentür 4711', ABOUT)).toEqual(CHARACTERS);
});

test('what the system makes survives as well', () => {
  for (const kind of ['digits', 'long'] as const) {
    const code = generateCode(kind, random);
    expect(carried(code)).toEqual({ link: code, envelope: code });
  }
});
