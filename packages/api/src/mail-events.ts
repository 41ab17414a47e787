/**
 * What mail is sent about, and what each mail may say: one table for the templates, their editor and the documentation.
 *
 * No placeholder stands for a secret, except in the mails that deliver a URL token: there the link and the activation code are never both
 * in one mail, unless that mail is encrypted.
 */

export const MAIL_LANGUAGES = ['en', 'de'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** What every template may name. `preview` is what the preview shows. */
export const COMMON_PLACEHOLDERS = {
  name: { meaning: 'First and last name of the user, else the user ID', preview: 'Jane Doe' },
  firstName: { meaning: 'First name', preview: 'Jane' },
  lastName: { meaning: 'Last name', preview: 'Doe' },
  userId: { meaning: 'User ID', preview: 'jdoe' },
  selfServiceUrl: {
    meaning: 'Address of the Self-Service Console',
    preview: 'https://otp.example.com/self-service',
  },
} as const;

/** What some events know besides. */
export const EVENT_PLACEHOLDERS = {
  serial: { meaning: 'Serial number of the token', preview: '000100000001' },
  nickname: { meaning: 'Nickname of the token', preview: 'phone' },
  offer: { meaning: 'Name of the offer that was asked for', preview: 'Token for your phone' },
  comment: { meaning: 'What the administrator wrote', preview: 'Please come to the service desk first.' },
  until: { meaning: 'Until when it is put off', preview: '1 December 2026' },
  profile: { meaning: 'Name of the token profile', preview: 'Android_CT_KIP' },
  deviceType: { meaning: 'Name of the device type', preview: 'Android' },
  application: { meaning: 'Name of the app', preview: 'Authenticator' },
  downloadUrl: {
    meaning: 'Where the app is to be had; empty when unknown',
    preview: 'https://apps.example.com/authenticator',
  },
  helpUrl: {
    meaning: 'Where help is to be had; empty when unknown',
    preview: 'https://help.example.com/token',
  },
  expires: {
    meaning: 'When the activation code or the token expires',
    preview: '1 December 2026, 12:00 UTC',
  },
  time: { meaning: 'When it happened', preview: '24 November 2026, 10:15 UTC' },
  device: { meaning: 'Device ID, as the app said it; else a dash', preview: '5B0CE5EC1F5B4C3B' },
  url: {
    meaning: 'Address to import the token from, without the activation code',
    preview: 'https://otp.example.com/ctkip/services/CtkipService',
  },
  code: { meaning: 'Activation code', preview: '123456789012' },
  link: {
    meaning: 'Link with the activation code in it',
    preview:
      'com.rsa.securid://ctkip?scheme=https&url=otp.example.com:443/ctkip/services/CtkipService&activationCode=123456789012',
  },
} as const;

export type CommonPlaceholder = keyof typeof COMMON_PLACEHOLDERS;
export type EventPlaceholder = keyof typeof EVENT_PLACEHOLDERS;

/** What a subject must not hold: it travels and is stored in clear. */
export const SECRET_PLACEHOLDERS: readonly EventPlaceholder[] = ['url', 'code', 'link'];

const DEVICE = ['profile', 'deviceType', 'application', 'downloadUrl'] as const;

export const MAIL_EVENTS = {
  'request-submitted': { title: 'Request submitted', placeholders: ['offer', 'helpUrl'] },
  'request-approved': { title: 'Request approved', placeholders: ['offer', 'comment', 'helpUrl'] },
  'request-rejected': { title: 'Request rejected', placeholders: ['offer', 'comment', 'helpUrl'] },
  'request-deferred': { title: 'Request deferred', placeholders: ['offer', 'comment', 'until', 'helpUrl'] },
  'request-cancelled': { title: 'Request cancelled', placeholders: ['offer', 'comment', 'helpUrl'] },
  'token-ready': {
    title: 'Token ready to activate',
    placeholders: ['serial', 'nickname', 'expires', ...DEVICE],
  },
  'code-expiring': {
    title: 'Activation code about to expire',
    placeholders: ['serial', 'nickname', 'expires', 'profile', 'deviceType'],
  },
  'token-activated': {
    title: 'Token activated',
    placeholders: ['serial', 'nickname', 'time', 'device', 'profile', 'deviceType'],
  },
  'token-expiring': { title: 'Token expiring', placeholders: ['serial', 'expires'] },
  'pin-changed': { title: 'PIN changed', placeholders: ['serial', 'time'] },
  'window-opened': { title: 'Activation window opened', placeholders: ['time', 'expires'] },
  'delivery-link': {
    title: 'URL delivery, first mail: the address',
    placeholders: ['serial', 'nickname', 'expires', 'url', ...DEVICE],
  },
  'delivery-code': {
    title: 'URL delivery, second mail: the activation code',
    placeholders: ['serial', 'expires', 'code'],
  },
  'delivery-encrypted': {
    title: 'URL delivery, one encrypted mail',
    placeholders: ['serial', 'nickname', 'expires', 'url', 'code', 'link', ...DEVICE],
  },
} as const satisfies Record<string, { title: string; placeholders: readonly EventPlaceholder[] }>;

export type MailEvent = keyof typeof MAIL_EVENTS;
export const MAIL_EVENT_NAMES = Object.keys(MAIL_EVENTS) as [MailEvent, ...MailEvent[]];

export function placeholdersOf(event: MailEvent): (CommonPlaceholder | EventPlaceholder)[] {
  return [...(Object.keys(COMMON_PLACEHOLDERS) as CommonPlaceholder[]), ...MAIL_EVENTS[event].placeholders];
}

export function previewOf(name: CommonPlaceholder | EventPlaceholder): string {
  return { ...COMMON_PLACEHOLDERS, ...EVENT_PLACEHOLDERS }[name].preview;
}
