/** What is put into a security domain that is deleted at the same moment is refused: every act that names one, also for something within. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SOURCE_PRESETS, type SourcePatch, sourceInputSchema } from '@sower/api/identity-sources';
import { BUILT_IN_ROLES } from '@sower/api/roles';
import { TOKEN_IMPORT_OPERATIONS } from '@sower/api/token-imports';
import { addAgent, editAgent } from '@sower/server/clients/agents';
import { addRadiusClient, editRadiusClient } from '@sower/server/clients/radius-clients';
import { addCoexistence } from '@sower/server/coexistence/coexistences';
import type { Actor } from '@sower/server/core/actor';
import type { Outcome } from '@sower/server/core/outcome';
import { addApiKey } from '@sower/server/directory/api-keys';
import { addDomain } from '@sower/server/directory/domains';
import { addSource, editSource } from '@sower/server/directory/sources/sources';
import { addUser, editUser } from '@sower/server/directory/users';
import { importTokens } from '@sower/server/jobs/token-import/input';
import { tokenImportJobs } from '@sower/server/jobs/token-import/kind';
import { moveToken } from '@sower/server/provisioning/tokens/enable';
import { mintTokens } from '@sower/server/provisioning/tokens/mint';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { inTransaction } from '@sower/server/store/db/transaction';
import { findDomain } from '@sower/server/store/directory/domains';
import { findJob, type JobRow } from '@sower/server/store/work/jobs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, justBefore, onBothDatabases } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { actorOf, type NodeContext, nodeOf, valueIn } from '../../harness/jobs/node.ts';

const EVERYWHERE = [
  ...BUILT_IN_ROLES.auditor.permissions,
  'agents:edit',
  'domains:edit',
  'keys:edit',
  'settings:edit',
  'administrators:edit',
  'users:edit',
] as const;
const clientInput = () => ({
  ...{ messageAuthenticator: 'required' as const, password: 'none' as const, otherNames: false },
  ...{ replyAttributes: [], onlyGroups: [] },
});
const USER = { firstName: '', lastName: '', email: '' };
const TOKENS = ['tokens:view', 'tokens:edit', 'tokens:mint'] as const;

onBothDatabases('a security domain that is being deleted', (kind) => {
  let database: FreshDatabase;
  let stored: OpenDatabase;
  let folder: string;
  let context: NodeContext;
  let actor: Actor;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-domains-'));
    database = await kind.installed();
    const deployment = await deploy(database, { dataIn: folder });
    const { key } = await deployment.api('addApiKey', {
      body: { name: 'acts', permissions: [...EVERYWHERE, ...TOKENS] },
    });
    await deployment.stop();
    stored = await openDatabase(database.location);
    context = await nodeOf(stored.db, deployment.dataFolder, Date.now);
    actor = await actorOf(context, key);
  });
  afterAll(async () => {
    await stored.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const SOURCE = sourceInputSchema.omit({ name: true, securityDomain: true }).parse({
    kind: 'openldap',
    connection: { urls: ['ldaps://directory.example.com'] },
    search: { ...SOURCE_PRESETS.openldap.search, base: 'dc=example,dc=com' },
    mapping: SOURCE_PRESETS.openldap.mapping,
  });
  const byRule = (securityDomain: string) => ({
    placement: { rules: [{ kind: 'subtree' as const, name: 'ou=a,dc=example,dc=com', securityDomain }] },
  });
  const byGroup = (securityDomain: string) => ({
    groups: [{ name: 'cn=desk,dc=example,dc=com', roles: [{ role: 'auditor', securityDomain }] }],
  });
  const editedSource = async (context: NodeContext, name: string, change: SourcePatch) => {
    const input = { ...SOURCE, ...names(name) };
    const { id, version } = await made(addSource({ ...context, db: stored.db }, actor, input));
    return editSource(context, actor, { id, version, change });
  };

  type Act = (context: NodeContext, securityDomain: string) => Promise<Outcome<unknown>>;
  const names = (name: string, securityDomain = 'top') => ({
    name: `${name} ${securityDomain}`,
    securityDomain,
  });
  /** What is made before, in the top domain, and is to go to another. */
  const made = async <Made>(made: Promise<Outcome<Made>>): Promise<Made> => valueIn(await made);
  const acts: Record<string, Act> = {
    addAgent: (context, domain) => addAgent(context, actor, names('agent', domain)),
    editAgent: async (context, securityDomain) => {
      const { id, version } = await made(addAgent({ ...context, db: stored.db }, actor, names('moved')));
      return editAgent(context, actor, { id, version, change: { securityDomain } });
    },
    'addAgent, a realm': (context, securityDomain) =>
      addAgent(context, actor, {
        ...{ ...names('realms'), kind: 'validate', networks: ['192.0.2.0/24'] },
        realms: [{ realm: 'example.com', securityDomain }],
      }),
    'editAgent, a realm': async (context, securityDomain) => {
      const input = { ...names('realm later'), kind: 'validate' as const, networks: ['192.0.2.0/24'] };
      const { id, version } = await made(addAgent({ ...context, db: stored.db }, actor, input));
      const realms = [{ realm: 'example.com', securityDomain }];
      return editAgent(context, actor, { id, version, change: { realms } });
    },
    addRadiusClient: (context, domain) =>
      addRadiusClient(context, actor, { ...names('client', domain), network: '192.0.2.1', ...clientInput() }),
    editRadiusClient: async (context, securityDomain) => {
      const input = { ...names('client'), network: '192.0.2.2', ...clientInput() };
      const { id, version } = await made(addRadiusClient({ ...context, db: stored.db }, actor, input));
      return editRadiusClient(context, actor, { id, version, change: { securityDomain } });
    },
    addCoexistence: (context, domain) =>
      addCoexistence(context, actor, {
        ...{ ...names('old', domain), servers: ['192.0.2.9:1812'], secret: 'old-secret-of-the-old-servers' },
        ...{ timeoutSeconds: 2, endsOn: '2037-01-01', enabled: true },
      }),
    addApiKey: (context, domain) =>
      addApiKey(context, actor, { ...names('key', domain), permissions: ['users:view'] }),
    addDomain: (context, parent) => addDomain(context, actor, { name: `below ${parent}`, parent }),
    addSource: (context, domain) => addSource(context, actor, { ...SOURCE, ...names('source', domain) }),
    'addSource, a rule for users': (context, domain) =>
      addSource(context, actor, { ...SOURCE, ...names('placing'), ...byRule(domain) }),
    'addSource, a role of a group': (context, domain) =>
      addSource(context, actor, { ...SOURCE, ...names('grouping'), ...byGroup(domain) }),
    editSource: (context, securityDomain) => editedSource(context, 'source', { securityDomain }),
    'editSource, a rule for users': (context, domain) =>
      editedSource(context, 'placing later', byRule(domain)),
    'editSource, a role of a group': (context, domain) =>
      editedSource(context, 'grouping later', byGroup(domain)),
    addUser: (context, securityDomain) => addUser(context, actor, { ...USER, userId: 'new', securityDomain }),
    editUser: async (context, securityDomain) => {
      const { version } = await made(
        addUser({ ...context, db: stored.db }, actor, { ...USER, userId: 'moved' }),
      );
      return editUser(context, actor, { userId: 'moved', version, change: { securityDomain } });
    },
    mintTokens: (context, securityDomain) => mintTokens(context, actor, { count: 1, securityDomain }),
    moveToken: async (context, securityDomain) => {
      const { first: serial } = await made(mintTokens({ ...context, db: stored.db }, actor, { count: 1 }));
      return moveToken(context, actor, { serial, securityDomain });
    },
  };

  test.each(Object.entries(acts))('%s', async (name, act) => {
    const { id } = valueIn(await addDomain(context, actor, { name: `short-lived ${name}` }));
    const refused = await act(
      {
        ...context,
        db: justBefore(stored.db, () =>
          stored.db.deleteFrom('security_domains').where('id', '=', id).execute(),
        ),
      },
      id,
    );
    expect(refused).toMatchObject({ ok: false, problem: 'not-found', detail: { code: 'domain.not-found' } });
    expect(await findDomain(stored.db, id)).toBeUndefined();
  });

  test('tokens without a user are not imported into it by a batch that was prepared before', async () => {
    const { id } = valueIn(await addDomain(context, actor, { name: 'short-lived import' }));
    const file = Buffer.from(`serial,seed,type\nGone-1,${'4f'.repeat(20)},totp\n`).toString('base64');
    const input = {
      format: 'csv' as const,
      delimiter: ',' as const,
      name: 'import',
      securityDomain: id,
      file,
    };
    const begun = valueIn(
      await importTokens(context, actor, TOKEN_IMPORT_OPERATIONS.importTokens.body.parse(input)),
    );
    const checking = (await findJob(stored.db, begun.id)) as JobRow;
    const { prepare } = tokenImportJobs(context);
    const worked = async (job: JobRow, meanwhile: () => Promise<unknown>) => {
      const batch = valueIn(await prepare(actor, job));
      await meanwhile();
      return inTransaction(stored.db, (trx) => batch(trx, job, 10));
    };
    expect(await worked(checking, async () => {})).toMatchObject({ done: 1, failed: 0 });
    const gone = () => stored.db.deleteFrom('security_domains').where('id', '=', id).execute();
    expect(await worked({ ...checking, phase: 'work' }, gone)).toMatchObject({ done: 0, failed: 1 });
    const [row] = await stored.db.selectFrom('job_rows').selectAll().where('job_id', '=', begun.id).execute();
    expect(row).toMatchObject({ state: 'failed', text: expect.stringContaining('domain.not-found') });
  });
});
