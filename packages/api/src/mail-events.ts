/**
 * The events that mail is sent about, and what each mail may contain: one table for the templates, their editor and the documentation.
 *
 * No placeholder stands for a secret, except in the mails that deliver a URL token: there, the link and the activation code are never in
 * the same mail, unless that mail is encrypted.
 */

export const MAIL_LANGUAGES = ['en', 'de'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** Of a language tag, whatever its region: `de-AT` and `de_AT` are German. */
export function mailLanguageNamed(tag: string): MailLanguage | undefined {
  const [first] = tag.trim().toLowerCase().split(/[-_]/);
  return MAIL_LANGUAGES.find((language) => language === first);
}

/** Placeholders of every template, with their values in the preview. */
const COMMON_PLACEHOLDERS = {
  name: 'Jane Doe',
  firstName: 'Jane',
  lastName: 'Doe',
  userId: 'jdoe',
  selfServiceUrl: 'https://otp.example.com/self-service',
} as const;

/** Additional placeholders of some events. */
const EVENT_PLACEHOLDERS = {
  serial: '000100000001',
  nickname: 'phone',
  offer: 'Token for your phone',
  comment: 'Please come to the help desk first.',
  until: '1 December 2026, 00:00 UTC',
  administrator: 'jane.doe',
  from: '24 November 2026, 10:15 UTC',
  profile: 'Android_CT_KIP',
  deviceType: 'Android',
  application: 'Authenticator',
  downloadUrl: 'https://apps.example.com/authenticator',
  helpUrl: 'https://help.example.com/token',
  expires: '1 December 2026, 12:00 UTC',
  time: '24 November 2026, 10:15 UTC',
  device: '5B0CE5EC1F5B4C3B',
  url: 'https://otp.example.com/ctkip/services/CtkipService',
  code: '123456789012',
  codeRule: 'Your help desk reads no codes to you on the telephone.',
  count: '12',
  since: '24 November 2026, 10:15 UTC',
  source: 'Head office',
  report: 'Tokens that expire',
  reason: 'The directory could not be read to the end, so nothing was changed and nobody was disabled.',
  consoleUrl: 'https://otp.example.com/console/requests',
  link: 'com.rsa.securid://ctkip?scheme=https&url=otp.example.com:443/ctkip/services/CtkipService&activationCode=123456789012',
} as const;

type CommonPlaceholder = keyof typeof COMMON_PLACEHOLDERS;
type EventPlaceholder = keyof typeof EVENT_PLACEHOLDERS;

/** What a subject must not contain: it is sent and stored in the clear. */
export const SECRET_PLACEHOLDERS: readonly EventPlaceholder[] = ['url', 'code', 'link'];

const DEVICE = ['profile', 'deviceType', 'application', 'downloadUrl'] as const;

export const MAIL_EVENTS = {
  'request-submitted': ['offer', 'helpUrl'],
  'request-approved': ['offer', 'comment', 'helpUrl'],
  'request-rejected': ['offer', 'comment', 'helpUrl'],
  'request-deferred': ['offer', 'comment', 'until', 'helpUrl'],
  'request-cancelled': ['offer', 'comment', 'helpUrl'],
  'approvals-waiting': ['count', 'offer', 'since', 'consoleUrl'],
  'approvals-escalated': ['count', 'offer', 'since', 'consoleUrl'],
  'stand-in-named': ['administrator', 'from', 'until', 'consoleUrl'],
  report: ['report', 'time', 'administrator', 'consoleUrl'],
  alert: ['reason', 'time', 'consoleUrl'],
  'source-stopped': ['source', 'reason', 'time', 'consoleUrl'],
  'token-ready': ['serial', 'nickname', 'expires', 'codeRule', ...DEVICE],
  'code-expiring': ['serial', 'nickname', 'expires', 'codeRule', 'profile', 'deviceType'],
  'token-activated': ['serial', 'nickname', 'time', 'device', 'profile', 'deviceType'],
  'token-withdrawn': ['serial'],
  'token-expiring': ['serial', 'expires'],
  'access-ending': ['expires'],
  'loan-ending': ['serial', 'expires'],
  'loan-ended': ['serial'],
  'pin-changed': ['serial', 'time'],
  'window-opened': ['time', 'expires'],
  'delivery-link': ['serial', 'nickname', 'expires', 'url', ...DEVICE],
  'delivery-code': ['serial', 'expires', 'code', 'codeRule'],
  'delivery-encrypted': ['serial', 'nickname', 'expires', 'url', 'code', 'link', ...DEVICE],
} as const satisfies Record<string, readonly EventPlaceholder[]>;

export type MailEvent = keyof typeof MAIL_EVENTS;
export const MAIL_EVENT_NAMES = Object.keys(MAIL_EVENTS) as [MailEvent, ...MailEvent[]];

export function placeholdersOf(event: MailEvent): (CommonPlaceholder | EventPlaceholder)[] {
  return [...(Object.keys(COMMON_PLACEHOLDERS) as CommonPlaceholder[]), ...MAIL_EVENTS[event]];
}

export function previewOf(name: CommonPlaceholder | EventPlaceholder): string {
  return { ...COMMON_PLACEHOLDERS, ...EVENT_PLACEHOLDERS }[name];
}
