/** Mail, its templates, and the certificates for it. */
export const mail = {
  mail: {
    'given-up_one': 'Given up after {{count}} attempt: {{reply}}',
    'given-up_other': 'Given up after {{count}} attempts. The last one: {{reply}}',
    'further-notice': 'further notice',
    'test-subject': 'Test message from Sower',
    'test-body': 'This is a test message from Sower ({{url}}). Mail works.',
    'not-found': 'This mail was not found. Sent mail is deleted after some time.',
    expired: 'This mail is about something that has expired. Distribute the token again instead.',
    'not-failed': 'Only a mail that could not be sent can be sent again.',
    'not-made': 'The server could not make this mail. Its log has the details.',
    'too-late': 'Too late: the activation code in it, or the event it is about, has expired.',
    'certificate-gone': 'It may only be sent encrypted, and the user no longer has a certificate.',
    'certificate-unusable': 'It may only be sent encrypted. {{reason}}',
    'not-set-up': 'Mail is not set up. Go to Setup > E-mail.',
    'separate-not-allowed':
      'Mailing the link and the activation code is not allowed here. See Setup > E-mail.',
    'no-address': 'The user has no e-mail address.',
    'no-address-enter': 'The user has no e-mail address. Enter one first.',
    'no-certificate': 'The user has no certificate. Add it under Edit user.',
    'encrypted-only': 'Only encrypted mail is allowed here.',
    'tls-required':
      'Without TLS, mail can be sent only to a mail server on this host (localhost). Choose STARTTLS or TLS.',
    'host-required': 'Enter the host name of the mail server.',
    'sender-required': 'Enter the sender address.',
    'save-first': '{{problem}} Save it, then send the test mail.',
    'password-for-other-server':
      'The stored password was entered for the previous server settings. Enter it again, or remove it.',
    'template-unknown-placeholder':
      '{{place}}: there is no placeholder {{placeholder}}. Available: {{known}}.',
    'template-stray': '{{place}}: "{{characters}}" is not part of a placeholder.',
    'template-not-edited': 'This template was not edited, so there is nothing to reset.',
    place: 'Line {{line, number}}, column {{column, number}}',
  },
  'mail-certificate': {
    invalid: 'This is not a certificate. Enter it as PEM, or as DER in base64.',
    'rsa-required': 'The certificate must have an RSA key of at least 2048 bits. Ask the user for another.',
    'other-address':
      'The certificate is for {{addresses}}, not for {{address}}. Ask the user for the right one.',
    expired: 'The certificate expired on {{date, date}}. Use a new one.',
    'not-yet-valid': 'The certificate is not valid yet.',
    'key-usage': 'The key usage of the certificate does not allow this. Use one for e-mail (S/MIME).',
    'extended-key-usage': 'The certificate is not for e-mail: its extended key usage names other purposes.',
    'no-address':
      'The certificate has no e-mail address and cannot be used for {{address}}. Ask the user for another.',
  },
  signing: {
    'unreadable-certificate': 'A certificate in the file cannot be read. Export the file again.',
    'one-key': 'The file must contain exactly one private key, the one to sign with.',
    'key-type': 'The key must be RSA, or ECDSA on P-256 or P-384.',
    'no-certificate': 'The file has no certificate for its private key.',
  },
} as const;
