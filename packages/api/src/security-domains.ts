/** Security domains: the tree that users, tokens and rights are in. */
import { z } from 'zod';
import { domainReference, heldNameSchema, nameSchema, versionSchema } from './fields.ts';
import { idParams, type Operation, page } from './operation.ts';

export const securityDomainSchema = z
  .object({
    id: z.string(),
    name: heldNameSchema,
    /** IDs from the top down, such as `/a/b/`; a domain includes those whose path begins with its own. */
    path: z.string(),
    /** ID of the domain above; absent for the top one. */
    parent: z.string().optional(),
    version: versionSchema,
  })
  .meta({ id: 'SecurityDomain' });

export const securityDomainInputSchema = z
  .strictObject({ name: nameSchema, parent: domainReference.optional() })
  .meta({ id: 'NewSecurityDomain' });

export type SecurityDomain = z.infer<typeof securityDomainSchema>;

export const SECURITY_DOMAIN_OPERATIONS = {
  listSecurityDomains: {
    method: 'GET',
    path: '/security-domains',
    summary: 'List the security domains that the caller sees, from the top down',
    permission: 'users:view',
    response: page(securityDomainSchema),
  },
  addSecurityDomain: {
    method: 'POST',
    path: '/security-domains',
    summary: 'Add a security domain below another',
    permission: 'domains:edit',
    body: securityDomainInputSchema,
    response: securityDomainSchema,
    created: true,
  },
  renameSecurityDomain: {
    method: 'PATCH',
    path: '/security-domains/:id',
    summary: 'Rename a security domain',
    permission: 'domains:edit',
    params: idParams,
    body: z.strictObject({ name: nameSchema }),
    response: securityDomainSchema,
    ifMatch: true,
  },
  deleteSecurityDomain: {
    method: 'DELETE',
    path: '/security-domains/:id',
    summary: 'Delete an empty security domain',
    permission: 'domains:edit',
    params: idParams,
  },
} as const satisfies Record<string, Operation>;
