/**
 * Names that hosts give to accounts of their own. A host that lets in the name which it sent would let in that account, so none of them counts
 * as another name of a user.
 */

/** Debian's and Red Hat's system accounts, those of BSD and Windows, and the usual names of administrators. */
const NAMES: ReadonlySet<string> = new Set(
  `root toor daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody nogroup adm operator shutdown halt
  ftp ftpuser http apache nginx mysql postgres postgresql named bind ntp chrony sshd dbus messagebus polkitd rpc rpcuser nfsnobody tss
  avahi colord sssd uuidd tcpdump landscape pollinate wheel sudo staff system kmem tty disk
  admin admins administrator administrators administrateur administrador administratör guest gast default support supervisor superuser
  sysadmin sysop manager master test user oracle sap git svn jenkins ansible vagrant ubuntu debian centos rocky almalinux ec2-user
  cloud-user azureuser pi krbtgt defaultaccount wdagutilityaccount localsystem localservice networkservice enable cisco`.split(
    /\s+/,
  ),
);

/** @param key in canonical form. Of `DOMAIN\name` and `name@realm`, each part counts, since clients cut one of them off. */
export const looksLikeLocalAccount = (key: string): boolean =>
  key.split(/[\\/@]/).some((part) => NAMES.has(part) || /^(?:_|systemd-|dbus-|gdm|lxd|snap)/.test(part)) ||
  // A number is a user ID to many hosts.
  /^\d+$/.test(key);
