/** The templates of mail that ship. The server puts values in their places itself, as in templates that administrators have edited. */
export const mailEn = {
  'request-submitted': {
    subject: 'Your request was received: {{offer}}',
    body: `Hello {{name}},

we received your request for "{{offer}}". We write to you again as soon as it is decided.

You can follow it, or withdraw it, in the Self-Service Console:
{{selfServiceUrl}}

If you did not ask for this, tell your service desk.
`,
  },
  'request-approved': {
    subject: 'Your request was approved: {{offer}}',
    body: `Hello {{name}},

your request for "{{offer}}" was approved.
{{comment}}

We write to you again when your token is ready to be activated.
{{helpUrl}}
`,
  },
  'request-rejected': {
    subject: 'Your request was not approved: {{offer}}',
    body: `Hello {{name}},

your request for "{{offer}}" was not approved.
{{comment}}

If you have questions, ask your service desk.
`,
  },
  'request-deferred': {
    subject: 'Your request has to wait: {{offer}}',
    body: `Hello {{name}},

the decision about your request for "{{offer}}" was put off until {{until}}.
{{comment}}

You need not do anything.
`,
  },
  'request-cancelled': {
    subject: 'Your request was withdrawn: {{offer}}',
    body: `Hello {{name}},

your request for "{{offer}}" was withdrawn. You can ask again at any time:
{{selfServiceUrl}}
`,
  },
  'token-ready': {
    subject: 'Your token is ready to be activated',
    body: `Hello {{name}},

your token {{serial}} for {{deviceType}} is ready to be activated.

1. Install the app {{application}} on the device on which you want to use the token.
{{downloadUrl}}
2. On another device, open the Self-Service Console: {{selfServiceUrl}}
3. Under My Authenticators, choose Activate Your Token, and follow the window.

If you were given an address and an activation code instead, enter them in the app.

Nobody will ask you for an activation code or a tokencode by mail or telephone.
`,
  },
  'code-expiring': {
    subject: 'Your activation code expires soon',
    body: `Hello {{name}},

the activation code of your token {{serial}} for {{deviceType}} expires on {{expires}}, and it was not used yet.

Import the token before then. If you have no activation code, ask your service desk for a new one.
`,
  },
  'token-activated': {
    subject: 'Your token was activated',
    body: `Hello {{name}},

your token {{serial}} was activated on {{time}}.

Device type: {{deviceType}}
Device: {{device}}

If this was not you, tell your service desk at once: somebody else may hold your token.
`,
  },
  'token-expiring': {
    subject: 'Your token expires soon',
    body: `Hello {{name}},

your token {{serial}} expires on {{expires}}. After that you cannot log on with it.

Ask for a replacement in the Self-Service Console, or at your service desk:
{{selfServiceUrl}}
`,
  },
  'pin-changed': {
    subject: 'The PIN of your token was changed',
    body: `Hello {{name}},

the PIN of your token {{serial}} was changed on {{time}}.

If this was not you, tell your service desk at once.
`,
  },
  'window-opened': {
    subject: 'You may activate a token on another device',
    body: `Hello {{name}},

an administrator, or you with your present token, made it possible that you activate a token on another device.
It is possible once, until {{expires}}:
{{selfServiceUrl}}

If you did not ask for this, tell your service desk at once.
`,
  },
  'delivery-link': {
    subject: 'Your token: address to import it from',
    body: `Hello {{name}},

your token {{serial}} for {{deviceType}} is ready to be imported, until {{expires}}.

1. Install the app {{application}}.
{{downloadUrl}}
2. Import the token from this address:
{{url}}
3. The app asks for an activation code. It comes in another mail.
`,
  },
  'delivery-code': {
    subject: 'Your token: activation code',
    body: `Hello {{name}},

the activation code of your token {{serial}} is:

{{code}}

It can be used once, until {{expires}}. Enter it in the app when it asks for it, and delete this mail.
`,
  },
  'delivery-encrypted': {
    subject: 'Your token',
    body: `Hello {{name}},

your token {{serial}} for {{deviceType}} is ready to be imported, until {{expires}}.

1. Install the app {{application}}.
{{downloadUrl}}
2. Open this link on the device:
{{link}}

Or enter both in the app:
Address: {{url}}
Activation code: {{code}}

The code can be used once. Delete this mail afterwards.
`,
  },
} as const;
