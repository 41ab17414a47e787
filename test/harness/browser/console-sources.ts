/** Identity sources to see in the Security Console: one that is there, with people of every kind. */
import { SOURCE_PRESETS, type SourceRun } from '@sower/api/identity-sources';
import { Attribute, Change } from 'ldapts';
import type { Deployment } from '../deployment.ts';
import { personLdif, ROOT, ROOT_PASSWORD, type Slapd, SUFFIX } from '../directory/slapd.ts';

const unit = (name: string): string =>
  `dn: ou=${name},${SUFFIX}\nobjectClass: organizationalUnit\nou: ${name}\n\n`;

/**
 * Three people, one with a user ID that somebody has, and one without any, each time in a unit of their own.
 * @param taken more user IDs that somebody has
 */
export const peopleOf = (ou: string, taken: readonly string[] = []): string =>
  [
    unit(ou),
    ...['anna', 'bernd', 'clara'].map((name) =>
      personLdif({
        uid: `${name}.${ou}`,
        sn: 'Meier',
        givenName: name,
        mail: `${name}.${ou}@example.com`,
        ou,
      }),
    ),
    ...['qruser', ...taken].map((uid) => personLdif({ uid, ou })),
    `dn: cn=nobody,ou=${ou},${SUFFIX}\nobjectClass: inetOrgPerson\ncn: nobody\nsn: nobody\n\n`,
  ].join('');

export const unitOf = (ou: string): string => `ou=${ou},${SUFFIX}`;

/** One person of the unit is written differently, two have moved out of what is searched. */
export async function changePeople({ client }: Slapd, ou: string): Promise<void> {
  const of = (name: string) => `uid=${name}.${ou},${unitOf(ou)}`;
  await client.modify(of('anna'), [
    new Change({ operation: 'replace', modification: new Attribute({ type: 'sn', values: ['Schulz'] }) }),
  ]);
  for (const name of ['bernd', 'clara'])
    await client.modifyDN(of(name), `uid=${name}.${ou},ou=elsewhere,${SUFFIX}`);
}

/** They come back to where they were. */
export async function bringBack({ client }: Slapd, ou: string): Promise<void> {
  for (const name of ['bernd', 'clara'])
    await client.modifyDN(`uid=${name}.${ou},ou=elsewhere,${SUFFIX}`, `uid=${name}.${ou},${unitOf(ou)}`);
}

export async function addSlapdSource(
  { api }: Deployment,
  slapd: Slapd,
  { name, base }: { readonly name: string; readonly base: string },
): Promise<string> {
  const { search, mapping } = SOURCE_PRESETS.openldap;
  const { id } = await api('addIdentitySource', {
    body: {
      name,
      kind: 'openldap',
      connection: { urls: [slapd.url], certificateAuthority: slapd.authority, bindName: ROOT },
      search: { ...search, base },
      mapping,
      stop: { percent: 5, atLeast: 2 },
      password: ROOT_PASSWORD,
    },
  });
  return id;
}

/** @returns the run once it waits or has ended */
export async function runSource(
  { api }: Deployment,
  id: string,
  { preview = false, mode = 'full' }: { readonly preview?: boolean; readonly mode?: SourceRun['mode'] },
  seconds = 60,
): Promise<SourceRun> {
  const { id: run } = await api('startSourceRun', { params: { id }, body: { preview, mode } });
  for (const end = Date.now() + seconds * 1000; ; ) {
    const shown = await api('getSourceRun', { params: { id, run } });
    if (['waiting', 'done', 'failed', 'cancelled'].includes(shown.state)) return shown;
    if (Date.now() > end) throw new Error(`the run is still ${JSON.stringify(shown)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** For the walk: a run that is done, one that was stopped and waits, and people in both states. @returns the paths of its pages */
export async function furnishSource(deployment: Deployment, slapd: Slapd): Promise<readonly string[]> {
  const ou = 'walk';
  const id = await addSlapdSource(deployment, slapd, { name: 'Head office', base: unitOf(ou) });
  const first = await runSource(deployment, id, {});
  await changePeople(slapd, ou);
  const stopped = await runSource(deployment, id, { preview: true });
  // Something is chosen already for one of those whose user ID somebody has.
  const params = { id, run: stopped.id };
  const { items } = await deployment.api('listSourceFindings', { params, query: { action: 'conflict' } });
  const last = items.at(-1);
  if (last)
    await deployment.api('chooseForConflicts', { params, body: { choice: 'skip', numbers: [last.number] } });
  const path = `identity-sources/${id}`;
  // Its page comes last: from there another preview is made, and that puts an end to the one that waits.
  return [
    `${path}/runs/${stopped.id}`,
    `${path}/runs/${first.id}`,
    path,
    `${path}/edit`,
    `users/anna.${ou}`,
    `users/anna.${ou}/edit`,
  ];
}
