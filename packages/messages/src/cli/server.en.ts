/** `sower audit`, `settings`, `policy`, `certificate` and `mail` in English. */
import { policyFields, settingNames } from '../names.en.ts';

export const serverEn = {
  audit: {
    summary: 'Read the audit trail, latest first',
    name: 'the audit trail',
    none: 'No entries found.',
    user: 'only about this user and the tokens the user has or was given',
    object: 'only about this, such as token:000100000001 or user:ada',
    actor: 'only by this actor',
    action: 'only this action',
    export: {
      summary:
        'Write the whole trail with its chain, one JSON line for each row, to be kept and proven elsewhere',
      progress: 'Writing the audit trail',
      progressRows: 'Writing the audit trail: {{rows, number}}',
      done_one: '{{count}} row is written to {{file}}.',
      done_other: '{{count, number}} rows are written to {{file}}.',
    },
    verifyFile: {
      summary: 'Prove an exported trail offline: no row was altered, removed or reordered',
      badAnchor: 'An anchor is what `sower audit head` prints.',
      head: 'The last hash is {{hash}}.',
    },
    verify: {
      summary: 'Prove the audit trail on the server: nothing was altered, removed, or added beside it',
      progress: 'Following the chain',
    },
    head: { summary: 'Print an anchor: where the chain ends now. Keep it away from the server' },
    anchor: 'also prove that this end of the chain, printed earlier, is still in it',
    proof: {
      sentences: '{{sentences, sentences}}',
      intact_one: 'The chain is intact: {{count}} row.',
      intact_other: 'The chain is intact: {{count, number}} rows.',
      span: 'It is about the rows from {{from}} to {{to}}.',
      unmarked_one: 'The first row was written before rows carried a mark, and is linked only.',
      unmarked_other:
        'The first {{count, number}} were written before rows carried a mark, and are linked only.',
      unlinked_one: '{{count}} more is not linked yet.',
      unlinked_other: '{{count, number}} more are not linked yet.',
      broken: 'The chain is broken: {{detail}}',
      brokenAt: 'The chain is broken at row {{row}}: {{detail}}',
      others_one: '{{count}} more finding is in --json.',
      others_other: '{{count, number}} more findings are in --json.',
      brokenNext:
        'Someone changed the database without the server, or it was restored in part. Compare with an export or a backup.',
    },
  },
  settings: {
    names: settingNames,
    explained: '{{label}}. {{help}}',
    summary: 'Deployment settings',
    list: { summary: 'Show the settings' },
    set: {
      summary: 'Change a setting',
      names: 'Names: {{names}}',
      done: '{{name}} is {{value}}.',
      empty: '{{name}} is empty.',
    },
    unknown: 'There is no setting {{name}}.',
  },
  policy: {
    names: policyFields,
    summary:
      'Policies of security domains: PINs and modes (token), locks (lockout), emergency access (emergency)',
    list: { summary: 'List which policy applies where' },
    show: { summary: 'Show the policy that applies in a security domain' },
    set: {
      summary: 'Change one field; the security domain has a policy of its own from then on',
      fields: 'Fields of the {{kind}} policy:',
      lists: 'The entries of a list are separated with commas.',
    },
    reset: {
      summary: "Remove a security domain's own policy: that of the domain above applies again",
    },
    securityDomain: 'the security domain (default: the top one)',
    unknownField: 'The {{kind}} policy has no field {{name}}.',
    reach: 'This affects {{users}} and {{tokens}} in {{domains}}; {{withoutPin}}.',
    users_one: '{{count}} user',
    users_other: '{{count, number}} users',
    tokens_one: '{{count}} token',
    tokens_other: '{{count, number}} tokens',
    withoutPin_one: '{{count}} fob or PINPad token has no PIN',
    withoutPin_other: '{{count, number}} fob or PINPad tokens have no PIN',
    own: 'its own',
    default: 'the default',
    from: 'that of {{domain}}',
  },
  certificate: {
    summary: 'The TLS certificate: what clients see, and how another one gets in',
    show: {
      summary:
        'Show what clients see of the TLS certificate, whether the public URL answers, and what to fix',
      progress: 'Calling the public URL',
    },
    source: {
      own: "the server's own CA",
      stored: 'the database of the server',
      files: 'files given to the server; they take precedence over what is stored',
      none: 'a proxy: the server itself speaks plain HTTP',
    },
    reachable: {
      trusted: "yes, with a certificate that the server's own host trusts",
      untrusted: "yes, with a certificate that the server's own host does not trust",
      unreachable: "not to the server's own host",
    },
    nothingToFix: 'Nothing to fix.',
    toFix: 'To fix:',
    self: 'itself (self-signed)',
    validTo_one: '{{at}} ({{count}} day)',
    validTo_other: '{{at}} ({{count, number}} days)',
    upload: {
      summary:
        'Use another certificate: a PEM chain with its key, a PKCS#12 file, or the answer to a request',
      key: 'private key (PEM); without it a key that the server has is looked for',
      check: 'only look whether it could be used',
      help: 'The password of an encrypted key or file is asked for, or read from standard input.\nNothing is changed when the certificate could not be used.',
      usable: 'It can be used.',
      done: '{{subject}} is in use. It expires on {{date, date}}.',
      next: 'Other processes of the server follow within a minute. See: sower certificate show',
      neither: '{{file}} holds neither PEM nor PKCS#12.',
      neitherNext: 'A certificate in PEM begins with the line -----BEGIN CERTIFICATE-----.',
      refused: 'This certificate cannot be used; nothing was changed:',
    },
    request: {
      summary: 'Make a key and a certificate signing request for it; the key never leaves the server',
      name: 'DNS name or address, repeatable (default: the host of the public URL)',
      keyType: 'kind of key',
      commonName: 'common name (default: the first name)',
      organization: 'organization',
      organizationalUnit: 'organizational unit',
      locality: 'locality',
      state: 'state or province',
      country: 'country, two letters',
      out: 'write the request there instead of to standard output',
      progress: 'Making a key',
      stored: 'The request is made and stored: sower certificate list --json shows it.',
      done: 'The request is in {{file}}.',
      next: 'Next: have an authority sign it, then: sower certificate upload ANSWER.pem',
    },
    list: {
      summary: 'List the certificates stored on the server and the requests that wait for an answer',
      none: 'No certificate is stored on the server.',
    },
    use: {
      summary: 'Go back to a certificate used earlier; "own" is the one the server has without a stored one',
      done: 'Certificate {{id}} is in use.',
    },
    delete: {
      summary: 'Delete a request or a certificate that is not in use, with its key',
      confirm: 'This deletes the certificate or request {{id}} and its private key.',
      done: 'Certificate {{id}} is deleted.',
    },
  },
  mail: {
    summary: 'Mail to users: how it is sent, what waits, templates',
    show: { summary: 'Show how mail is sent' },
    set: {
      summary: 'Change how mail is sent',
      destination:
        'While a password is set, changing {{names}} needs it again: it is read from standard input.',
    },
    unknown: 'There is no mail setting {{name}}.',
    password: {
      summary: 'Set the password for the mail server, from standard input',
      clear: 'remove it',
    },
    test: {
      summary: 'Send a test mail, and show what the mail server answers',
      accepted: 'The mail server accepted the test mail: {{reply}}',
      refused: 'The test mail could not be sent: {{reply}}',
    },
    list: {
      summary: 'Mail that waits, was sent or could not be sent, latest first',
      state: 'only this',
      name: 'mail',
      none: 'No mail.',
    },
    sendAgain: {
      summary: 'Send a mail again that could not be sent',
      done: 'The mail to {{recipient}} waits to be sent.',
    },
    sign: {
      summary: 'Sign mail with the key of a PKCS#12 file (S/MIME); its password comes from standard input',
    },
    unsign: { summary: 'Stop signing mail' },
    notSigned: 'not signed',
    template: {
      summary: 'Templates of mail',
      language: 'of the mail',
      deviceType: 'for this device type only',
      unknownEvent: 'There is no event {{name}}.',
      events: 'There are: {{names}}',
      show: { summary: 'Show a template: its subject, an empty line, its text' },
      set: {
        summary: 'Set a template from a file as "show" prints it',
        done: 'The template of {{event}} is saved.',
      },
      reset: {
        summary: 'Put a template back to the one that ships',
        done: 'The template of {{event}} is reset.',
      },
    },
  },
} as const;
