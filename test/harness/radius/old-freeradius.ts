/** A FreeRADIUS that checks PIN and TOTP by itself, in Perl: the server that is to be replaced. It keeps what it was asked and what it accepted. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasFreeradius, MODULES, startProxy } from './freeradius.ts';
import { OLD_INTERVAL } from './old-server.ts';
import { recipe } from './recipes.ts';

export const hasOldFreeradius = hasFreeradius && existsSync(join(MODULES ?? '', 'rlm_perl.so'));

export type OldFreeradius = {
  readonly port: number;
  /** What it writes down of requests, with passwords. */
  readonly detail: string;
  /** Passcodes that it checked, and those that it accepted, by user. */
  counts(userId: string): { readonly tries: number; readonly accepted: number };
  stop(): Promise<void>;
};

export async function oldFreeradius(
  users: readonly { readonly userId: string; readonly pin: string; readonly key: Uint8Array }[],
  secret: string,
): Promise<OldFreeradius> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-old-'));
  writeFileSync(
    join(folder, 'users'),
    users.map(({ userId, pin, key }) => `${userId} ${pin} ${Buffer.from(key).toString('hex')}\n`).join(''),
  );
  writeFileSync(join(folder, 'otp.pl'), PERL.replaceAll('FOLDER', folder));
  const detail = join(folder, 'detail');
  const server = await startProxy({
    ...{ home: 0, secret, clientSecret: secret },
    rest: {
      module: `perl {\n  filename = ${join(folder, 'otp.pl')}\n  func_authenticate = authenticate\n}\n${recipe(
        'detail',
        { '${radacctdir}/%{Packet-Src-IP-Address}/auth-detail-%Y%m%d': detail },
        'moving.md',
      )}`,
      server:
        'authorize {\n  auth_log\n  update control {\n    &Auth-Type := perl\n  }\n}\nauthenticate {\n  Auth-Type perl {\n    perl\n  }\n}\n',
    },
  });
  return {
    port: server.ports[0] as number,
    detail,
    counts(userId) {
      const file = join(folder, `state-${userId}`);
      const [tries = 0, accepted = 0] = existsSync(file)
        ? readFileSync(file, 'utf8').split(' ').map(Number)
        : [];
      return { tries, accepted };
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** RFC 6238 with SHA-1 and six digits, one interval to each side, each tokencode once. Its threads share nothing but files. */
const PERL = String.raw`
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1);
use Fcntl qw(:flock SEEK_SET O_RDWR O_CREAT);
our (%RAD_REQUEST, %RAD_REPLY, %RAD_CHECK);
my %users;
open(my $list, '<', 'FOLDER/users') or die;
while (<$list>) { my ($name, $pin, $key) = /^(\S+) (\S*) (\S+)$/ or next; $users{$name} = [$pin, pack('H*', $key)]; }
close($list);
sub code {
  my ($key, $counter) = @_;
  my $mac = hmac_sha1(pack('NN', int($counter / 4294967296), $counter % 4294967296), $key);
  my $number = unpack('N', substr($mac, ord(substr($mac, -1)) & 15, 4)) & 0x7fffffff;
  return sprintf('%06d', $number % 1000000);
}
sub authenticate {
  my $user = $users{$RAD_REQUEST{'User-Name'}} or return 0;
  sysopen(my $file, 'FOLDER/state-' . $RAD_REQUEST{'User-Name'}, O_RDWR | O_CREAT) or return 1;
  flock($file, LOCK_EX);
  my ($tries, $accepted, $last) = split(' ', (<$file> // '') || '0 0 -1');
  $tries += 1;
  my $result = 0;
  my $now = int(time() / ${OLD_INTERVAL});
  for my $interval ($now - 1 .. $now + 1) {
    next if $interval <= $last || $RAD_REQUEST{'User-Password'} ne $user->[0] . code($user->[1], $interval);
    ($last, $accepted, $result) = ($interval, $accepted + 1, 2);
    last;
  }
  seek($file, 0, SEEK_SET);
  print $file "$tries $accepted $last";
  truncate($file, tell($file));
  close($file);
  $RAD_REPLY{'Class'} = 'of-the-old-server' if $result == 2;
  return $result;
}
1;
`;
