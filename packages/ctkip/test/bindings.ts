/** Cases: SOAP, HTTP and ProvisioningData. */

import { utf8 } from '@sower/bytes/octets';
import { DEPLOYED, RFC4758 } from '../src/dialect.ts';
import {
  decodeTriggerRequest,
  dialectOf,
  MEDIA_TYPE_SOAP,
  MEDIA_TYPE_XML,
  requestHeaders,
  responseHeaders,
  triggerRequest,
} from '../src/http.ts';
import {
  assertedDevice,
  decodeFinalProvisioningData,
  encodeClientProvisioningData,
  normalizeDeviceId,
} from '../src/provisioning-data.ts';
import {
  decodeSoapRequest,
  decodeSoapResponse,
  encodeSoapFault,
  encodeSoapRequest,
  encodeSoapResponse,
  faultMessage,
} from '../src/soap.ts';
import { assert, type Cases, same } from './assert.ts';

const DATA = utf8('<not <well-formed> \u0000');
const PDU = utf8('<ClientHello/>');

function mutate(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  assert(changed !== text, `${from} occurs`);
  return changed;
}

export const cases: Cases = {
  'envelopes carry code, data and message as they are'() {
    const authData = '1234 <&> 5678';
    const request = encodeSoapRequest({ authData, provisioningData: DATA, request: PDU });
    same(decodeSoapRequest(request), { ok: true, authData, provisioningData: DATA, request: PDU }, 'request');
    const response = encodeSoapResponse({ authData, provisioningData: DATA, response: PDU });
    same(
      decodeSoapResponse(response),
      { ok: true, authData, provisioningData: DATA, response: PDU },
      'response',
    );
  },

  'envelopes of other layouts'() {
    const request = encodeSoapRequest({ authData: '1', provisioningData: DATA, request: PDU });
    const expected = { ok: true, authData: '1', provisioningData: DATA, request: PDU };
    const line = request
      .replace(/>\s+</g, '><')
      .replaceAll('soapenv:', 's:')
      .replace('xmlns:soapenv', 'xmlns:s');
    same(decodeSoapRequest(line), expected, 'one line, another prefix');
    const wrapped = request
      .replace('<ClientRequest', '<processClientMessage><ClientRequest')
      .replace('</ClientRequest>', '</ClientRequest></processClientMessage>');
    same(decodeSoapRequest(wrapped), expected, 'wrapped once more');
    const headed = mutate(
      request,
      '  <soapenv:Body>',
      '  <soapenv:Header><x/></soapenv:Header><soapenv:Body>',
    );
    same(decodeSoapRequest(headed), expected, 'with a header');
    const bare = mutate(request, /<ProvisioningData>[\s\S]*<\/ProvisioningData>/, '<ProvisioningData/>');
    same(decodeSoapRequest(bare), { ...expected, provisioningData: new Uint8Array(0) }, 'no data');
  },

  'what is no request'() {
    const request = encodeSoapRequest({ authData: '1', provisioningData: DATA, request: PDU });
    const bad = [
      '',
      '<a/>',
      'soap',
      mutate(request, '<?xml', '<!DOCTYPE x><?xml'),
      // SOAP 1.1 §3.
      mutate(request, '?>', '?><?a b?>'),
      mutate(request, '<Request>', '<?a?><Request>'),
      request.replaceAll('ClientRequest', 'ServerRequest'),
      request.replaceAll('Envelope', 'Letter'),
      mutate(request, /(<Request>[\s\S]*<\/Request>)/, '$1$1'),
      mutate(request, /<Request>[\s\S]*<\/Request>/, ''),
      mutate(request, /(<Request>)/, '$1*'),
      mutate(request, /(<AuthData>)/, `$1${'1'.repeat(128)}`),
      mutate(request, /(<AuthData>.*<\/AuthData>)/, '$1$1'),
      mutate(request, /(<ProvisioningData>)/, '$1*'),
      encodeSoapRequest({ authData: '1', provisioningData: new Uint8Array(8193), request: PDU }),
      encodeSoapResponse({ authData: '1', provisioningData: DATA, response: PDU }),
      encodeSoapFault(),
    ];
    for (const text of bad) assert(!decodeSoapRequest(text).ok, text.slice(0, 200));
  },

  'faults and the words in them'() {
    const decoded = decodeSoapResponse(encodeSoapFault());
    assert(decoded.ok && 'fault' in decoded, 'a fault');
    same(decoded.fault.code, 'soapenv:Server.userException', 'code');
    same(faultMessage(decoded.fault), 'Invalid authorization code.', 'message');
    const other = decodeSoapResponse(
      encodeSoapFault({ exception: 'org.example.Policy', message: 'Not <this> device: no' }),
    );
    assert(other.ok && 'fault' in other, 'another');
    same(faultMessage(other.fault), 'Not <this> device: no', 'its message');
    same(faultMessage({ code: 'x', text: 'Just words' }), 'Just words', 'free text');
  },

  'the dialect of a request'() {
    const soap = utf8(encodeSoapRequest({ authData: '1', provisioningData: DATA, request: PDU }));
    const xml = utf8('<?xml version="1.0"?><!-- <Envelope> --><k:ClientHello xmlns:k="x"/>');
    same(dialectOf(MEDIA_TYPE_SOAP, soap), 'deployed', 'desktop');
    same(dialectOf('Text/XML; charset=utf-8', soap), 'deployed', 'mobile');
    same(dialectOf(`${MEDIA_TYPE_XML}; charset=utf-8`, xml), 'rfc4758', 'RFC');
    const commented = utf8(`<!-- <ClientHello> --><s:Envelope xmlns:s="x"/>`);
    same(dialectOf(MEDIA_TYPE_XML, commented), 'deployed', 'a comment before the envelope');
    same(dialectOf(MEDIA_TYPE_XML, soap), 'deployed', 'an envelope under the media type of the RFC');
    same(
      [undefined, '', 'application/json', 'application/xml'].map((type) => dialectOf(type, xml)),
      Array(4).fill(undefined),
      'others',
    );
  },

  headers() {
    same(
      requestHeaders(DEPLOYED, 'ClientHello', '123'),
      { 'Content-Type': MEDIA_TYPE_SOAP, SOAPAction: 'StartService', Authorization: '123' },
      'first',
    );
    same(requestHeaders(DEPLOYED, 'ClientNonce', '123').SOAPAction, 'ServerFinished', 'second');
    same(requestHeaders(RFC4758, 'ClientHello', '123').Authorization, undefined, 'no code in the RFC');
    same(responseHeaders(RFC4758)['Content-Type'], MEDIA_TYPE_XML, 'RFC');
    same(responseHeaders(DEPLOYED)['Content-Type'], 'text/xml; charset=utf-8', 'deployed');
    assert(responseHeaders(DEPLOYED)['Cache-Control']?.includes('no-store'), 'not cached');
  },

  'the request for a trigger'() {
    const fields = { activationCode: '1&2=3', deviceId: 'a b', deviceClass: 'ü' };
    const request = triggerRequest('https://otp.example.com/ctkip/', fields);
    same(request.url, 'https://otp.example.com/ctkip/trigger', 'url');
    const type = request.headers['Content-Type'];
    same(decodeTriggerRequest(type, request.body), fields, 'read back');
    same(decodeTriggerRequest('application/json', request.body), undefined, 'another type');
    for (const body of [
      '',
      'deviceId=1',
      'activationCode=',
      'activationCode=1&activationCode=2',
      `activationCode=${'1'.repeat(129)}`,
    ]) {
      same(decodeTriggerRequest(type, utf8(body)), undefined, body.slice(0, 40));
    }
  },

  'what a client says about itself, from any shape of it'() {
    const own = encodeClientProvisioningData({
      version: '1',
      manufacturer: 'M & N',
      deviceId: 'ab-12 cd',
      deviceClass: '556f1985-33dd',
    });
    same(
      assertedDevice(utf8(own)),
      { deviceId: 'AB12CD', deviceClass: '556F198533DD', version: '1', manufacturer: 'M & N' },
      'ours',
    );
    same(
      own.slice(own.indexOf('<FormFactor')),
      '<FormFactor/><DeviceID>ab-12 cd</DeviceID><DeviceClass>556f1985-33dd</DeviceClass></ProvisioningData>',
      'order',
    );
    const broken =
      '<ProvisioningData><Version>1<p:DEVICESERIALNUMBER x="1">ab12</p:DEVICESERIALNUMBER><DeviceType>Phone</Devi';
    same(
      assertedDevice(utf8(broken)),
      { deviceId: 'AB12', deviceClass: 'PHONE', version: '1' },
      'not well-formed',
    );
    const names = { deviceId: ['Uid'], deviceClass: [] };
    same(
      assertedDevice(utf8('<a><b><UID>x-1</UID></b></a>'), names),
      { deviceId: 'X1' },
      'other names, deeper',
    );
    for (const text of ['', '<', '<ProvisioningData/>', '<DeviceID/>', '<DeviceID>-</DeviceID>']) {
      same(assertedDevice(utf8(text)), {}, `nothing in ${text}`);
    }
    same(assertedDevice(new Uint8Array(100_000).fill(60)), {}, 'much of nothing');
    same(normalizeDeviceId(' a01c-4380 '), 'A01C4380', 'normal form');
  },

  'the final data, whole or not'() {
    const read = (text: string) => decodeFinalProvisioningData(utf8(text));
    same(
      read('<ProvisioningData><AddPIN>0</AddPIN><PinType>2</PinType></ProvisioningData>'),
      { addPin: false, pinType: 2 },
      'whole',
    );
    same(read(''), { addPin: true, pinType: 0 }, 'what deployed clients assume');
    same(read('<a><PinType>x</PinType></a>'), { addPin: true, pinType: 0 }, 'nonsense');
  },
};
