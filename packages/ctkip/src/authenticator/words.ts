/**
 * What is said to a user about importing a token, in each language: the same sentences in the app and on the command line.
 *
 * `next` sentences say what to do. Where the way on is a button here and an option there, the program says it itself.
 */
import type { InvitationDefect } from './invitation.ts';
import { DE } from './words-de.ts';

export type Said = { readonly message: string; readonly next?: string };

const LINK: Record<InvitationDefect, (host?: string) => Said> = {
  empty: () => ({
    message: 'There is nothing here to import from.',
    next: 'Copy the whole link you were given, or the address of the server.',
  }),
  'too-long': () => ({
    message: 'This is too long for a link.',
    next: 'Copy the link alone, without the text around it.',
  }),
  'not-https': (host) => ({
    message: `${host ?? 'The server'} is to be asked by http; the activation code would cross in clear. Nothing was sent.`,
    next: 'Only https is spoken with other machines. Ask whoever gave you the link for one with https.',
  }),
  'user-information': () => ({
    message:
      'The address in this link has a user name before the host, as links made to deceive have. Nothing was sent.',
    next: 'Ask whoever gave you the link whether it is really from them.',
  }),
  ambiguous: () => ({
    message:
      'This link says something twice or in characters no address has; programs would read it differently. Nothing was sent.',
    next: 'Ask for a new link.',
  }),
  'no-address': () => ({
    message: 'This link names no server.',
    next: 'Copy the whole link, or type the address and the activation code.',
  }),
  'code-too-long': () => ({
    message: 'The activation code in this link is too long to be one.',
    next: 'Copy the whole link again, or type the address and the activation code.',
  }),
  ctf: () => ({
    message:
      'This carries a token itself (CTF), with its seed inside. This authenticator agrees on seeds with the server instead.',
    next: 'Ask for the token to be distributed by CT-KIP: dynamic seed provisioning.',
  }),
  otpauth: () => ({
    message:
      'This is a key for another kind of authenticator (otpauth), with the secret inside. It is no CT-KIP link.',
    next: 'Ask for the token to be distributed by CT-KIP: dynamic seed provisioning.',
  }),
  'not-a-link': () => ({
    message: 'This is no CT-KIP link or address.',
    next: 'Copy the whole link, or give the address, such as https://otp.example.com/ctkip/services/CtkipService, and the code separately.',
  }),
};

const EN = {
  link: LINK,
  codeMissing: 'There is no activation code.',
  noQrCode: (where: string) => ({
    message: `No QR code can be read in ${where}.`,
    next: 'Cut the picture so that the code and a white margin around it fill it.',
  }),
  severalQrCodes: (where: string) => ({
    message: `There are several QR codes in ${where}; which one is meant cannot be known.`,
    next: 'Show or cut out the one you were given.',
  }),
  mac: (host: string) => ({
    message: `The MAC of the answer is wrong. Somebody may be between this device and ${host}. Nothing was stored.`,
    next: 'Do not try again from this network. Tell the administrator of the server; the token must be distributed again.',
  }),
  addressRefused: (address: string) => ({ message: `The address ${address} is refused.` }),
  cannotAnswer: (host: string, status: number) => `${host} cannot answer at the moment (HTTP ${status}).`,
  unreachable: (host: string, why: string) => `${host} cannot be reached: ${why}.`,
  why: {
    offline: 'this device is offline',
    slow: (seconds: number) => `no whole answer came within ${seconds} seconds`,
    large: (kib: number) => `its answer is longer than ${kib} KiB`,
    unknown:
      'it does not answer, its certificate is not trusted here, or it does not admit an authenticator from this address',
  },
  notSpent: 'Check the address and the connection. The activation code is not spent.',
  maybeSpent:
    'The activation code may be spent. If it is not taken again, ask for the token to be distributed again.',
  refused: (detail: string) => `The server refused: ${detail}`,
  codeNotValid: 'The server refused: the activation code is not valid.',
  codeRefused: (about: string) =>
    `Is the activation code right, unused and not expired, and the token meant for this device (${about})? If so, ask for the token to be distributed again.`,
  status: (status: string) => `The server ended the exchange with the status ${status}.`,
  accessDenied: (about: string) => `Is the token meant for this device? See: ${about}`,
  askAdministrator: 'Ask the administrator of the server; its audit trail says why.',
  tooManyAttempts: (host: string) =>
    `${host} has had too many wrong activation codes from here; wait a few minutes.`,
  elsewhere: (host: string) =>
    `${host} sends this client elsewhere, which is not followed; give the address it redirects to, if you trust it.`,
  noService: (address: string) => `There is no CT-KIP service at ${address}.`,
  noCtkip: (host: string, detail: string) =>
    `What ${host} answered is no CT-KIP: ${detail}. Is the address right?`,
  http: (host: string, status: number | undefined, detail: string) =>
    `${host} answered with HTTP ${status}: ${detail}.`,
  weakKey: (detail: string) => `${detail}: it has fewer than 1024 bits.`,
  broken: (stage: string, detail: string) => `CT-KIP failed after ${stage}: ${detail}.`,
  unusable: (token: { keyType: string; serial: string; digits: number; interval: number; format: string }) =>
    `The server made a token that this authenticator cannot use: ${token.keyType}, serial number ${token.serial}, ${token.digits} digits every ${token.interval} seconds, ${token.format}.`,
  hereAlready: (serial: string) =>
    `Token ${serial} is here already. Nothing was sent that spends the activation code.`,
  keptOld: (serial: string) => ({
    message: `Token ${serial} is here already and was left as it is. The activation code is spent, and the new seed was dropped.`,
    next: 'The seed you have stays good. To take a new one, ask for the token to be distributed again.',
  }),
};

export type Words = typeof EN;

/** By language tag; what is not German is English. */
export function wordsIn(language: string): Words {
  return language.toLowerCase().startsWith('de') ? DE : EN;
}
