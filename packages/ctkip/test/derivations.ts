/** Cases: PRF, keys, MACs and RSA against the vectors. */
import { cmac } from '@noble/ciphers/aes.js';
import { base64 } from '@sower/bytes/base64';
import { concat, utf8 } from '@sower/bytes/octets';
import comparison from '../../../vectors/ctkip-comparison-number.json' with { type: 'json' };
import deployedKey from '../../../vectors/ctkip-deployed-key.json' with { type: 'json' };
import prf from '../../../vectors/ctkip-prf.json' with { type: 'json' };
import transcript from '../../../vectors/ctkip-transcript.json' with { type: 'json' };
import { PRF_NAMES } from '../src/algorithms.ts';
import { comparisonNumber } from '../src/comparison-number.ts';
import {
  DEPLOYED,
  DIALECTS,
  type Dialect,
  type DialectName,
  nonceEncryption,
  RFC4758,
} from '../src/dialect.ts';
import { K_TOKEN, MAC_1, MAC_2, sharedKeyNonce } from '../src/keys.ts';
import { fromBase64, minimalOctets } from '../src/octets.ts';
import { CT_KIP_PRF, keyFits } from '../src/prf.ts';
import { encryptNonce, keyDefect, modulusBits, nonZero, rsaesOaepSha1, rsaesPkcs1 } from '../src/rsa.ts';
import { assert, type Cases, counter, different, same, unhex } from './assert.ts';
import { decryptNonce } from './memory-server.ts';

const input = Object.fromEntries(
  Object.entries(prf.inputs).map(([name, value]) => [name, unhex(value)]),
) as Record<keyof typeof prf.inputs, Uint8Array>;
const modulus = fromBase64(transcript.modulus) as Uint8Array;
const key = { modulus, exponent: fromBase64(transcript.exponent) as Uint8Array };
const R_C = unhex(transcript.R_C);
const R_S = unhex(transcript.R_S);

