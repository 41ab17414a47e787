/** Security domains: the tree that users, tokens and rights are in. */
import { z } from 'zod';
import {
  addressableNameSchema,
  domainReference,
  named,
  storedNameSchema,
  strict,
  versionSchema,
} from './fields.ts';
import { add, edit, get, page, remove } from './operation.ts';

const securityDomainSchema = named('SecurityDomain', {
  id: z.string(),
  name: storedNameSchema,
  /** IDs from the top down, such as `/a/b/`; a domain includes those whose path begins with its own. */
  path: z.string(),
  /** ID of the domain above; absent for the top one. */
  parent: z.string().optional(),
  version: versionSchema,
});

const securityDomainInputSchema = strict('NewSecurityDomain', {
  name: addressableNameSchema,
  parent: domainReference.optional(),
});

export type SecurityDomain = z.infer<typeof securityDomainSchema>;

export const SECURITY_DOMAIN_OPERATIONS = {
  listSecurityDomains: get(
    '/security-domains',
    'users:view',
    'List the security domains that the caller sees, from the top down',
    { response: page(securityDomainSchema) },
  ),
  addSecurityDomain: add('/security-domains', 'domains:edit', 'Add a security domain below another', {
    body: securityDomainInputSchema,
    response: securityDomainSchema,
  }),
  renameSecurityDomain: edit('/security-domains/:id', 'domains:edit', 'Rename a security domain', {
    body: z.strictObject({ name: addressableNameSchema }),
    response: securityDomainSchema,
  }),
  deleteSecurityDomain: remove('/security-domains/:id', 'domains:edit', 'Delete an empty security domain'),
};
