/** Showing and changing the policies of security domains, and whom a change affects. */

import {
  POLICY_SCHEMAS,
  type Policies,
  type PolicyKind,
  type PolicyReach,
  type PolicyView,
  type TokenPolicy,
} from '@sower/api/policies';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, editedMeanwhile, type FieldProblem, invalidAt, type Outcome } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing, undo } from '../../core/transaction.ts';
import { domainFor, holdDomain } from '../../directory/domains.ts';
import {
  countReach,
  deletePolicy,
  effectivePolicies,
  listPolicies,
  nearestPolicy,
  type PolicyRow,
  policyBody,
  storePolicy,
} from '../../store/authentication/policies.ts';
import { listDomains } from '../../store/directory/domains.ts';
import type { Row } from '../../store/schema/schema.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

export async function showPolicies(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  kind: PolicyKind,
): Promise<Outcome<{ items: PolicyView[] }>> {
  const denial = denied(actor, 'policies:view');
  if (denial) return denial;
  const [domains, rows] = await Promise.all([listDomains(context.db), listPolicies(context.db)]);
  return done({ items: domains.map((domain) => view(kind, domain, domains, rows)) });
}

export async function showPolicy(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  input: { readonly kind: PolicyKind; readonly domain: string },
): Promise<Outcome<PolicyView>> {
  const found = await domainFor(context, actor, 'policies:view', input.domain);
  return found.ok ? done(await policyOf(context, input.kind, found.value)) : found;
}

async function policyOf(
  context: Pick<ServerContext, 'db'>,
  kind: PolicyKind,
  domain: Row<'security_domains'>,
): Promise<PolicyView> {
  const [domains, rows] = await Promise.all([listDomains(context.db), listPolicies(context.db)]);
  return view(kind, domain, domains, rows);
}

export async function editPolicy(
  context: Context,
  actor: Actor,
  input: {
    readonly kind: PolicyKind;
    readonly domain: string;
    readonly policy: Policies[PolicyKind];
    readonly version: number;
  },
): Promise<Outcome<PolicyView>> {
  const found = await domainFor(context, actor, 'policies:edit', input.domain);
  if (!found.ok) return found;
  const domain = found.value;
  const { kind, version } = input;
  const policy = POLICY_SCHEMAS[kind].parse(input.policy);
  const problem = kind === 'token' ? tokenPolicyProblem(policy as TokenPolicy) : undefined;
  if (problem) return invalidAt(problem.path, problem.message);
  const before = effectivePolicies(await listPolicies(context.db), domain.path)[kind];
  const outcome = await allOrNothing(context.db, async (trx) => {
    await holdDomain(trx, domain);
    const body = policyBody(kind, policy);
    if (!(await storePolicy(trx, { domainId: domain.id, kind, body, version }))) {
      return editedMeanwhile();
    }
    await record(trx, context, actor, {
      action: 'policy.edit',
      object: `policy:${kind}:${domain.name}`,
      reason: changes(before, policy) ?? text('event.policy-own'),
    });
    return done(undefined);
  });
  // If the actor may change it, they get the current policy, rather than being refused after the change.
  return outcome.ok ? done(await policyOf(context, kind, domain)) : outcome;
}

export async function removePolicy(
  context: Context,
  actor: Actor,
  input: { readonly kind: PolicyKind; readonly domain: string },
): Promise<Outcome<undefined>> {
  const found = await domainFor(context, actor, 'policies:edit', input.domain);
  if (!found.ok) return found;
  const domain = found.value;
  return allOrNothing(context.db, async (trx) => {
    if (!(await deletePolicy(trx, domain.id, input.kind))) {
      undo('not-found', text('policy.none', { domain: domain.name }));
    }
    await record(trx, context, actor, {
      action: 'policy.delete',
      object: `policy:${input.kind}:${domain.name}`,
    });
    return done(undefined);
  });
}

export async function policyReach(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  input: { readonly kind: PolicyKind; readonly domain: string },
): Promise<Outcome<PolicyReach>> {
  const found = await domainFor(context, actor, 'policies:view', input.domain);
  if (!found.ok) return found;
  const domain = found.value;
  const [domains, rows] = await Promise.all([listDomains(context.db), listPolicies(context.db)]);
  const others = rows.filter((row) => row.domain_id !== domain.id);
  const own = { ...others[0], kind: input.kind, path: domain.path, domain_id: domain.id } as PolicyRow;
  const reached = domains.filter(
    ({ path }) => nearestPolicy([...others, own], input.kind, path)?.domain_id === domain.id,
  );
  const paths = reached.map(({ path }) => path);
  return done({
    domains: reached.map(({ name }) => name),
    ...(await countReach(context.db, paths, context.now())),
  });
}

function view(
  kind: PolicyKind,
  domain: Row<'security_domains'>,
  domains: readonly Row<'security_domains'>[],
  rows: readonly PolicyRow[],
): PolicyView {
  const row = nearestPolicy(rows, kind, domain.path);
  const own = row?.domain_id === domain.id;
  const from = own ? undefined : domains.find(({ id }) => id === row?.domain_id)?.name;
  return {
    kind,
    domain: domain.id,
    domainName: domain.name,
    own,
    ...(from === undefined ? {} : { from }),
    policy: effectivePolicies(rows, domain.path)[kind],
    version: own ? row.version : 0,
  };
}

function tokenPolicyProblem(policy: TokenPolicy): FieldProblem | undefined {
  if (policy.pinMinLength > policy.pinMaxLength) {
    return { path: 'pinMinLength', message: text('policy.above-maximum') };
  }
  if (policy.pinMinLetters + policy.pinMinDigits > policy.pinMaxLength) {
    return {
      path: 'pinMinLetters',
      message: text('policy.letters-and-digits'),
    };
  }
  if (policy.pinMinLetters > 0 && policy.pinCharacters === 'numeric') {
    return {
      path: 'pinMinLetters',
      message: text('policy.numeric-letters'),
    };
  }
  return undefined;
}

/** What differs, for the audit trail. Excluded words are counted, not listed. */
function changes(before: Policies[PolicyKind], after: Policies[PolicyKind]): Text | undefined {
  const worded = (name: string, value: unknown): Text | string =>
    Array.isArray(value) ? text('event.words', { name, count: value.length }) : `${name} = ${String(value)}`;
  const parts = Object.entries(after)
    .filter(
      ([name, value]) => JSON.stringify((before as Record<string, unknown>)[name]) !== JSON.stringify(value),
    )
    .map(([name, value]) => worded(name, value));
  return parts.length === 0 ? undefined : text('event.parts', { parts });
}
