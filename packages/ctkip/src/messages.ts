/**
 * The protocol's messages as values, RFC 4758 §3.8, the same in both dialects.
 *
 * Octet strings are `Uint8Array`, algorithm lists contain the URIs as offered, times are Unix seconds (UTC). Absent and `undefined` mean
 * the same.
 */
import type { FailureStatus, Suite } from './algorithms.ts';

/** Start of a run, from server to client, by any channel. */
export type CtkipTrigger = {
  readonly kind: 'CT-KIPTrigger';
  readonly tokenId?: Uint8Array | undefined;
  readonly keyId?: Uint8Array | undefined;
  readonly triggerNonce: Uint8Array;
  /** Where to send the ClientHello. */
  readonly url?: string | undefined;
};

export type ClientHello = {
  readonly kind: 'ClientHello';
  readonly tokenId?: Uint8Array | undefined;
  /** Present when the run replaces this key. */
  readonly keyId?: Uint8Array | undefined;
  /** The RFC's R, part of the input of MAC 1. */
  readonly clientNonce?: Uint8Array | undefined;
  readonly triggerNonce?: Uint8Array | undefined;
  readonly keyTypes: readonly string[];
  readonly encryptionAlgorithms: readonly string[];
  readonly macAlgorithms: readonly string[];
  /** Data of the ClientInfo extension, which the server's next message returns unmodified. */
  readonly clientInfo?: Uint8Array | undefined;
};

/** The key that encrypts R_C. Numbers are minimal big-endian octets. */
export type EncryptionKey =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: 'shared'; readonly name: string };

export type Mac = {
  readonly value: Uint8Array;
  /** URI of the attribute MacAlgorithm. */
  readonly algorithm?: string | undefined;
};

export type ServerHello = {
  readonly kind: 'ServerHello';
  readonly status: 'Continue';
  readonly sessionId: string;
  readonly suite: Suite;
  readonly encryptionKey: EncryptionKey;
  readonly R_S: Uint8Array;
  readonly clientInfo?: Uint8Array | undefined;
  /** Data of the ServerInfo extension, which the ClientNonce returns unmodified. */
  readonly serverInfo?: Uint8Array | undefined;
  /** MAC 1. */
  readonly mac?: Mac | undefined;
};

export type ClientNonce = {
  readonly kind: 'ClientNonce';
  readonly sessionId: string;
  readonly encryptedNonce: Uint8Array;
  readonly clientInfo?: Uint8Array | undefined;
  readonly serverInfo?: Uint8Array | undefined;
};

export const OTP_FORMATS = ['Decimal', 'Hexadecimal', 'Alphanumeric', 'Binary'] as const;
export type OtpFormat = (typeof OTP_FORMATS)[number];
export const OTP_MODES = ['Time', 'Counter', 'Challenge'] as const;
export type OtpMode = (typeof OTP_MODES)[number];

/** OTPKeyConfigurationDataType, RFC 4758 §3.9.3. */
export type OtpConfiguration = {
  readonly format: OtpFormat;
  /** Characters of a one-time password. */
  readonly length: number;
  readonly modes: readonly OtpMode[];
  /** Seconds. */
  readonly timeInterval?: number | undefined;
};

/** What the deployed dialect says in its final ProvisioningData, and the RFC nowhere. */
export type PinConfiguration = {
  /** The PIN is added to the displayed code, digit by digit. */
  readonly addPin: boolean;
  /** Only 0 has ever been seen. */
  readonly pinType: number;
};

export type ServerFinished = {
  readonly kind: 'ServerFinished';
  readonly status: 'Success';
  readonly sessionId?: string | undefined;
  readonly tokenId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly keyExpiry?: number | undefined;
  readonly serviceId?: string | undefined;
  readonly serviceLogo?: { readonly mimeType: string; readonly image: Uint8Array } | undefined;
  readonly userId?: string | undefined;
  readonly otp?: OtpConfiguration | undefined;
  /** Sower's own extension, only in the RFC's dialect and only for clients that offer it; not critical. */
  readonly pin?: PinConfiguration | undefined;
  readonly clientInfo?: Uint8Array | undefined;
  /** MAC 2. */
  readonly mac: Mac;
};

/** The end of a run without a key: attributes only, RFC 4758 §3.8.4 and §3.8.6. */
export type StatusMessage = {
  readonly kind: 'ServerHello' | 'ServerFinished';
  readonly status: FailureStatus;
  readonly sessionId?: string | undefined;
};

export type Message = CtkipTrigger | ClientHello | ServerHello | ClientNonce | ServerFinished | StatusMessage;
export type MessageKind = Message['kind'];
