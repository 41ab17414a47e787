/** Reply attributes of RADIUS as lines that people write, the same in the console and on the command line. */
import type { ReplyAttribute } from './radius-clients.ts';

/** `Filter-Id = vpn`, or `[Contractors] Filter-Id = guests` for the users of one security domain and those below it. */
export const replyAttributeLine = ({ name, value, securityDomain }: ReplyAttribute): string =>
  `${securityDomain === undefined ? '' : `[${securityDomain}] `}${name} = ${value}`;

/** @returns undefined if the line is not valid */
export function readReplyAttribute(line: string): ReplyAttribute | undefined {
  const [, securityDomain, name, value] =
    /^\s*(?:\[\s*(.*?\S)\s*\]\s*)?([^\s=[\]]+)\s*=\s*(\S.*?)\s*$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return undefined;
  return { name, value, ...(securityDomain === undefined ? {} : { securityDomain }) };
}
