/** Input and output of reading a CTF string, the same for every version. Types only. */
import type { SecuridToken } from './securid-token.ts';

export type CtfKeys = {
  /** Printable ASCII, at most 40 characters in version 2; absent or empty for none. */
  readonly password?: string;
  /** The device's ID or its class GUID, in any grouping; absent or empty for none. */
  readonly deviceId?: string;
};

export type CtfResult =
  | {
      readonly ok: true;
      readonly token: SecuridToken;
      readonly version: 2 | 3 | 4;
      readonly passwordProtected: boolean;
      readonly deviceBound: boolean;
    }
  | CtfRefusal;

/** Why a CTF string was refused. */
export type CtfReason =
  /** More text than any link needs. */
  | 'too-long'
  /** Nothing in it looks like CTF. */
  | 'not-ctf'
  /** CTF, but not version 2, 3 or 4. */
  | 'unsupported-version'
  /** Opened, but digits, interval, algorithm or serial number are unknown values. */
  | 'unsupported-parameters'
  /** A digit or byte was changed, or some are missing. */
  | 'damaged'
  | 'password-needed'
  | 'wrong-password'
  | 'device-id-needed'
  | 'wrong-device-id';

export type CtfRefusal = { readonly ok: false; readonly reason: CtfReason };
