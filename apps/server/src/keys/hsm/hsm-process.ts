/**
 * A separate process that uses an HSM once and exits: whatever the manufacturer's library does (waits, crashes, starts threads) happens
 * here and not in the server. pkcs11js is loaded only here, and has to be installed only where a master key is in an HSM.
 */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { TokenNames } from './uri.ts';

export type HsmRequest = {
  readonly module: string;
  readonly token: TokenNames;
  readonly key: { readonly label?: string; readonly id?: string };
  readonly pin: string;
  readonly operations: readonly HsmOperation[];
};
/** AES-GCM with a tag of 16 octets behind the ciphertext; octets are in base64. */
export type HsmOperation = {
  readonly kind: 'encrypt' | 'decrypt';
  readonly nonce: string;
  readonly about: string;
  readonly data: string;
};
export type HsmFailure =
  | 'not-installed'
  | 'module'
  | 'no-token'
  | 'pin'
  | 'no-key'
  | 'several-keys'
  | 'extractable'
  | 'altered'
  | 'failed';
export type HsmResponse =
  | { readonly results: readonly string[] }
  | { readonly failure: HsmFailure; readonly detail: string };
/** What it sends: that it runs, and then its response. */
export type HsmMessage = 'begun' | HsmResponse;

type Handle = Buffer;
type Template = { type: number; value?: Buffer | boolean | number | string }[];
/** What is used of pkcs11js. */
type Pkcs11 = {
  load(path: string): void;
  C_Initialize(options: { flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(present: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): {
    label: string;
    serialNumber: string;
    model: string;
    manufacturerID: string;
  };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_Login(session: Handle, user: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: Template): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: Template): { value: Buffer }[];
  C_EncryptInit(session: Handle, mechanism: object, key: Handle): void;
  C_Encrypt(session: Handle, data: Buffer, out: Buffer): Buffer;
  C_DecryptInit(session: Handle, mechanism: object, key: Handle): void;
  C_Decrypt(session: Handle, data: Buffer, out: Buffer): Buffer;
};

// PKCS#11 3.0, pkcs11t.h.
const CKF_OS_LOCKING_OK = 2;
const CKF_SERIAL_SESSION = 4;
const CKU_USER = 1;
const CKO_SECRET_KEY = 4;
const CKK_AES = 0x1f;
const CKM_AES_GCM = 0x1087;
const CKA = { class: 0, label: 3, keyType: 0x100, id: 0x102, sensitive: 0x103, extractable: 0x162 } as const;
const CK_PARAMS_AES_GCM = 3;
const TAG = 16;
const PIN_REFUSED = /CKR_(?:PIN_INCORRECT|PIN_INVALID|PIN_LEN_RANGE|PIN_EXPIRED|PIN_LOCKED)/;

class Failed extends Error {
  readonly failure: HsmFailure;
  constructor(failure: HsmFailure, detail = '') {
    super(detail);
    this.failure = failure;
  }
}

const detailOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/** Whatever goes wrong there has this name. */
function as<T>(failure: HsmFailure, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Failed(failure, detailOf(error));
  }
}

function library(module: string): Pkcs11 {
  const { PKCS11 } = as(
    'not-installed',
    () => createRequire(import.meta.filename)('pkcs11js') as { PKCS11: new () => Pkcs11 },
  );
  const hsm = new PKCS11();
  as('module', () => hsm.load(module));
  as('module', () => hsm.C_Initialize({ flags: CKF_OS_LOCKING_OK }));
  return hsm;
}

function answer({ module, token, key, pin, operations }: HsmRequest): string[] {
  const hsm = library(module);
  try {
    const slot = hsm.C_GetSlotList(true).find((one) => {
      const { label, serialNumber, model, manufacturerID } = hsm.C_GetTokenInfo(one);
      const found = { label, serial: serialNumber, model, manufacturer: manufacturerID };
      return Object.entries(token).every(
        ([name, wanted]) => wanted === found[name as keyof TokenNames].replace(/[\0 ]+$/, ''),
      );
    });
    if (!slot) throw new Failed('no-token');
    const session = hsm.C_OpenSession(slot, CKF_SERIAL_SESSION);
    try {
      hsm.C_Login(session, CKU_USER, pin);
    } catch (error) {
      throw new Failed(PIN_REFUSED.test(detailOf(error)) ? 'pin' : 'failed', detailOf(error));
    }
    const handle = keyOf(hsm, session, key);
    return operations.map((operation) => perform(hsm, session, handle, operation));
  } finally {
    hsm.C_Finalize();
  }
}

function keyOf(hsm: Pkcs11, session: Handle, { label, id }: HsmRequest['key']): Handle {
  hsm.C_FindObjectsInit(session, [
    { type: CKA.class, value: CKO_SECRET_KEY },
    { type: CKA.keyType, value: CKK_AES },
    ...(label === undefined ? [] : [{ type: CKA.label, value: label }]),
    ...(id === undefined ? [] : [{ type: CKA.id, value: Buffer.from(id, 'base64') }]),
  ]);
  const [handle, another] = hsm.C_FindObjects(session, 2);
  hsm.C_FindObjectsFinal(session);
  if (!handle) throw new Failed('no-key');
  if (another) throw new Failed('several-keys');
  const [sensitive, extractable] = hsm.C_GetAttributeValue(session, handle, [
    { type: CKA.sensitive },
    { type: CKA.extractable },
  ]);
  if (sensitive?.value[0] !== 1 || extractable?.value[0] !== 0) throw new Failed('extractable');
  return handle;
}

function perform(hsm: Pkcs11, session: Handle, key: Handle, operation: HsmOperation): string {
  const [iv, aad, data] = [operation.nonce, operation.about, operation.data].map((text) =>
    Buffer.from(text, 'base64'),
  ) as [Buffer, Buffer, Buffer];
  const parameter = { type: CK_PARAMS_AES_GCM, iv, aad, ivBits: iv.length * 8, tagBits: TAG * 8 };
  const mechanism = { mechanism: CKM_AES_GCM, parameter };
  const out = Buffer.alloc(data.length + TAG);
  if (operation.kind === 'encrypt') {
    hsm.C_EncryptInit(session, mechanism, key);
    return hsm.C_Encrypt(session, data, out).toString('base64');
  }
  hsm.C_DecryptInit(session, mechanism, key);
  try {
    return hsm.C_Decrypt(session, data, out).toString('base64');
  } catch (error) {
    // Each HSM has another error for a tag that does not fit. If it still encrypts, that was it.
    as('failed', () => {
      hsm.C_EncryptInit(
        session,
        { ...mechanism, parameter: { ...parameter, iv: randomBytes(iv.length) } },
        key,
      );
      hsm.C_Encrypt(session, data, Buffer.alloc(data.length + TAG));
    });
    throw new Failed('altered', detailOf(error));
  }
}

process.once('message', (request: HsmRequest) => {
  let response: HsmResponse;
  try {
    response = { results: answer(request) };
  } catch (error) {
    response =
      error instanceof Failed
        ? { failure: error.failure, detail: error.message }
        : { failure: 'failed', detail: detailOf(error) };
  }
  process.send?.(response, () => process.exit(0));
});
process.send?.('begun' satisfies HsmMessage);
