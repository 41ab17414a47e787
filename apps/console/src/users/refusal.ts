/** What the last refusal of a user says to the help desk: which token it is about, and what helps. Decides nothing about whether that is allowed. */
import type { AuditEntry } from '@sower/api/audit';

export type Help = 'pin' | 'newPhone' | 'found' | 'enable' | 'replace' | 'codeFails';

/** By the beginning of a code. Nothing on the card helps against the other bars, and each bar refuses a resynchronization as well. */
const HELP: readonly (readonly [code: RegExp, help: Help | undefined])[] = [
  [/^barred\.token-lost$/, 'found'],
  [/^barred\.token-disabled$/, 'enable'],
  [/^barred\.token-expired$/, 'replace'],
  // They pass with time or are ended by unlocking, and stop no administrator.
  [/^barred\.(user-locked|held-back)$/, 'codeFails'],
  [/^barred\./, undefined],
  [/^event\.(pin|new-pin|pins)/, 'pin'],
  [/^event\.no-provisioned-token/, 'newPhone'],
];

/** The codes of a reason and of the reasons within it: a refused passcode says the token first, and within that what stood against it. */
function codesOf(reason: unknown): string[] {
  if (typeof reason !== 'object' || reason === null) return [];
  if (Array.isArray(reason)) return reason.flatMap(codesOf);
  const { code, values } = reason as { code?: unknown; values?: object };
  return [...(typeof code === 'string' ? [code] : []), ...Object.values(values ?? {}).flatMap(codesOf)];
}

/** The serial number in a reason, or in one within it. */
function serialIn(values: object): string | undefined {
  for (const [name, value] of Object.entries(values)) {
    if (name === 'serial' && typeof value === 'string') return value;
    const { values: inner } = (value ?? {}) as { values?: unknown };
    const found = typeof inner === 'object' && inner !== null ? serialIn(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The token that a row is about, or names in its reason. */
const serialOf = ({ object, params = {} }: Pick<AuditEntry, 'object' | 'params'>): string | undefined =>
  object.startsWith('token:') ? object.slice('token:'.length) : serialIn(params);

/**
 * @param serial the token that the help would be for
 * @returns undefined if nothing that the help desk does to this token helps
 */
export function helpAgainst(
  row: Pick<AuditEntry, 'action' | 'object' | 'reasonCode' | 'params'>,
  serial: string | undefined,
): Help | undefined {
  const about = serialOf(row);
  if (about !== undefined && about !== serial) return undefined;
  // An import that failed: whatever it was about the code or the device, a code for the device at hand begins again.
  if (row.action.startsWith('ctkip.')) return 'newPhone';
  const codes = codesOf({ code: row.reasonCode, values: row.params });
  const known = HELP.find(([begins]) => codes.some((code) => begins.test(code)));
  return known ? known[1] : 'codeFails';
}
