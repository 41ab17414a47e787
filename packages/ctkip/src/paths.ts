/** Where CT-KIP is served, below the address of the server. */

export const PATHS = {
  /** The SOAP binding; deployed clients use this path. */
  deployed: '/ctkip/services/CtkipService',
  /** The bare HTTP binding of RFC 4758 §4.2, which does not specify the path. */
  rfc4758: '/ctkip',
  /** Exchanges an activation code for a CT-KIP trigger. */
  trigger: '/ctkip/trigger',
} as const;

/** The path in a token's links. Deployed clients support only SecurID tokens; OATH tokens use the RFC's own binding. */
export const pathFor = (algorithm: 'securid' | 'totp' | 'hotp'): string =>
  algorithm === 'securid' ? PATHS.deployed : PATHS.rfc4758;
