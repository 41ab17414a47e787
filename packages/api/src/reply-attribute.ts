/** Reply attributes of RADIUS as lines that people write, the same in the console and on the command line. */
import type { ReplyAttribute } from './radius-clients.ts';

/**
 * `Filter-Id = vpn`, or `[Contractors] Filter-Id = guests` for the users of one security domain and those below it, or
 * `<cn=vpn,ou=groups,dc=example,dc=com> Filter-Id = vpn` for those in a group.
 */
export const replyAttributeLine = ({ name, value, securityDomain, group }: ReplyAttribute): string =>
  `${securityDomain === undefined ? '' : `[${securityDomain}] `}${group === undefined ? '' : `<${group}> `}${name} = ${value}`;

/** @returns undefined if the line is not valid */
export function readReplyAttribute(line: string): ReplyAttribute | undefined {
  const [, securityDomain, group, name, value] =
    /^\s*(?:\[\s*(.*?\S)\s*\]\s*)?(?:<\s*([^>]*[^>\s])\s*>\s*)?([^\s=[\]<>]+)\s*=\s*(\S.*?)\s*$/.exec(line) ??
    [];
  if (name === undefined || value === undefined) return undefined;
  return {
    name,
    value,
    ...(securityDomain === undefined ? {} : { securityDomain }),
    ...(group === undefined ? {} : { group }),
  };
}