export const cases: Cases = {
  'the comparison number of a key': async () => {
    for (const { K_TOKEN: key, number } of comparison.numbers)
      same(await comparisonNumber(unhex(key)), number, key);
  },
  'AES-CMAC is that of RFC 4493'() {
    for (const { message, mac } of prf.aesCmac.cases) {
      same(cmac(unhex(message), unhex(prf.aesCmac.key)), unhex(mac), `CMAC of ${message.length / 2} octets`);
    }
  },

  'both PRFs for one block, a part of one, and several'() {
    for (const name of PRF_NAMES) {
      for (const [length, expected] of Object.entries(prf.prf)) {
        const DS = CT_KIP_PRF(name, 'INT(i) || s', input.R_C, input.R_S, Number(length));
        same(DS, unhex(expected[name]), `${name} ${length}`);
      }
    }
  },

  'the deployed order of a block is another function'() {
    const DS = CT_KIP_PRF('ct-kip-prf-aes', 's || INT(i)', input.R_C, input.R_S, 40);
    same(DS, unhex(prf.deployedOrder40['ct-kip-prf-aes']), 'deployed order');
    different(DS, unhex(prf.prf['40']['ct-kip-prf-aes']), 'the orders differ');
  },

  'a PRF takes no key and no length that it is not defined for'() {
    same(
      [15, 16, 17, 20].map((n) => keyFits('ct-kip-prf-aes', n)),
      [false, true, false, false],
      'AES',
    );
    same(
      [15, 16, 20, 32].map((n) => keyFits('ct-kip-prf-sha256', n)),
      [false, true, true, true],
      'SHA-256',
    );
    const attempts = [
      () => CT_KIP_PRF('ct-kip-prf-aes', 'INT(i) || s', new Uint8Array(20), input.R_S, 16),
      () => CT_KIP_PRF('ct-kip-prf-aes', 'INT(i) || s', input.R_C, input.R_S, 0),
      () => CT_KIP_PRF('ct-kip-prf-aes', 'INT(i) || s', input.R_C, input.R_S, 1.5),
      () => CT_KIP_PRF('ct-kip-prf-aes', 'INT(i) || s', input.R_C, input.R_S, 0x1_0000),
      () => CT_KIP_PRF('ct-kip-prf-sha256', 'INT(i) || s', input.R_C, input.R_S, 0x1_0000),
    ];
    for (const attempt of attempts) {
      let thrown: unknown;
      try {
        attempt();
      } catch (error) {
        thrown = error;
      }
      assert(thrown instanceof RangeError, 'RangeError');
    }
  },

  'shared key: encrypted nonce, K_TOKEN, MAC 1 and MAC 2 of the RFC, both PRFs'() {
    const { K_SHARED, K_AUTH, R } = input;
    for (const name of PRF_NAMES) {
      const nothing = new Uint8Array(16);
      const seal = (nonce: Uint8Array) => sharedKeyNonce(RFC4758, name, { K_SHARED, R_S: input.R_S, nonce });
      same(seal(nothing), unhex(prf.DS[name]), `${name} DS`);
      same(seal(input.R_C), unhex(prf.encryptedNonce[name]), `${name} EncryptedNonce`);
      same(seal(unhex(prf.encryptedNonce[name])), input.R_C, `${name} and back`);
      const token = K_TOKEN(RFC4758, name, { R_C: input.R_C, k: K_SHARED, R_S: input.R_S, dsLen: 16 });
      same(token, unhex(prf.K_TOKEN[name]), `${name} K_TOKEN`);
      same(MAC_1(RFC4758, name, { K_AUTH, R_S: input.R_S }), unhex(prf.MAC_1[name]), `${name} MAC 1`);
      same(
        MAC_1(RFC4758, name, { K_AUTH, R, R_S: input.R_S }),
        unhex(prf.MAC_1_R[name]),
        `${name} MAC 1 with R`,
      );
      same(MAC_2(RFC4758, name, { K_AUTH, R_C: input.R_C }), unhex(prf.MAC_2[name]), `${name} MAC 2`);
      const own = MAC_2(RFC4758, name, { K_AUTH: token, R_C: input.R_C });
      same(own, unhex(prf.MAC_2_K_TOKEN[name]), `${name} MAC 2 by K_TOKEN`);
    }
  },

  'the vector of a deployed client, and every wrong order'() {
    const [nonce, server] = [unhex(deployedKey.R_C), unhex(deployedKey.R_S)];
    const k = fromBase64(deployedKey.modulus) as Uint8Array;
    const derive = (dialect: Dialect) => {
      const token = K_TOKEN(dialect, 'ct-kip-prf-aes', { R_C: nonce, k, R_S: server, dsLen: 16 });
      return [token, MAC_2(dialect, 'ct-kip-prf-aes', { K_AUTH: token, R_C: nonce })];
    };
    same(derive(DEPLOYED), [unhex(deployedKey.K_TOKEN), unhex(deployedKey.MAC_2)], 'deployed');
    for (const wrong of deployedKey.wrong) {
      const { blockOrder } = DIALECTS[wrong.blockOrder as DialectName];
      const got = derive({ ...DIALECTS[wrong.seedOrder as DialectName], blockOrder });
      same(got, [unhex(wrong.K_TOKEN), unhex(wrong.MAC_2)], 'a wrong variant');
      different(got[0], unhex(deployedKey.K_TOKEN), 'and another key');
      different(got[1], unhex(deployedKey.MAC_2), 'and another MAC');
    }
    const lower = { ...DEPLOYED, labels: RFC4758.labels };
    same(derive(lower)[0], unhex(deployedKey.K_TOKEN), 'K_TOKEN has one label in both');
    different(derive(lower)[1], unhex(deployedKey.MAC_2), 'the letter case of the MAC label counts');
  },

  'the transcript: K_TOKEN and MAC 2 of both dialects'() {
    for (const name of ['deployed', 'rfc4758'] as const) {
      for (const [algorithm, expected] of Object.entries(transcript[name])) {
        const suite = algorithm as (typeof PRF_NAMES)[number];
        const token = K_TOKEN(DIALECTS[name], suite, { R_C, k: modulus, R_S, dsLen: 16 });
        same(token, unhex(expected.K_TOKEN), `${name} ${algorithm} K_TOKEN`);
        const mac = MAC_2(DIALECTS[name], suite, { K_AUTH: token, R_C });
        same(mac, unhex(expected.MAC_2), `${name} ${algorithm} MAC 2`);
      }
    }
  },

  'MAC 1 of the deployed dialect, with and without R'() {
    const { K_AUTH, R } = input;
    for (const nonce of [undefined, R]) {
      const s = concat(utf8('MAC 1 Computation'), nonce ?? new Uint8Array(0), input.R_S);
      const expected = CT_KIP_PRF('ct-kip-prf-aes', 's || INT(i)', K_AUTH, s, 16);
      same(MAC_1(DEPLOYED, 'ct-kip-prf-aes', { K_AUTH, R: nonce, R_S: input.R_S }), expected, 'MAC 1');
    }
  },

  'what encrypts R_C under each label'() {
    const schemes = (dialect: Dialect) =>
      (['rsa-1_5', 'rsa-oaep-mgf1p', 'ct-kip-prf-aes'] as const).map((name) =>
        nonceEncryption(dialect, name),
      );
    same(schemes(DEPLOYED), ['RSAES-OAEP-SHA1', 'RSAES-OAEP-SHA1', 'shared-key'], 'deployed');
    same(schemes(RFC4758), ['RSAES-PKCS1-v1_5', 'RSAES-OAEP-SHA1', 'shared-key'], 'RFC');
  },

  'RSAES-PKCS1-v1_5 with the PS of the transcript'() {
    same(base64(rsaesPkcs1(key, R_C, unhex(transcript.PS))), transcript.encryptedNoncePkcs1, 'ciphertext');
  },

  async 'RSAES-PKCS1-v1_5 pads with non-zero random octets and decrypts'() {
    const random = counter(1);
    const [a, b] = [
      await encryptNonce('RSAES-PKCS1-v1_5', key, R_C, random),
      await encryptNonce('RSAES-PKCS1-v1_5', key, R_C, random),
    ];
    assert(a && b, 'encrypted');
    different(a, b, 'randomised');
    for (const C of [a, b]) same(await decryptNonce('RSAES-PKCS1-v1_5', C), R_C, 'decrypts');
  },

  async 'RSAES-OAEP: the transcript decrypts, and so does ours'() {
    const given = fromBase64(transcript.encryptedNonceOaep) as Uint8Array;
    same(await decryptNonce('RSAES-OAEP-SHA1', given), R_C, 'transcript');
    const ours = await rsaesOaepSha1(key, R_C);
    assert(ours, 'encrypted');
    same(await decryptNonce('RSAES-OAEP-SHA1', ours), R_C, 'ours');
    same(await decryptNonce('RSAES-PKCS1-v1_5', given), undefined, 'the other padding does not decrypt');
  },

  'PS leaves zeros out and does not hang on a broken generator'() {
    let draws = 0;
    const PS = nonZero(20, (length) => {
      draws += 1;
      return Uint8Array.from({ length }, (_, i) => (draws + i) % 3);
    });
    same([PS.length, PS.includes(0)], [20, false], 'PS');
    let thrown = false;
    try {
      nonZero(8, (length) => new Uint8Array(length));
    } catch {
      thrown = true;
    }
    assert(thrown, 'zeros only are refused');
  },

  'keys that must not be used'() {
    same(keyDefect(key, 1024), undefined, 'good');
    same(keyDefect(key, 1025), 'too small', 'policy');
    same(
      keyDefect({ ...key, modulus: concat(new Uint8Array(200), modulus) }, 1025),
      'too small',
      'zeros in front',
    );
    same(keyDefect({ ...key, exponent: Uint8Array.of(1) }, 1024), 'not an RSA key', 'exponent 1');
    same(keyDefect({ ...key, exponent: Uint8Array.of(2) }, 1024), 'not an RSA key', 'even exponent');
    same(
      keyDefect({ ...key, exponent: new Uint8Array(64).fill(255) }, 1024),
      'not an RSA key',
      'huge exponent',
    );
    same(
      keyDefect({ ...key, modulus: concat(modulus, Uint8Array.of(2)) }, 1024),
      'not an RSA key',
      'even modulus',
    );
    same(
      keyDefect({ ...key, modulus: new Uint8Array(1025).fill(255) }, 1024),
      'not an RSA key',
      'huge modulus',
    );
    same(modulusBits(Uint8Array.of(0, 0, 0x40)), 7, 'bits');
    same(modulusBits(new Uint8Array(4)), 0, 'no bits');
  },

  'base64 as XML carries it'() {
    same(fromBase64(' AQ\r\n\tAB '), Uint8Array.of(1, 0, 1), 'white space');
    for (const bad of ['A', 'AQA', 'AQ=A', '====', 'A===', 'AQ-_', 'AQAB AQ', 'é']) {
      same(fromBase64(bad), undefined, bad);
    }
    same(fromBase64(''), new Uint8Array(0), 'empty');
    same(minimalOctets(Uint8Array.of(0, 0, 1, 0)), Uint8Array.of(1, 0), 'minimal');
  },
};
