/** The server's own certificate, and the audit chain. */
export const server = {
  node: {
    'database-unusable': 'The database cannot be used. The log has the reason.',
    starved: 'This process gets too little of the processor to see what the database answers.',
    silent:
      'It has not been heard from since {{time, time}}. If it is gone for good, there is nothing to do.',
    'clock-ahead':
      'Its clock is {{seconds, number}} s ahead of the clock of the database, so right passcodes can be refused there. Keep it synchronized: timedatectl set-ntp true',
    'clock-behind':
      'Its clock is {{seconds, number}} s behind the clock of the database, so right passcodes can be refused there. Keep it synchronized: timedatectl set-ntp true',
  },
  certificate: {
    'just-changed': 'The request has just been answered or deleted. Reload and try again.',
    'is-request': 'This is a signing request. Upload the certificate issued for it.',
    'in-use': 'This certificate is in use. Activate another one first.',
    revoked: 'This certificate was revoked. Use another one.',
    'not-found': 'There is no certificate "{{id}}".',
    unusable: '{{findings, sentences}} Nothing was changed.',
    'plain-http':
      'This server uses plain HTTP, and the certificate belongs to the proxy in front of it. Replace it there.',
  },
  acme: {
    off: 'ACME is off. Turn it on first.',
    'directory-required': 'Enter the URL of the directory of your certificate authority.',
    'binding-both': 'ID and key of the external account belong together. Enter both, or neither.',
    wildcard:
      '{{name}} is a wildcard. Authorities issue certificates for wildcards only with DNS-01. Choose DNS-01.',
    'no-dns-command':
      'DNS-01 needs a command that sets DNS records. Start the server with --acme-dns-command.',
    'dns-command':
      'The command for DNS records failed ({{how}}): {{words}}. Run it by hand, with the variables SOWER_ACME_ACTION, SOWER_ACME_NAME and SOWER_ACME_VALUE.',
    name: 'The name {{host}} has no address. Check the URL of the directory, and the DNS of this server.',
    unreachable:
      '{{host}} cannot be reached ({{detail}}). Check the URL of the directory, and whether a firewall is in the way.',
    silent: '{{host}} does not answer in time. The server keeps trying; if this lasts, check the network.',
    clock:
      'The certificate of {{host}} has expired, or is not yet valid. Check the clock of this server: timedatectl set-ntp true',
    'other-name': 'The certificate of {{host}} is for another name. Check the URL of the directory.',
    untrusted:
      'The certificate of {{host}} is not trusted ({{detail}}). For an authority of your own, enter its certificate.',
    'not-acme': '{{host}} does not speak ACME as expected ({{detail}}). Check the URL of the directory.',
    terms: 'The authority has terms of service: {{url}}. Read them, and confirm that you agree.',
    'binding-required':
      '{{host}} issues certificates only for external accounts. Enter the ID and the key that it gave you.',
    'rate-limited':
      '{{host}} allows no further attempt for now: {{detail}}. The server tries again once it does.',
    refused: '{{host}} refused: {{detail}}. Correct what it names, and order again.',
    'no-challenge':
      'The authority does not offer {{kind}} for {{name}}. Choose another way of proving the name.',
    'http-refused':
      'The authority could not verify that {{name}} leads here: {{detail}}. Port 80 of that name must reach this server: --acme-listen, or a proxy that passes on /.well-known/acme-challenge/.',
    'tls-refused':
      'The authority could not verify that {{name}} leads here: {{detail}}. Port 443 of that name must reach this server itself: a proxy that ends TLS cannot pass this on.',
    'dns-refused':
      'The authority did not find the record for {{name}}: {{detail}}. The command for DNS records must not end before the record is visible.',
    unusable: 'The certificate that was issued cannot be used. {{findings, sentences}}',
    'changed-meanwhile': 'The settings were changed meanwhile.',
    'not-by-acme': 'This certificate was not ordered by ACME. Have it revoked where it was issued.',
    'other-directory': 'This certificate comes from {{directory}}. Enter that directory to revoke it.',
    'revoke-in-use':
      'This certificate is in use. Order another one first (sower certificate acme order), then revoke this one.',
  },
  'audit-forward': {
    failed: 'Something went wrong on the server. Its log has the details.',
    silent: '{{where}} does not accept the rows in time. Check whether the receiver is running and reading.',
    untrusted:
      'The certificate of {{where}} is not trusted ({{detail}}). Name its authority with ?ca=FILE, and use the name that is in it.',
    unreachable:
      '{{where}} cannot be reached, or broke off the connection ({{detail}}). Check the receiver, and whether a firewall is in the way.',
    status:
      '{{where}} answered with HTTP {{status}} instead of 2xx. Check the URL and the key of the webhook.',
    refused:
      '{{where}} refuses the rows (HTTP {{status}}). Look there for the reason, such as a size limit or a field that it does not accept.',
    unread: 'No program is reading the pipe {{file}}. Start the one that should.',
    file: '{{file}} cannot be written ({{detail}}). Check its folder and the free disk space.',
  },
  retention: {
    hold: 'Nothing is deleted: there is a legal hold ({{why}}). End it in the settings (retention.hold).',
  },
  audit: {
    'link-removed': 'Link {{link}} of the chain was removed.',
    'row-removed': 'The row of link {{link}} was removed.',
    'row-altered': 'The row of link {{link}} was altered, or rows were reordered.',
    'link-forged': 'Link {{link}} was made without the master key.',
    'row-forged': 'Row {{row}} was written or altered without the master key.',
    'administrator-forged': 'The administrator {{name}} was written or altered without the master key.',
    'grant-forged':
      'The role {{role}} of the administrator {{name}} was given or altered without the master key.',
    'role-forged': 'The role {{name}} was written or altered without the master key.',
    'api-key-forged': 'The API key {{name}} was written or altered without the master key.',
    'job-forged': 'The job {{name}} was written or altered without the master key.',
    'rule-forged': 'The distribution rule {{name}} was written or altered without the master key.',
    'report-forged': 'The saved report {{name}} was written or altered without the master key.',
    'source-forged': 'The identity source {{name}} was written or altered without the master key.',
    'second-approval-forged': 'A second approval ({{name}}) was written or altered without the master key.',
    'stand-in-forged':
      'A stand-in of the administrator {{name}} was written or altered without the master key.',
    'passkey-forged':
      'A passkey of the administrator {{name}} was written or altered without the master key.',
    'passkey-removed': 'A passkey of the administrator {{name}} was removed without the master key.',
    'session-forged':
      'A session of the administrator {{name}} was written or altered without the master key.',
    'links-removed': 'Links {{first}} to {{last}} of the chain were removed.',
    'end-removed':
      'The chain reached link {{link}} at {{time, time}} and now ends at link {{last}}: its end was removed.',
    'link-replaced': 'Link {{link}} is not the one that was there at {{time, time}}.',
    'end-in-database': 'The end of the chain that the database stores was removed or altered.',
    'end-in-folder': 'The end of the chain that the data folder stores was altered.',
    unmarked:
      'At {{time, time}}, {{before, number}} rows had no mark; now {{now, number}} are recorded as having none.',
    'anchor-foreign': 'This anchor was not made here, or was not copied correctly.',
    intact: 'The chain of {{rows, number}} rows is intact. The last hash is {{hash}}.',
    'cut-forged': 'The cut at link {{link}} was made without the master key.',
    'intact-cut':
      'The chain of {{rows, number}} rows is intact. Older rows, up to link {{link}}, were cut off at {{time, time}}. The last hash is {{hash}}.',
    'intact-restored':
      'The chain of {{rows, number}} rows is intact. The database was restored at {{time, time}} from a backup that ends with link {{link}}: whatever was done after that backup and before the restore is missing. The last hash is {{hash}}.',
  },
} as const;
