/** The original mail templates. The server inserts the values itself, as it does for templates that administrators have edited. */
export const mailEn = {
  'request-submitted': {
    subject: 'Your request was received: {{offer}}',
    body: `Hello {{name}},

We received your request for "{{offer}}". We will write again when it has been decided.

You can follow it, or withdraw it, in the Self-Service Console:
{{selfServiceUrl}}

If you did not ask for this, tell your help desk.
`,
  },
  'request-approved': {
    subject: 'Your request was approved: {{offer}}',
    body: `Hello {{name}},

Your request for "{{offer}}" was approved.
{{comment}}

We will write again when your token is ready to be activated.
{{helpUrl}}
`,
  },
  'request-rejected': {
    subject: 'Your request was not approved: {{offer}}',
    body: `Hello {{name}},

Your request for "{{offer}}" was not approved.
{{comment}}

If you have questions, ask your help desk.
`,
  },
  'request-deferred': {
    subject: 'Your request was deferred: {{offer}}',
    body: `Hello {{name}},

The decision on your request for "{{offer}}" was deferred until {{until}}.
{{comment}}

You do not need to do anything.
`,
  },
  'request-cancelled': {
    subject: 'Your request was withdrawn: {{offer}}',
    body: `Hello {{name}},

Your request for "{{offer}}" was withdrawn. You can make another request at any time:
{{selfServiceUrl}}
`,
  },
  'approvals-waiting': {
    subject: 'Requests waiting for your decision: {{count}}',
    body: `Hello {{name}},

Requests for tokens are waiting for your decision: {{count}}
The oldest, for "{{offer}}", has been waiting since {{since}}.

Decide in the Security Console:
{{consoleUrl}}
`,
  },
  'approvals-escalated': {
    subject: 'Requests that nobody has decided: {{count}}',
    body: `Hello {{name}},

Nobody has decided on these requests for tokens yet, and you can: {{count}}
The oldest, for "{{offer}}", has been waiting since {{since}}.

Decide in the Security Console:
{{consoleUrl}}
`,
  },
  'stand-in-named': {
    subject: 'You stand in for {{administrator}}',
    body: `Hello {{name}},

You stand in for {{administrator}} from {{from}} until {{until}}.
During this time you can see the requests for tokens that {{administrator}} may decide on, and approve, reject or defer them. Every decision says on whose behalf it was made.

Decide in the Security Console:
{{consoleUrl}}
`,
  },
  report: {
    subject: 'Report: {{report}}',
    body: `Hello {{name}},

The report "{{report}}" is attached. It was made at {{time}} and contains what {{administrator}} may see.

The Security Console shows who gets it, and when:
{{consoleUrl}}
`,
  },
  alert: {
    subject: 'Sower needs attention',
    body: `Hello {{name}},

This has needed attention since {{time}}:
{{reason}}

Everything that needs attention is on the first page of the Security Console:
{{consoleUrl}}
`,
  },
  'source-stopped': {
    subject: 'A run of {{source}} stopped',
    body: `Hello {{name}},

A run of the identity source "{{source}}" stopped at {{time}}:
{{reason}}

Until a run succeeds, changes in the directory do not reach its users in Sower. Details are in the Security Console:
{{consoleUrl}}
`,
  },
  'token-ready': {
    subject: 'Your token is ready to be activated',
    body: `Hello {{name}},

Your token {{serial}} for {{deviceType}} is ready to be activated.

1. Install the app {{application}} on the device on which you want to use the token.
{{downloadUrl}}
2. On another device, open the Self-Service Console: {{selfServiceUrl}}
3. Under My Authenticators, choose Activate Your Token, and follow the steps.

If you were given an address and an activation code instead, enter them in the app.

Nobody will ask you for an activation code or a tokencode by mail or telephone.
`,
  },
  'code-expiring': {
    subject: 'Your activation code expires soon',
    body: `Hello {{name}},

The activation code of your token {{serial}} for {{deviceType}} expires on {{expires}} and has not been used yet.

Import the token before then. If you have no activation code, ask your help desk for a new one.
`,
  },
  'token-activated': {
    subject: 'Your token was activated',
    body: `Hello {{name}},

Your token {{serial}} was activated on {{time}}.

Device type: {{deviceType}}
Device: {{device}}

If this was not you, tell your help desk at once: someone else may have your token.
`,
  },
  'token-expiring': {
    subject: 'Your token expires soon',
    body: `Hello {{name}},

Your token {{serial}} expires on {{expires}}. After that you cannot log on with it.

Request a replacement in the Self-Service Console, or ask your help desk:
{{selfServiceUrl}}
`,
  },
  'pin-changed': {
    subject: 'The PIN of your token was changed',
    body: `Hello {{name}},

The PIN of your token {{serial}} was changed on {{time}}.

If this was not you, tell your help desk at once.
`,
  },
  'window-opened': {
    subject: 'You may activate a token on another device',
    body: `Hello {{name}},

An administrator, or you with your current token, allowed the activation of a token on another device.
You can do this once, until {{expires}}:
{{selfServiceUrl}}

If you did not ask for this, tell your help desk at once.
`,
  },
  'delivery-link': {
    subject: 'Your token: address for importing it',
    body: `Hello {{name}},

Your token {{serial}} for {{deviceType}} can be imported until {{expires}}.

1. Install the app {{application}}.
{{downloadUrl}}
2. Import the token from this address:
{{url}}
3. The app asks for an activation code, which comes in a separate mail.
`,
  },
  'delivery-code': {
    subject: 'Your token: activation code',
    body: `Hello {{name}},

The activation code of your token {{serial}} is:

{{code}}

It can be used once, until {{expires}}. Enter it in the app when it asks for it, and delete this mail.
`,
  },
  'delivery-encrypted': {
    subject: 'Your token',
    body: `Hello {{name}},

Your token {{serial}} for {{deviceType}} can be imported until {{expires}}.

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
