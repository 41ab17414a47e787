/** Numbers that texts say and code enforces. A text has one as `{{limit.password}}`, and its language writes it: 10,000 or 10.000. */
export const LIMITS = {
  /** The shortest password of an administrator or of a user. NIST SP 800-63B-4 §3.1.1.2: where it may be the only factor. */
  password: 15,
  /** The shortest password of an export of seeds. */
  exportPassword: 12,
  /** The shortest secret of a RADIUS client. */
  radiusSecret: 16,
  /** The longest name of what administrators add. */
  name: 128,
  /** The longest description, and comment on a request. */
  description: 500,
  /** The longest nickname of a token: what every client shows. */
  nickname: 24,
  /** The longest device ID in its normal form. */
  deviceId: 64,
  /** The longest serial number. */
  serial: 64,
  /** The shortest chosen activation code of digits only. */
  digitsOnly: 12,
  /** Different characters in a chosen activation code. */
  differentCharacters: 5,
  /** Token records minted at once. */
  minted: 10_000,
  /** Days after which a job begins at the latest. */
  beginDays: 90,
  /** Days without a restore as a test after which a backup counts as unverified. */
  verifiedDays: 90,
  /** Agents that add themselves. */
  registeredAgents: 1_000,
  /** Certificates of a chain. */
  chain: 10,
} as const;
