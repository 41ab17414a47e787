/** Cases: what the decoder refuses, with which status, and what it must let pass. */

import { base64 } from '@sower/bytes/base64';
import { CT_KIP, CT_KIP_2005_11 } from '../src/algorithms.ts';
import {
  type DecodeFailure,
  decodeRequest,
  decodeServerFinished,
  decodeServerHello,
  decodeTrigger,
} from '../src/decode.ts';
import { DEPLOYED, type Dialect, RFC4758 } from '../src/dialect.ts';
import { encodeMessage } from '../src/encode.ts';
import { assert, type Cases, same } from './assert.ts';
import { transcriptMessages } from './documents.ts';

const BOTH = [DEPLOYED, RFC4758];

function refused(dialect: Dialect, text: string, read = decodeRequest as Reader): DecodeFailure {
  const decoded = read(dialect, text);
  assert(!decoded.ok, `refused: ${text.slice(0, 200)}`);
  return decoded;
}
type Reader = (dialect: Dialect, bytes: string) => { ok: true } | DecodeFailure;

function written(dialect: Dialect) {
  const { hello, serverHello, nonce, serverFinished } = transcriptMessages(dialect);
  return {
    hello: encodeMessage(dialect, hello),
    nonce: encodeMessage(dialect, nonce),
    serverHello: encodeMessage(dialect, serverHello),
    serverFinished: encodeMessage(dialect, { ...serverFinished, pin: undefined }),
  };
}

/** Replaces what must be there to be replaced. */
function change(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  assert(changed !== text, `${from} occurs`);
  return changed;
}

