/** Jobs, and why someone is left out of one. */
export const jobs = {
  job: {
    'not-found': 'There is no such job.',
    'other-kind':
      'Only a distribution can be repeated or followed by reminders, and only a distribution or an assignment can be undone.',
    'too-many_one': 'You have one job that has not ended, the maximum. Wait until it ends, or cancel it.',
    'too-many_other':
      'You have {{count, number}} jobs that have not ended, the maximum. Wait until one ends, or cancel one.',
    'too-many-rows': 'A job can have at most {{maximum, number}} rows. Choose fewer.',
    'tokens-chosen':
      'You chose tokens, so the job distributes those. To assign or mint tokens, choose users instead.',
    'people-chosen': 'The file lists tokens. To assign tokens, list user IDs.',
    'file-empty':
      'The file lists no users. Put one user ID on each line, or use CSV with a column "userId" or "serial".',
    'people-only': 'Only an administrator or an API key can create a job.',
    'own-only': 'Only the person who created the job can do this, because it runs with their permissions.',
    'name-differs': 'This is not the name of the job. Enter it exactly.',
    'wrong-state': 'The state of the job has changed. Reload and try again.',
    'not-ended': 'The distribution has not ended. Pause or cancel it, or wait.',
    'under-way': 'A job like this is already running.',
    reminded: 'Reminders were sent less than {{minutes, number}} minutes ago. Wait before you send more.',
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
    'not-stored': 'The server stopped before it had stored all rows of the job. Create the job again.',
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
    'has-token': 'Already has a token.',
    'has-one': 'Already has a token that is activated or ready to be.',
    'holds-one': 'Already has a token that can be distributed. Distribute that one, or include such users.',
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
    'changed-since': 'Changed by someone after the job.',
    'used-since': 'Distributed, given a PIN or otherwise used since.',
  },
  'user-import': {
    'no-user-id-column': 'Choose the column that contains the user IDs.',
    'no-column': 'The file has no column "{{column}}".',
    'doubled-column': 'The file has several columns "{{column}}". Which one counts is unclear.',
    empty: 'The file has no rows.',
  },
  'import-row': {
    'open-quote': 'A quotation mark is never closed, so the rest of the file is in this row.',
    'too-many-cells':
      'The row has more cells than there are columns. Put cells that contain the delimiter in quotation marks.',
    'not-json': 'The line is not a JSON object.',
    'unknown-field':
      'The line has a field that none of the first 100 lines has, and it is not clear what it means.',
    'not-text': 'A value is neither a text nor a number.',
    'no-user-id': 'The row has no user ID.',
    'bad-user-id':
      'This cannot be a user ID: it is too long, or has spaces, one of & % < >, or invisible characters.',
    doubled: 'An earlier row has the same user ID.',
    exists: 'There is already a user with this ID.',
    unchanged: 'Already as in the file.',
    taken: 'Someone in a security domain that you cannot see has this user ID.',
    'from-directory': 'The user comes from a directory. Change it there.',
    'too-long': '{{field}} has more than {{maximum, number}} characters.',
    'bad-email': 'Not an e-mail address.',
    'bad-enabled': 'Whether the user is enabled has to be true or false.',
    'bad-language': 'There is no mail in this language.',
    'no-domain': 'There is no such security domain, or you cannot edit users there.',
    'domain-required': 'The row names no security domain, and you have no rights in the top one.',
    'changed-since-check': 'Changed by someone since the check.',
  },
  rule: {
    'not-found': 'This distribution rule was not found.',
    exists: 'A distribution rule named "{{rule}}" already exists.',
    'url-needs-mail':
      'A rule does not produce a file of activation codes. Choose delivery by mail, or a profile with QR code delivery.',
  },
  schedule: {
    'not-found': 'There is no such schedule.',
    never: 'No date matches these times. Check the day and the month.',
  },
} as const;
