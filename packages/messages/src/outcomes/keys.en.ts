/** The master key and data keys: what the command line on the server host says of them. */
export const keys = {
  key: {
    usage: `Usage: sower key rotate master [--new-key FILE|URI] [--no-wait] [--without-approval] [--json] [options of sower serve]
       sower key status [--json] [options of sower serve]

rotate master gives the database another master key, and seals everything anew under another data key, while the servers go on. Run it on a
server host, as the user that the server runs as, with the options and the environment of sower serve.`,
    same: 'The new master key is the present one ({{name}}). Nothing was changed.',
    running:
      'A rotation is in progress, to master key {{name}}. Wait until sower key status says that it is over.',
    'other-master':
      'The master key given here ({{name}}) is not the one of this database. Nothing was changed.',
    'no-master': 'There is no master key in {{file}}. Give the options and environment of sower serve.',
    'no-database': 'There is no database {{file}}. Give --database as for sower serve.',
    'no-server': 'No server was ever started on this database.',
    'other-user': 'Run this as the owner of {{folder}}, the user that the server runs as.',
    'where-from':
      'The master key does not come from the data folder, so the new one must be made where it is kept. Make it, for example with openssl rand -base64 32, and give a file with it: --new-key FILE. Nothing was changed.',
    'where-from-hsm':
      'The master key is in an HSM, so the new one has to be made first: in the HSM, and --new-key then gives its PKCS#11 URI, or outside of it, and --new-key then gives a file with 32 octets. Nothing was changed.',
    begun: 'The rotation to master key {{name}} has begun.',
    'goes-on': 'The rotation to master key {{name}} goes on.',
    placed:
      'The new master key is in {{file}}. The earlier one is in {{earlier}}: keep it with the backups made until now, then delete it here. Copy the new one to every other host of this installation; processes that run read it there.',
    place:
      'Put master key {{name}} where every server takes its master key from. Servers that take it from the environment must be restarted.',
    nobody:
      'No server runs on this database. The rotation goes on when one starts; the earlier master key is good until then.',
    done: 'The earlier master key opens nothing any more: the database has master key {{name}}. For an hour, the earlier data key still opens what clients have in their hands.',
    'status-first': 'The master key was never changed.',
    status:
      'Master keys that open the database: {{masters}}. Data keys: {{keys, number}}. Since {{time, time}}:',
    'state-announced': 'All processes learn of the new data key.',
    'state-sealing': 'All processes begin to use the new data key.',
    'state-converting': 'Sealed anew so far: {{count, number}}. Now in: {{table}}.',
    'state-overlap':
      'Everything is sealed anew. The earlier data key opens what clients have in their hands, for an hour.',
    'state-handing': 'Everything is sealed anew. Not every process has the new master key yet.',
    'state-finishing': 'The last look for what is left.',
    'state-done': 'The rotation is over.',
    lagging:
      'Process {{process}} on {{host}} does not have master key {{master}} yet: put it where that process takes its master key from, and restart it if that is the environment.',
  },
} as const;
