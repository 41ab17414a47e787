/** Tokens as an authenticator keeps them. The seeds are those of published vectors. */
import type { TokenRecord } from '../../src/authenticator/token-record.ts';

export function record(different: Partial<TokenRecord> = {}): TokenRecord {
  return {
    serial: '000123456789',
    algorithm: 'securid',
    hash: 'sha1',
    digits: 8,
    interval: 60,
    addPin: false,
    seed: Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex').toString('base64'),
    counter: 0,
    expiresOn: '2037-12-31',
    server: 'sower.test',
    importedAt: '2026-01-01T00:00:00.000Z',
    ...different,
  };
}

export const SECURID = record();

export const PINPAD = record({
  serial: '987654321012',
  addPin: true,
  seed: Buffer.from('ffeeddccbbaa99887766554433221100', 'hex').toString('base64'),
});

/** RFC 4226 Appendix D, RFC 6238 Appendix B. */
const OATH_SEED = Buffer.from('12345678901234567890').toString('base64');
export const HOTP = record({ serial: '000300000001', algorithm: 'hotp', digits: 6, seed: OATH_SEED });
export const TOTP = record({ serial: '000300000002', algorithm: 'totp', interval: 30, seed: OATH_SEED });
