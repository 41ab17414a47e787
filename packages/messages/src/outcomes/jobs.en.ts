/** Jobs, and why someone is left out of one. */
export const jobs = {
  job: {
    'not-found': 'There is no such job.',
    'other-kind': 'Only a distribution can be undone, repeated or followed by reminders.',
    'too-many_one': 'You have one job that has not ended, the maximum. Wait until it ends, or cancel it.',
    'too-many_other':
      'You have {{count, number}} jobs that have not ended, the maximum. Wait until one ends, or cancel one.',
    'too-many-rows': 'A job can have at most {{maximum, number}} rows. Choose fewer.',
    'tokens-chosen':
      'You chose tokens, so the job distributes those. To assign or mint tokens, choose users instead.',
    'file-empty':
      'The file lists no users. Put one user ID on each line, or use CSV with a column "userId" or "serial".',
    'people-only': 'Only an administrator or an API key can create a job.',
    'own-only': 'Only whoever created the job can do this, because it runs with their permissions.',
    'name-differs': 'This is not the name of the job. Enter it exactly.',
    'wrong-state': 'The state of the job has changed. Reload and try again.',
    'not-ended': 'The distribution has not ended. Pause or cancel it, or wait.',
    'under-way': 'A job like this is already running.',
    'codes-taken':
      'The activation codes no longer exist: they were downloaded, or nobody fetched them within seven days. To get new ones, distribute again.',
    'no-codes': 'This distribution has no activation codes to print: users get them by QR code or by mail.',
    'unreadable-logo':
      'The logo in the settings cannot be read, or has more than four million pixels. Choose another image, or remove it.',
    'too-many-letters_one': 'At most one letter fits in a file. Download the CSV instead.',
    'too-many-letters_other':
      'At most {{count, number}} letters fit in a file. Download the CSV instead, or distribute in several jobs.',
    'profile-edited':
      'The token profile "{{profile}}" was edited or deleted after the check. Create the job again to see what users will get.',
    'starter-gone': '{{name}} was deleted or disabled, so the job ended.',
    'right-lost': '{{name}} no longer has the permission {{permission}}, so the job ended.',
    altered: 'The job was not written by the server, so it was not run.',
    failed: 'Something went wrong on the server several times in a row. Its log has the details.',
    'paused-long': 'The job was paused and not resumed within seven days. It can still be resumed.',
    'never-started': 'The job was not started within seven days.',
  },
  'job-row': {
    'no-user': 'There is no such user.',
    'no-token': 'There is no such token.',
    'another-domain': 'In a security domain where you lack the permission.',
    doubled: 'Listed more than once.',
    'not-assigned': 'The token is not assigned.',
    'another-holder': 'Belongs to someone else now.',
    'user-disabled': 'The user is disabled.',
    'has-one': 'Already has a token that is activated or ready to be.',
    'at-limit_one': 'The user has one token, the maximum.',
    'at-limit_other': 'The user has {{count, number}} tokens, the maximum.',
    'holds-none': 'The user has no token that can be distributed.',
    lost: 'The token is marked as lost.',
    disabled: 'The token is disabled.',
    expired: 'The token has expired.',
    'no-address': 'The user has no e-mail address.',
    'no-certificate': 'The user has no certificate for encrypted mail.',
    'no-device-id': 'The file has no valid device ID for this user.',
    'none-left': 'No unassigned token is left.',
    'daily-limit': 'The daily limit of the rule is reached.',
    activated: 'Activated.',
    'changed-since': 'Changed by someone after the distribution.',
  },
  rule: {
    'not-found': 'Not found: this distribution rule.',
    exists: 'A distribution rule named "{{rule}}" already exists.',
    'url-needs-mail':
      'A rule hands nobody a file of activation codes. Choose delivery by mail, or a profile with QR code delivery.',
  },
  schedule: {
    'not-found': 'There is no such schedule.',
    never: 'These times never come: check the day and the month.',
  },
} as const;