export const cases: Cases = {
  'what is no XML, or not CT-KIP, is told apart for HTTP'() {
    const outcome = (text: string) => {
      const failure = refused(RFC4758, text);
      return [failure.status, failure.fault];
    };
    same(outcome('hello'), ['MalformedRequest', 'document'], 'no XML');
    same(outcome(''), ['MalformedRequest', 'document'], 'nothing');
    same(outcome('<!DOCTYPE a><a/>'), ['MalformedRequest', 'document'], 'a document type');
    same(outcome('<ClientHello Version="1.0"/>'), ['MalformedRequest', 'namespace'], 'no namespace');
    same(
      outcome(`<ClientHello xmlns="${CT_KIP_2005_11}" Version="1.0"/>`),
      ['MalformedRequest', 'namespace'],
      '2005/11',
    );
    same(outcome(`<k:Nothing xmlns:k="${CT_KIP}" Version="1.0"/>`), ['UnknownRequest', 'message'], 'unknown');
    same(
      outcome(`<k:ServerHello xmlns:k="${CT_KIP}" Version="1.0"/>`),
      ['UnknownRequest', 'message'],
      "a server's",
    );
    same(
      outcome(`<k:constructor xmlns:k="${CT_KIP}" Version="1.0"/>`),
      ['UnknownRequest', 'message'],
      'a trap',
    );
    const deployed = refused(DEPLOYED, '<ClientHello xmlns="urn:other"/>');
    same(deployed.fault, 'namespace', 'deployed');
  },

  'deployed requests may be in either namespace or none'() {
    const { hello } = written(DEPLOYED);
    for (const namespace of [CT_KIP, CT_KIP_2005_11, '']) {
      assert(
        decodeRequest(DEPLOYED, change(hello, /xmlns="[^"]+"/, `xmlns="${namespace}" data-x=""`)).ok,
        namespace,
      );
    }
    assert(decodeRequest(DEPLOYED, hello.replaceAll(' xmlns=""', '')).ok, 'qualified children');
    assert(
      decodeRequest(
        RFC4758,
        written(RFC4758).hello.replaceAll('Supported', 'k:Supported').replaceAll('</k:k:', '</k:'),
      ).ok,
      'qualified children, RFC',
    );
  },

  'the version'() {
    for (const dialect of BOTH) {
      const { hello, nonce, serverHello } = written(dialect);
      const status = (text: string, version: string) =>
        refused(dialect, change(text, /Version="1\.0"/, version)).status;
      same(status(hello, 'Version="2.0"'), 'UnsupportedVersion', 'another');
      same(status(hello, 'Version="1.00"'), 'UnsupportedVersion', 'compared exactly');
      same(status(hello, 'Version="one"'), 'MalformedRequest', 'none');
      same(
        status(nonce, 'Version="2.0"'),
        'MalformedRequest',
        'only the first response says UnsupportedVersion',
      );
      const answer = refused(
        dialect,
        change(serverHello, /Version="1\.0"/, 'Version="2.0"'),
        decodeServerHello,
      );
      same(answer.status, 'UnsupportedVersion', "a server's");
    }
    same(
      refused(RFC4758, change(written(RFC4758).hello, / Version="1\.0"/, '')).status,
      'MalformedRequest',
      'missing',
    );
    assert(
      decodeRequest(DEPLOYED, change(written(DEPLOYED).hello, / Version="1\.0"/, '')).ok,
      'missing, deployed',
    );
  },

  'an attribute in a namespace is none of the protocol'() {
    const foreign = (text: string, name: string) =>
      change(change(text, new RegExp(` ${name}=`), ` z:${name}=`), /<([\w:]+) /, '<$1 xmlns:z="urn:z" ');
    for (const dialect of BOTH) {
      const { hello, nonce, serverHello, serverFinished } = written(dialect);
      if (dialect.versionRequired) {
        for (const text of [hello, nonce]) {
          same(refused(dialect, foreign(text, 'Version')).reason, 'no Version', 'Version');
          same(
            refused(dialect, change(foreign(text, 'Version'), '"urn:z"', `"${CT_KIP}"`)).reason,
            'no Version',
            "the protocol's own namespace is one too",
          );
        }
      }
      same(refused(dialect, foreign(nonce, 'SessionID')).reason, 'no SessionID', 'SessionID');
      same(
        refused(dialect, foreign(serverHello, 'Status'), decodeServerHello).reason,
        'no Status of this message',
        'Status',
      );
      const finished = (text: string) => {
        const read = decodeServerFinished(dialect, text);
        assert(read.ok && read.message.status === 'Success', 'ServerFinished');
        return read.message;
      };
      same(finished(foreign(serverFinished, 'TimeInterval')).otp?.timeInterval, undefined, 'TimeInterval');
      same(finished(foreign(serverFinished, 'MacAlgorithm')).mac.algorithm, undefined, 'MacAlgorithm');
      const extension = (attributes: string) =>
        decodeRequest(
          dialect,
          change(
            hello,
            /(<\/[\w:]+>)$/,
            `<Extensions xmlns="" xmlns:z="urn:z" xmlns:k="${CT_KIP}"><Extension ${attributes}><Data>AAAA</Data></Extension></Extensions>$1`,
          ),
        );
      const unknown = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="z:Unheard"';
      assert(extension(`z:Critical="true" ${unknown}`).ok, 'z:Critical');
      assert(!extension(`Critical="true" ${unknown}`).ok, 'Critical');
      const typed = (attributes: string) => {
        const read = extension(attributes);
        assert(read.ok && read.message.kind === 'ClientHello', 'ClientHello');
        return read.message.clientInfo !== undefined;
      };
      const own = 'k:ClientInfoType';
      same(typed(`xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="${own}"`), true, 'xsi:type');
      // Without a type the deployed dialect goes by the content.
      same(typed(`z:type="${own}"`), dialect.untypedExtensions, 'z:type');
      same(typed(`type="${own}"`), dialect.untypedExtensions, 'type');
    }
  },

  'a part that is missing, twice, too long, or not what it must be'() {
    for (const dialect of BOTH) {
      const { hello, nonce } = written(dialect);
      const broken: [string, string | RegExp, string][] = [
        [hello, /<SupportedKeyTypes.*?<\/SupportedKeyTypes>/, ''],
        [hello, /(<SupportedMACAlgorithms.*?<\/SupportedMACAlgorithms>)/, '$1$1'],
        [hello, /(<SupportedMACAlgorithms[^>]*>).*?(<\/SupportedMACAlgorithms>)/, '$1$2'],
        [hello, /(<Algorithm[^>]*>)/, `$1${'x'.repeat(600)}`],
        [hello, /(<Algorithm[^>]*>.*?<\/Algorithm>)/, '$1'.repeat(40)],
        [hello, /(<SupportedKeyTypes)/, '<KeyID>AA=A</KeyID>$1'],
        [hello, /(<SupportedKeyTypes)/, '<KeyID></KeyID>$1'],
        [hello, /(<SupportedKeyTypes)/, `<KeyID>${'AAAA'.repeat(60)}</KeyID>$1`],
        [hello, /(<SupportedKeyTypes)/, '<ClientNonce>AAAA</ClientNonce>$1'],
        [hello, /(<SupportedKeyTypes)/, `<ClientNonce>${base64(new Uint8Array(129))}</ClientNonce>$1`],
        [nonce, /(<EncryptedNonce.*?<\/EncryptedNonce>)/, '$1$1'],
        [nonce, /<EncryptedNonce.*?<\/EncryptedNonce>/, ''],
        [nonce, /(<EncryptedNonce[^>]*>)/, '$1<x/>'],
        [nonce, /(<EncryptedNonce[^>]*>)/, '$1*'],
        [nonce, /(<EncryptedNonce[^>]*>).*?</, '$1AAAA<'],
        [nonce, /(<EncryptedNonce[^>]*>).*?</, `$1${base64(new Uint8Array(1025))}<`],
        [nonce, / SessionID="[^"]*"/, ''],
        [nonce, / SessionID="[^"]*"/, ' SessionID=""'],
        [nonce, / SessionID="[^"]*"/, ` SessionID="${'s'.repeat(129)}"`],
        [nonce, /(<Extensions.*<\/Extensions>)/, '$1$1'],
        [nonce, /(<Extension .*<\/Extension>)/, '$1$1'],
        [nonce, /(<Extension .*<\/Extension>)/, '$1'.repeat(17)],
        [nonce, /(<Data>.*<\/Data>)/, '$1$1'],
        [nonce, /<Extension /, '<Extension Critical="perhaps" '],
      ];
      for (const [text, from, to] of broken) {
        const failure = refused(dialect, change(text, from, to));
        same([failure.status, failure.fault], ['MalformedRequest', 'message'], `${dialect.name} ${from}`);
        same(failure.answer, text === hello ? 'ServerHello' : 'ServerFinished', 'answered by');
      }
      assert(
        decodeRequest(dialect, change(nonce, / SessionID="[^"]*"/, ` SessionID="${'s'.repeat(128)}"`)).ok,
        '128',
      );
      same(
        refused(dialect, change(nonce, /<EncryptedNonce.*?<\/EncryptedNonce>/, '')).sessionId !== undefined,
        true,
        'session known',
      );
    }
  },

  'nonces: exactly 16 octets in the deployed dialect, 16 and more in the RFC'() {
    const hello = (dialect: Dialect, length: number) => {
      const text = `<TriggerNonce>${base64(new Uint8Array(length))}</TriggerNonce><SupportedKeyTypes`;
      return decodeRequest(dialect, change(written(dialect).hello, '<SupportedKeyTypes', text)).ok;
    };
    same(
      [15, 16, 17, 128, 129].map((n) => hello(DEPLOYED, n)),
      [false, true, false, false, false],
      'deployed',
    );
    same(
      [15, 16, 17, 128, 129].map((n) => hello(RFC4758, n)),
      [false, true, true, true, false],
      'RFC',
    );
  },

  'what is not known is passed over, unless it is critical'() {
    for (const dialect of BOTH) {
      const { hello, nonce, serverHello, serverFinished } = written(dialect);
      const readers: [string, Reader][] = [
        [hello, decodeRequest],
        [nonce, decodeRequest],
        [serverHello, decodeServerHello],
        [serverFinished, decodeServerFinished],
      ];
      for (const [text, read] of readers) {
        const add = (extension: string): string =>
          text.includes('</Extensions>')
            ? change(text, '</Extensions>', `${extension}</Extensions>`)
            : change(text, /(<\/[\w:]+>)$/, `<Extensions xmlns="">${extension}</Extensions>$1`);
        for (const attributes of ['', ' Critical="false"', ' Critical="0"']) {
          assert(read(dialect, add(`<Extension${attributes}><Other/></Extension>`)).ok, 'not critical');
        }
        for (const attributes of [
          'Critical="true"',
          'Critical="1"',
          'xmlns:o="urn:o" xsi:type="o:ClientInfoType" Critical="true"',
        ]) {
          const extension = `<Extension xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ${attributes}><Data>AAAA</Data></Extension>`;
          const critical = change(add(extension), '<Data>AAAA</Data></Extension>', '<Other/></Extension>');
          same(refused(dialect, critical, read).status, 'UnknownCriticalExtension', attributes);
        }
        const foreign = `<o:EncryptedNonce xmlns:o="urn:o">x</o:EncryptedNonce>`;
        assert(read(dialect, change(text, /(<\/[\w:]+>)$/, `${foreign}<Unheard/>$1`)).ok, 'elements');
      }
      // Known, but not here: a server's information in a client's first message.
      const misplaced = `<Extensions xmlns=""><Extension xmlns:k="${CT_KIP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="k:ServerInfoType" Critical="true"><Data>AAAA</Data></Extension></Extensions>`;
      same(
        refused(dialect, change(hello, /(<\/[\w:]+>)$/, `${misplaced}$1`)).status,
        'UnknownCriticalExtension',
        'misplaced',
      );
    }
  },

  'answers: status, algorithms, dates, numbers'() {
    for (const dialect of BOTH) {
      const { serverHello, serverFinished } = written(dialect);
      const bad = (text: string, from: string | RegExp, to: string, read: Reader) =>
        same(refused(dialect, change(text, from, to), read).status, 'MalformedRequest', `${from}`);
      bad(serverHello, 'Status="Continue"', 'Status="Success"', decodeServerHello as Reader);
      bad(serverHello, 'Status="Continue"', 'Status="Whatever"', decodeServerHello as Reader);
      bad(serverHello, ' Status="Continue"', '', decodeServerHello as Reader);
      bad(serverHello, 'SecurID-AES', 'SecurID-DES', decodeServerHello as Reader);
      bad(serverHello, 'xmlenc#rsa-1_5', 'xmlenc#rsa-1_6', decodeServerHello as Reader);
      bad(serverHello, 'ct-kip-prf-aes', 'ct-kip-prf-md5', decodeServerHello as Reader);
      bad(serverHello, /<ds:Exponent>.*?<\/ds:Exponent>/, '', decodeServerHello as Reader);
      const finished = (from: string | RegExp, to: string) =>
        bad(serverFinished, from, to, decodeServerFinished as Reader);
      finished('Status="Success"', 'Status="Continue"');
      finished(/<Mac.*<\/Mac>/, '');
      for (const date of ['2027-02-30', '2027-13-01', '2027-00-01', '20270131', ''])
        finished('2027-01-31', date);
      finished('T00:00:00', 'T24:00:00');
      finished('T00:00:00', 'T00:60:00');
      finished(/(<OTPFormat>).*?</, '$1Octal<');
      for (const length of ['0', '-1', '65', '1e1', 'x', '9999999'])
        finished(/(<OTPLength>).*?</, `$1${length}<`);
      for (const interval of ['0', '', '1.5']) finished(/TimeInterval="\d+"/, `TimeInterval="${interval}"`);
      finished(/(<UserID[^>]*>)/, `$1${'u'.repeat(129)}`);
    }
    const at = (text: string) => {
      const decoded = decodeServerFinished(
        RFC4758,
        change(written(RFC4758).serverFinished, '2027-01-31T00:00:00Z', text),
      );
      assert(decoded.ok && decoded.message.status === 'Success', text);
      return decoded.message.keyExpiry;
    };
    const midnight = Date.UTC(2027, 0, 31) / 1000;
    same(
      [
        '2027-01-31T02:30:00+02:30',
        '2027-01-30T19:00:00-05:00',
        '2027-01-31T00:00:00',
        ' 2027-01-31T00:00:00.99Z ',
      ].map(at),
      Array(4).fill(midnight),
      'zones',
    );
  },

  'a trigger'() {
    const text = encodeMessage(RFC4758, { kind: 'CT-KIPTrigger', triggerNonce: new Uint8Array(16) });
    same(
      refused(RFC4758, change(text, /<TriggerNonce>.*<\/TriggerNonce>/, ''), decodeTrigger).status,
      'MalformedRequest',
      'no nonce',
    );
    same(refused(RFC4758, written(RFC4758).hello, decodeTrigger).status, 'UnknownRequest', 'another message');
  },
};
