/** The server's own certificate, and the audit chain. */
export const server = {
  certificate: {
    'just-changed': 'The request has just been answered or deleted. Reload and try again.',
    'is-request': 'This is a signing request. Upload the certificate issued for it.',
    'in-use': 'This certificate is in use. Activate another one first.',
    'not-found': 'There is no certificate "{{id}}".',
    unusable: '{{findings, sentences}} Nothing was changed.',
    'plain-http':
      'This server uses plain HTTP, and the certificate belongs to the proxy in front of it. Replace it there.',
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
    'source-forged': 'The identity source {{name}} was written or altered without the master key.',
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
      'The chain of {{rows, number}} rows is intact. The database was restored at {{time, time}}: what was done between the backup, which ends with link {{link}}, and then is not in it. The last hash is {{hash}}.',
  },
} as const;
