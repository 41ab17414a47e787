/**
 * Finds the CTF string in what a user has: a link, a line of a mail, or the bare digits.
 *
 * Looks only for the data and its version; ctf.ts and ctf-v3.ts open it. It does not matter which application a link is for.
 */
import { fromBase64 } from '@sower/bytes/base64';
import type { CtfRefusal } from './ctf-result.ts';

/** `link` if the data followed `ctfData=`, `plain` if it was the bare string. */
export type CtfForm = 'link' | 'plain';

export type CtfData =
  | { readonly ok: true; readonly version: 2; readonly digits: string; readonly form: CtfForm }
  | { readonly ok: true; readonly version: 3 | 4; readonly bytes: Uint8Array; readonly form: CtfForm }
  | CtfRefusal;

const MAX_LENGTH = 8_192;
const V2_LENGTH = 81;
/** Base64 of the 291 bytes of versions 3 and 4; a multiple of 3, so never padded. */
const V3_LENGTH = 388;

/**
 * Extracts the data from a link (`…ctfData=…`, percent-encoded or not, also as written in a quoted-printable mail: `=3D` and soft line
 * breaks) or from a bare string. Dashes and white space between digits are dropped.
 */
export function ctfData(input: string): CtfData {
  if (input.length > MAX_LENGTH) return { ok: false, reason: 'too-long' };
  const marker = /ctfdata(?:=3D|=|%3D)/i.exec(input);
  const form: CtfForm = marker ? 'link' : 'plain';
  let data = input.trim();
  if (marker) {
    const tail = input.slice(marker.index + marker[0].length).replace(/=\r?\n/g, '');
    // Up to where a URL ends in running text; a period after it is not part of it either.
    data = tail.split(/[&#\s"'<>]/, 1)[0] ?? '';
    while (/[.,;:)\]]$/.test(data.slice(-1))) data = data.slice(0, -1);
  }
  data = percentDecode(data);

  const digits = data.replace(/[-\s]/g, '');
  if (/^\d+$/.test(digits)) {
    if (!digits.startsWith('2')) return { ok: false, reason: 'unsupported-version' };
    if (digits.length !== V2_LENGTH) return { ok: false, reason: 'damaged' };
    return { ok: true, version: 2, digits, form };
  }
  if (/^2[\d-]{60}/.test(data)) return { ok: false, reason: 'damaged' };

  const bytes = data.length === V3_LENGTH ? fromBase64(data) : undefined;
  if (!bytes) return { ok: false, reason: 'not-ctf' };
  const version = bytes[0];
  if (version !== 3 && version !== 4) return { ok: false, reason: 'unsupported-version' };
  return { ok: true, version, bytes, form };
}

/** Undoes percent-encoding, twice if a link was put into a link; text that is not percent-encoded stays as it is. */
function percentDecode(text: string): string {
  let decoded = text;
  for (let round = 0; round < 2 && decoded.includes('%'); round += 1) {
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      return decoded;
    }
  }
  return decoded;
}
