/** Where CT-KIP is answered, below the address of the server. */

export const PATHS = {
  /** The SOAP binding; deployed clients ask at this path. */
  deployed: '/ctkip/services/CtkipService',
  /** The bare HTTP binding of RFC 4758 §4.2, which leaves the path open. */
  rfc4758: '/ctkip',
  /** Buys a CT-KIP trigger with an activation code. */
  trigger: '/ctkip/trigger',
} as const;

/** The path in links of a token. Deployed clients make SecurID tokens alone; those of OATH come by the RFC's own binding. */
export const pathFor = (algorithm: 'securid' | 'totp' | 'hotp'): string =>
  algorithm === 'securid' ? PATHS.deployed : PATHS.rfc4758;
