/** The master key and data keys: what the command line on the server host says of them. */
export const keys = {
  key: {
    usage: `Usage: sower key rotate master [--new-key FILE|URI] [--no-wait] [--without-approval] [--json] [options of sower serve]
       sower key status [--json] [options of sower serve]

rotate master gives the database a new master key and re-seals everything under a new data key while the servers keep running. Run it on a
server host, as the user the server runs as, with the options and environment of sower serve.`,
    same: 'The new master key is the current one ({{name}}). Nothing was changed.',
    running:
      'A rotation to master key {{name}} is in progress. Wait until sower key status says it is complete.',
    'other-master': 'This database does not use the master key given here ({{name}}). Nothing was changed.',
    'no-master': 'There is no master key in {{file}}. Give the options and environment of sower serve.',
    'no-database': 'There is no database {{file}}. Give --database as for sower serve.',
    'no-server': 'No server has ever been started on this database.',
    'other-user': 'Run this as the owner of {{folder}}, which is the user the server runs as.',
    'where-from':
      'The master key does not come from the data folder, so generate the new one where it is kept, for example with openssl rand -base64 32, and pass a file that contains it: --new-key FILE. Nothing was changed.',
    'where-from-hsm':
      'The master key is in an HSM, so generate the new one first. If it is in the HSM too, pass its PKCS#11 URI as --new-key; otherwise pass a file with 32 octets. Nothing was changed.',
    begun: 'The rotation to master key {{name}} has begun.',
    'goes-on': 'The rotation to master key {{name}} continues.',
    placed:
      'The new master key is in {{file}}. The previous one is in {{earlier}}: keep it with the backups made so far, then delete it here. Copy the new one to every other host of this installation; running processes pick it up there.',
    place:
      'Put master key {{name}} where each server reads its master key. Servers that read it from the environment must be restarted.',
    nobody:
      'No server is running on this database. The rotation continues when one starts; until then the previous master key is still valid.',
    done: 'The previous master key no longer opens anything: the database uses master key {{name}}. For another hour, the previous data key still opens what clients hold.',
    'status-first': 'The master key has never been changed.',
    status:
      'Master keys that open the database: {{masters}}. Data keys: {{keys, number}}. Since {{time, time}}:',
    'state-announced': 'All processes are learning the new data key.',
    'state-sealing': 'All processes are switching to the new data key.',
    'state-converting': 'Re-sealed so far: {{count, number}}. Current table: {{table}}.',
    'state-overlap':
      'Everything is re-sealed. For an hour, the previous data key still opens what clients hold.',
    'state-handing': 'Everything is re-sealed. Some processes do not have the new master key yet.',
    'state-finishing': 'Checking for anything left over.',
    'state-done': 'The rotation is complete.',
    lagging:
      'Process {{process}} on {{host}} does not have master key {{master}} yet: put it where that process reads its master key, and restart the process if that is the environment.',
  },
} as const;
