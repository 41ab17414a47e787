/** A bind with a user's own password: right, wrong, or refused for a reason that the user should learn. */
import { PasswordPolicyControl, PasswordPolicyError } from 'ldapts';
import type { LdapConnection } from './connection.ts';
import { type BindRefusal, bindRefusal, failureOf } from './failure.ts';

export type UserBind =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong' }
  /** According to the directory, the password is right, but the user may not log on. */
  | { readonly kind: 'refused'; readonly why: BindRefusal };

/** draft-behera-ldap-password-policy-11 §6.2 */
const OF_POLICY: Readonly<Record<number, BindRefusal>> = {
  [PasswordPolicyError.PasswordExpired]: 'password-expired',
  [PasswordPolicyError.AccountLocked]: 'locked',
  [PasswordPolicyError.ChangeAfterReset]: 'must-change',
};

/**
 * @param connection bound as the user afterwards, so it has to be closed
 * @throws LdapFailure unless the directory has answered whether the password is right
 */
export async function bindAsUser(
  connection: LdapConnection,
  name: string,
  password: string,
): Promise<UserBind> {
  // RFC 4513 §5.1.2: a name without a password is an anonymous bind, and succeeds.
  if (name === '' || password === '' || password.includes('\u0000')) return { kind: 'wrong' };
  const policy = new PasswordPolicyControl();
  const policyRefusal = (): BindRefusal | undefined =>
    policy.value?.error === undefined ? undefined : OF_POLICY[policy.value.error];
  try {
    await connection.bind(name, password, [policy]);
    const why = policyRefusal();
    return why === undefined ? { kind: 'right' } : { kind: 'refused', why };
  } catch (error) {
    const failure = failureOf(error, connection.url);
    if (failure.kind !== 'bind') throw failure;
    const why = policyRefusal() ?? bindRefusal(failure);
    return why === undefined ? { kind: 'wrong' } : { kind: 'refused', why };
  }
}
