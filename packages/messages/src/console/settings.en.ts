/** Settings, API keys and server keys. */
export const settingsEn = {
  settings: {
    title: 'Tokens',
    intro: 'Settings of the whole deployment. They count at once.',
    address: {
      url: 'CT-KIP URL in new links',
      check: 'Check this address',
      trusted: '{{url}} answers: it is this server, with a certificate that it trusts.',
      untrusted:
        '{{url}} answers: it is this server, but its certificate is not trusted here. See Setup > Certificates.',
      unnamed:
        '{{url}} answers, but the certificate there does not name this host: clients refuse it. Get a certificate for it first.',
      another: '{{url}} answers, but it is not this server. Check the host name, the port and the proxy.',
      unreachable:
        '{{url}} does not answer from this server. Check the name in the DNS, the port and the firewall.',
      changed: 'What the new address touches',
      changedBody:
        'Links, QR codes and activation mails made from now on carry it. Links already handed out are not changed: they lead to the old address as long as it answers; where it does not, redistribute those tokens. The certificate has to name the new host.',
      wrongHost: 'Only a host name, such as otp.example.com: no scheme, port or path.',
      emptyHost: 'Empty: {{host}}, as the public URL.',
      emptyPort: 'Empty: {{port}}, as the public URL.',
    },
    helpWithUsual: '{{help}} Usual: {{usual}}.',
    wrong: 'This value is outside of what is allowed.',
    saved: 'The settings are saved.',
    logoNow: 'The logo now',
    logoOf_one: 'A logo ({{count, number}} character)',
    logoOf_other: 'A logo ({{count, number}} characters)',
    logoNone: 'No logo.',
    logoRemove: 'Remove logo',
    discard: 'Discard changes',
    groups: {
      organization: 'Organization',
      provisioning: 'Dynamic Seed Provisioning Configuration',
      tokens: 'Tokens',
      activation: 'Activation',
      selfService: 'Self-Service Console',
      logOn: 'Log-on',
      verify: 'Verification',
    },
    names: {
      organization: {
        name: { label: 'Name', help: 'Stands on letters.' },
        address: {
          label: 'Postal address',
          help: 'Stands above the address of the recipient, in the window. Separate its lines by semicolons.',
        },
        logo: { label: 'Logo', help: 'Stands at the top right of letters. PNG or JPEG, at most 150 kB.' },
      },
      tokens: {
        maxPerUser: { label: 'Maximum tokens per user', help: 'How many tokens a user may hold.' },
        autoAssignDays: {
          label: 'Only automatically assign tokens that do not expire for so many days',
          help: '“Assign next available token” gives out no token that expires sooner; the one that lives longest goes first.',
        },
        lifetimeDays: {
          label: 'Lifetime of minted tokens, in days',
          help: 'Expiry of minted token records that name none.',
        },
      },
      provisioning: {
        host: {
          label: 'Fully qualified host name',
          help: 'Stands in every link that is handed out.',
        },
        port: { label: 'Port', help: 'Stands in every link that is handed out.' },
        codeExpiry: {
          label: 'Activation code expires',
          help: 'For token profiles that are added without saying it; existing profiles keep theirs.',
        },
      },
      activation: {
        minChosenLength: {
          label: 'Least length of a chosen activation code',
          help: 'For activation codes chosen by an administrator.',
        },
        resendSeconds: {
          label: 'Resend the reply for, in seconds',
          help: 'For how long the reply to a repeated, byte-identical ClientNonce is sent again.',
        },
        showCode: {
          label: 'Show link and code in self-service',
          help: 'Whether the Self-Service Console also shows link and activation code as text to those who cannot scan the QR code.',
        },
        windowHours: {
          label: 'Activation window, in hours',
          help: 'For how long an activation window that an administrator opens for a user stays open.',
        },
        sameDevice: {
          label: 'Offer the link on the phone itself',
          help: 'Whether the Self-Service Console offers the link to who opens it on the phone that is to take the token.',
        },
      },
      selfService: {
        requests: {
          label: 'Users may ask for tokens',
          help: 'Those that are offered under Offers and Workflow, and replacements.',
        },
        rename: { label: 'Users may rename their tokens', help: 'The nickname only.' },
        changePin: {
          label: 'Users may change their PIN',
          help: 'Creating one for a token that has none, or has to have another, is always theirs.',
        },
        replacePin: {
          label: 'Users may replace a forgotten PIN',
          help: 'By two successive tokencodes. Then a password and the device are enough for what the PIN protects; if not, the help desk clears it.',
        },
        move: {
          label: 'Users may move a token to a new phone',
          help: 'By the consent of the old one. If not, you distribute it again.',
        },
        resynchronise: {
          label: 'Users may resynchronize a token',
          help: 'By two successive tokencodes.',
        },
        reportLost: {
          label: 'Users may report a token as lost',
          help: 'If not, a thief has until somebody answers the telephone.',
        },
      },
      logOn: {
        freshProofMinutes: {
          label: 'A log-on counts as proof for (minutes)',
          help: 'Afterwards administrators prove again that it is them before they change credentials, keys, factors, roles and log-on policies. More makes a screen left open worth more.',
        },
        temporaryPasswordDays: {
          label: 'A temporary password is good for (days)',
          help: 'For passwords of users and administrators that someone else set and that must be changed. Afterwards an administrator sets another.',
        },
      },
      verify: {
        window: {
          label: 'Window, in intervals',
          help: 'Intervals before and after the expected one of which one tokencode is enough.',
        },
        firstUseSeconds: {
          label: 'Clock difference found with two tokencodes, in seconds',
          help: 'Either way. Beyond the window, the next tokencode is asked for as well.',
        },
        maxDriftSeconds: {
          label: 'Largest clock difference, in seconds',
          help: 'Largest difference a device may have, learned, or found after long silence with two tokencodes.',
        },
        hotpLookAhead: {
          label: 'HOTP look-ahead',
          help: 'Counters ahead at which an HOTP tokencode is found. Beyond the first few, the next one is asked for as well.',
        },
      },
    },
  },
  apiKeys: {
    title: 'API Keys',
    intro: 'For programs that call the REST API. A key can do what its permissions say, and nothing else.',
    add: 'Make an API key',
    addAction: 'Make key',
    none: 'There is no API key yet',
    noneBody: 'Make one for each program, with no more permissions than it needs.',
    name: 'Name',
    nameHelp: 'What uses the key. The audit trail shows it.',
    permissions: 'Permissions',
    permissionCount_one: '{{count}} permission',
    permissionCount_other: '{{count}} permissions',
    createdAt: 'Made',
    expiresAt: 'Expires',
    expiresOn: 'Expires at the end of',
    expiresOnHelp: 'Left blank: it does not expire.',
    madeTitle: 'API key {{name}}',
    once: 'The key is shown only now. Copy it to where it is used.',
    key: 'API key',
    kept: 'I have copied it',
    owner: 'Owner',
    noOwner: 'none: made on the server host',
    standing: 'State',
    standings: {
      active: 'active',
      limited: 'limited: its owner may not do all of it',
      expired: 'expired',
      'owner-disabled': 'inactive: its owner is disabled',
      'owner-deleted': 'inactive: its owner was deleted',
      'owner-may-not': 'inactive: its owner may do none of it',
      altered: 'inactive: it was changed in the database, not by the server',
    },
    lacks: 'Without: {{permissions}}',
    endsSoon: 'ends soon',
    takeOver: 'Take over',
    takeOverTitle: 'Take over API key {{name}}?',
    takeOverBody:
      'You become its owner. From then on it can do what it was made for as long as you may do that yourself, and counts as you where requests need another person.',
    takenOver: 'You own API key {{name}} now.',
    revoke: 'Revoke',
    revokeTitle: 'Revoke API key {{name}}?',
    revokeBody: 'Programs that use it are refused from now on. This cannot be undone.',
    revoked: 'API key {{name}} is revoked.',
  },
  serverKeys: {
    title: 'Server Keys',
    intro: 'The RSA keys of the CT-KIP server. Clients encrypt their random number for the active one.',
    id: 'Key ID',
    bits: 'Size',
    use: 'Use',
    uses: { active: 'Active', retired: 'Retired: opens what is under way' },
    createdAt: 'Made',
    rotate: 'Rotate server key',
    rotateTitle: 'Make a new server key?',
    rotateBody: 'The new key is used from now on. The present one still opens exchanges that are under way.',
    rotateAction: 'Make new key',
    bitsHelp: '2048 is what every client accepts.',
    weak: '1024 bits are weak: only for old clients that refuse more.',
    rotated: 'Server key {{id}} is active.',
  },
} as const;
