/** Testing a token: whether its passcode would be accepted, and what would be required next. The test uses up the passcode. */

import type { TestResult } from '@sower/api/token-access';
import { type Text, text } from '@sower/texts/outcomes';
import { done, type Outcome } from '../../core/outcome.ts';
import { inNextTokencodeMode, newPinReasonOf } from '../challenge/question.ts';
import { showPasscode } from '../verify/shown-passcode.ts';
import type { AuthenticateContext } from '../verify/subject.ts';
import { type ActorOrUser, assignedTokenFor } from './assigned-token.ts';

type Tested = Omit<TestResult, 'detail'> & {
  readonly detail: Text;
  /** This passcode would have let the user in, at most after choosing a PIN: a lucky guess is not enough for that. */
  readonly complete: boolean;
};

export async function testToken(
  context: AuthenticateContext,
  who: ActorOrUser,
  input: { readonly serial: string; readonly passcode: string },
): Promise<Outcome<Tested>> {
  const found = await assignedTokenFor(context, who, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const shown = await showPasscode(context, who, found.value, input.passcode);
  if (!shown.right) {
    const result = shown.askNext ? 'next-tokencode' : 'rejected';
    return done({ result, detail: shown.reason, complete: false });
  }
  const { subject } = shown;
  const candidate = subject.candidates.find(({ tokenId }) => tokenId === found.value.id);
  const policy = subject.policies.token;
  if (candidate && inNextTokencodeMode(candidate, policy)) {
    return done({
      result: 'accepted',
      detail: text('passcode.right-next-tokencode'),
      complete: false,
    });
  }
  if (candidate && newPinReasonOf(candidate, policy, subject.now) !== undefined) {
    return done({
      result: 'accepted',
      detail: text('passcode.right-new-pin'),
      complete: true,
    });
  }
  return done({ result: 'accepted', detail: text('passcode.right'), complete: true });
}
