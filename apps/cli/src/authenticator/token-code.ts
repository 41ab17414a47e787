/** What a token shows. A counter moves in the store before its code is seen, so that no code is ever shown twice. */
import { APPROVAL_SECONDS, approvalCode, approvalSeed } from '@sower/otp/approval';
import { hotp } from '@sower/otp/hotp';
import { addPin } from '@sower/otp/pin';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt, totp } from '@sower/otp/totp';
import { fail, type Result, success } from '../outcome.ts';
import { t } from '../texts.ts';
import type { Store } from './store.ts';
import type { Contents, TokenRecord } from './token-record.ts';

/** The token named, or the only one there is. */
export function chooseToken(contents: Contents, serial: string | undefined): Result<TokenRecord> {
  if (contents.tokens.length === 0) {
    return fail('refused', 'no-tokens', t('authenticator.noTokens'), {
      next: t('authenticator.importOne'),
    });
  }
  const found =
    serial === undefined && contents.tokens.length === 1
      ? contents.tokens[0]
      : contents.tokens.find((token) => token.serial === serial);
  if (found !== undefined) return success(found);
  const serials = contents.tokens.map((token) => token.serial).join(', ');
  return serial === undefined
    ? fail('usage', 'which-token', t('authenticator.several', { serials }), {
        next: t('authenticator.severalNext'),
      })
    : fail('refused', 'not-found', t('authenticator.notHere', { serial }), {
        next: t('authenticator.notHereNext', { serials }),
      });
}

/** @param at Unix seconds */
export async function tokenCode(store: Store, token: TokenRecord, { at, pin }: { at: number; pin?: string }) {
  if (pin !== undefined && !token.addPin) {
    return fail('usage', 'no-pin-here', t('authenticator.code.noPin', { serial: token.serial }), {
      next: t('authenticator.code.noPinNext'),
    });
  }
  if (pin !== undefined && !/^\d{4,8}$/.test(pin)) {
    return fail('usage', 'invalid-pin', t('authenticator.code.invalidPin'));
  }
  const shown = token.algorithm === 'hotp' ? await nextCounter(store, token.serial) : success(token);
  if (!shown.ok) return shown;
  const tokencode = compute(shown.value, at);
  return success({
    serial: token.serial,
    // The tokencode, or with a PIN the passcode.
    code: pin === undefined ? tokencode : addPin(tokencode, pin)!,
    kind: pin === undefined ? 'tokencode' : 'passcode',
    // For how many more seconds the code is shown; absent if it depends on a counter.
    ...(token.algorithm === 'hotp' ? {} : { validFor: token.interval - (Math.floor(at) % token.interval) }),
  });
}

/** A token's approval of being moved to another device. @param at Unix seconds */
export function tokenApproval(token: TokenRecord, at: number): Promise<string> {
  const use = approvalSeed(token, Buffer.from(token.seed, 'base64'));
  return approvalCode({ ...use, serial: token.serial, moment: intervalAt(at, APPROVAL_SECONDS) });
}

function compute(token: TokenRecord, at: number): string {
  const { serial, digits, hash } = token;
  const seed = Buffer.from(token.seed, 'base64');
  if (token.algorithm === 'hotp') return hotp({ key: seed, counter: token.counter, digits, hash });
  const interval = intervalAt(at, token.interval);
  return token.algorithm === 'totp'
    ? totp({ key: seed, interval, digits, hash })
    : securidTokencode({ seed, serial, digits, interval, intervalSeconds: token.interval as 30 | 60 });
}

/** Takes a counter for this one code: the record as it was, after the next one is on the disk. */
async function nextCounter(store: Store, serial: string): Promise<Result<TokenRecord>> {
  return store.update((contents) => {
    const token = contents.tokens.find((each) => each.serial === serial);
    if (token === undefined)
      return fail('refused', 'not-found', t('authenticator.removedMeanwhile', { serial }));
    const tokens = contents.tokens.map((each) =>
      each === token ? { ...each, counter: each.counter + 1 } : each,
    );
    return success({ contents: { ...contents, tokens }, value: token });
  });
}
