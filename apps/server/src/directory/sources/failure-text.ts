/** Why a request to a directory failed, and what to do about it, with the message of the server or the operating system. */

import { type Text, text } from '@sower/texts/outcomes';
import type { LdapFailure } from '../../ldap/failure.ts';

export const failureText = ({ kind, detail }: LdapFailure): Text =>
  text(`source-failure.${kind}`, { detail });
